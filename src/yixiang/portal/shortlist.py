"""The shortlist of whoever asks: a person's rows, or for a visitor what the session holds until they sign in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yixiang.catalogue.commands import shortlisting
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import showing
from yixiang.kernel.errors import Invalid, Unseen

CODES, COUNT = "shortlist", "shortlist_count"


def chosen(request: HttpRequest, now: datetime) -> frozenset[str]:
    """The codes on the list. What a visitor chose joins the person's list the first time it is looked at signed in."""
    if not _has_session(request):
        return frozenset()
    kept: list[str] = request.session.get(CODES, [])
    if not request.user.is_authenticated:
        return frozenset(kept)
    if kept:
        shortlisting.bring_along(kept, actor=request.user, now=now)
        del request.session[CODES]
    codes = frozenset(showing.shortlist_of(request.user).values_list("code", flat=True))
    _count(request, len(codes))
    return codes


def count(request: HttpRequest) -> int:
    """For the badge of the top bar: kept in the session, so that no page asks the database for it."""
    if not _has_session(request):
        return 0
    if COUNT not in request.session and request.user.is_authenticated:
        _count(request, showing.shortlist_of(request.user).count())
    return int(request.session.get(COUNT, 0))


def put(request: HttpRequest, code: str, now: datetime) -> None:
    if request.user.is_authenticated:
        _count(request, shortlisting.put_aside(code, actor=request.user, now=now))
        return
    kept = list(request.session.get(CODES, []))
    if code not in shortlisting.shown([code]):
        raise Unseen()
    if len(kept) >= shortlisting.MOST:
        raise Invalid(_("预选清单已满，请先移出一些再加。"), code="shortlist-full")
    _keep(request, [*(one for one in kept if one != code), code])


def take(request: HttpRequest, codes: Iterable[str]) -> None:
    gone = set(codes)
    if request.user.is_authenticated:
        _count(request, shortlisting.take_out(gone, actor=request.user))
    else:
        _keep(request, [code for code in request.session.get(CODES, []) if code not in gone])


def clear_stopped(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        _count(request, shortlisting.clear_stopped(actor=request.user))
        return
    kept = request.session.get(CODES, [])
    usable = set(Instrument.objects.listed().filter(code__in=kept).values_list("code", flat=True))
    _keep(request, [code for code in kept if code in usable])


def instruments(request: HttpRequest, now: datetime) -> list[Any]:
    """By unit and name; of a visitor only what is still public."""
    codes = chosen(request, now)
    if request.user.is_authenticated:
        return list(showing.shortlist_of(request.user))
    return list(
        Instrument.objects.public().filter(code__in=codes).select_related("unit").order_by("unit__name", "name")
    )


def _keep(request: HttpRequest, codes: list[str]) -> None:
    request.session[CODES] = codes
    _count(request, len(codes))


def _count(request: HttpRequest, number: int) -> None:
    if request.session.get(COUNT) != number:
        request.session[COUNT] = number


def _has_session(request: HttpRequest) -> bool:
    """An error page may come before anybody was recognised."""
    session = getattr(request, "session", None)
    return session is not None and not session.is_empty()
