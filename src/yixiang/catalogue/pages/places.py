"""What the pages around one listing share: whose it is, and the tabs between them."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.catalogue import beside
from yixiang.catalogue.commands.writing import may_edit, may_run
from yixiang.catalogue.queries import desk
from yixiang.catalogue.queries.facts import title_of
from yixiang.catalogue.states import LISTING
from yixiang.kernel.errors import Refused, Unseen
from yixiang.people.forms import explain

T = TypeVar("T")
TYPED_WRONG = frozenset({409, 422})  # what goes back to where it was typed; the rest is a page of its own


def runnable(request: HttpRequest, kind: str, code: str) -> Any:
    """One the person edits or looks after; anything else does not exist for these pages."""
    found = desk.listing_for(request.user, kind, code)
    if not may_run(found, request.user):
        raise Unseen()
    return found


def around(request: HttpRequest, listing: Any, at: str) -> dict[str, Any]:
    """Title, way back and tabs of every page beside a listing."""
    back, label = _home(listing)
    return {
        "listing": listing,
        "title": title_of(listing),
        "machine": LISTING,
        "back": back,
        "back_label": label,
        "tabs": _tabs(request, listing, at),
    }


def _home(listing: Any) -> tuple[str, str]:
    if listing.kind_code == "instrument":
        return reverse("catalogue:instrument", args=[listing.code]), _("仪器页面")
    if listing.kind_code == "platform":
        return reverse("catalogue:platforms"), _("平台与检测机构")
    return reverse("catalogue:services"), _("检测服务")


def _tabs(request: HttpRequest, listing: Any, at: str) -> list[dict[str, Any]]:
    kind, code = listing.kind_code, listing.code
    edits = may_edit(listing, request.user)
    tabs = {
        "instrument": [
            ("prices", _("收费标准"), reverse("catalogue:prices", args=[kind, code])),
            ("hours", _("开放时间与占用"), reverse("catalogue:hours", args=[code])),
            ("keepers", _("机组人员"), reverse("catalogue:keepers", args=[code])),
            ("pictures", _("图片"), reverse("catalogue:pictures", args=[kind, code])),
            *((name, label, reverse(address, args=[code])) for name, label, address in beside.TABS),
        ],
        "platform": [
            ("thing", _("概况"), reverse("catalogue:thing", args=[kind, code])),
            ("members", _("所属仪器"), reverse("catalogue:members", args=[kind, code]) if edits else ""),
            ("pictures", _("图片"), reverse("catalogue:pictures", args=[kind, code])),
        ],
        "service": [
            ("thing", _("概况"), reverse("catalogue:thing", args=[kind, code])),
            ("members", _("所用仪器"), reverse("catalogue:members", args=[kind, code]) if edits else ""),
            ("prices", _("收费标准"), reverse("catalogue:prices", args=[kind, code])),
        ],
    }[kind]
    return [{"label": label, "url": url, "active": name == at} for name, label, url in tabs if url]


def did(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """The same where only whether it was done counts."""
    return attempt(form, act) is not None


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """Act on a valid form; what the command finds wrong goes back to where it was typed."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        if refused.status not in TYPED_WRONG:
            raise
        explain(form, refused)
        return None
