"""My account: who I am here, how I sign in, what programs may do for me, who looked at my data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yixiang.kernel.errors import Refused
from yixiang.people import queries
from yixiang.people.commands import people
from yixiang.people.commands import tokens as token_commands
from yixiang.people.forms import NameForm, TokenForm, explain
from yixiang.people.pages import asking

PER_PAGE = 30


@login_required
def account(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    form = NameForm(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        people.rename(person, name=form.cleaned_data["name"])
        messages.success(request, _("姓名已保存。"))
        return redirect("people:account")
    return render(request, "people/account.html", {"form": form} | queries.account_overview(person, timezone.now()))


@never_cache
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The secret is in the answer to the form and nowhere else; a reload does not show it again."""
    person: Any = request.user
    held = queries.permissions_held(person)
    form = TokenForm(request.POST or None, held=held)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = token_commands.make(
                person,
                name=form.cleaned_data["name"],
                permissions=form.scopes(),
                days=form.cleaned_data["days"],
                now=timezone.now(),
            )
            form = TokenForm(held=held)
        except Refused as refused:
            explain(form, refused)
    context = {"form": form, "secret": secret, "tokens": queries.tokens_of(person), "now": timezone.now()}
    return render(request, "people/tokens.html", context)


@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    person: Any = request.user
    if request.method != "POST":
        token = queries.token_of(person, pk)
        return render(request, "people/confirm.html", asking.revoke_token(token))
    token = token_commands.revoke(person, token_id=pk, now=timezone.now())
    messages.success(request, _("令牌“%(name)s”已作废，使用它的程序立即失去权限。") % {"name": token.name})
    return redirect("people:tokens")


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    page = Paginator(queries.views_of(person), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/my_data.html", {"page": page, "views": page.object_list})
