"""The page behind the link in a contact's letter: no account is needed, and looking at it changes nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yixiang.catalogue.commands import health
from yixiang.units.rules import masks


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_contact(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs open links by themselves, so only the button answers."""
    now = timezone.now()
    contact = health.read_token(token, on=timezone.localdate(now))
    answered, mine = [], request.POST.get("answer") == "mine"
    if request.method == "POST":
        given = [
            int(one) for one in request.POST.getlist("chosen") if one.isascii() and one.isdigit() and len(one) < 18
        ]
        answered = health.answer_contact(contact, given, mine=mine, now=now)
    left = [one for one in health.instruments_of(contact) if one.pk not in {done.pk for done in answered}]
    context = {
        "answered": answered,
        "mine": mine,
        "left": left,
        "unit": (left or answered)[0].unit if left or answered else None,
        "address": masks.email(contact.address),
        "nothing_chosen": request.method == "POST" and not answered,
    }
    response = render(request, "catalogue/contact.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
