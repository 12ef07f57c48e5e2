"""Pictures: putting them up, ordering them, and the address under which everyone sees them."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yixiang.catalogue.commands import picturing
from yixiang.catalogue.models import Picture
from yixiang.catalogue.pages.places import around, runnable
from yixiang.catalogue.queries import pictures as queries
from yixiang.kernel.errors import Refused, Unseen
from yixiang.people.asking import me

PICTURED = ("instrument", "platform")
A_DAY = 86_400
_NOTHING_ACTS = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
def picture(request: HttpRequest, owner: str, code: str, pk: int, size: str) -> HttpResponseBase:
    """A picture of a public listing may be kept by anybody; of any other only those see it who see the listing."""
    found = queries.picture_of(owner, code, pk) if size in picturing.SIZES else None
    if found is None:
        raise Unseen()
    shown, listing = found
    public = queries.is_open(listing)
    if not public and not queries.sees(request.user, listing):
        raise Unseen()
    etag = f'"{shown.file.sha256}-{size}"'
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    answer: HttpResponseBase = (
        HttpResponseNotModified() if etag in known else _bytes(picturing.resized(shown.file, size))
    )
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={A_DAY}" if public else "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _NOTHING_ACTS
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _bytes(path: str) -> HttpResponseBase:
    """Behind a proxy that knows the way it sends the bytes itself."""
    accel: str = getattr(settings, "FILES_ACCEL", "")
    if accel:
        return HttpResponse(content_type="image/webp", headers={"X-Accel-Redirect": accel + quote(path)})
    return FileResponse(default_storage.open(path), content_type="image/webp")


@login_required
def pictures(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Several may come at once; each that cannot be taken is named, the others are kept."""
    listing = _pictured(request, kind, code)
    refused: list[tuple[str, str]] = []
    if "order" in request.POST:
        return _arranged(request, listing)
    if request.method == "POST":
        uploads = request.FILES.getlist("pictures")
        refused = _take(request, listing, uploads)
        taken = len(uploads) - len(refused)
        if taken:
            messages.success(request, _("已添加 %(count)d 张图片。") % {"count": taken})
        if not uploads:
            refused = [("", _("没有收到图片，请重新选择。"))]
        if not refused:
            return redirect("catalogue:pictures", kind, code)
    rows = list(listing.pictures.select_related("file"))
    context = around(request, listing, "pictures") | {
        "pictures": [(row, queries.address_of(row, listing)) for row in rows],
        "refused": refused,
        "most": picturing.MOST,
        "room": picturing.MOST - len(rows),
    }
    return render(request, "catalogue/pictures.html", context, status=422 if refused else 200)


def _arranged(request: HttpRequest, listing: Any) -> HttpResponse:
    """As they were dragged: all keys at once; what is no picture of this one is passed over."""
    keys = request.POST["order"].split(",")[: 2 * picturing.MOST]
    order = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    picturing.arrange(listing, order, actor=me(request), now=timezone.now())
    return redirect("catalogue:pictures", listing.kind_code, listing.code)


def _take(request: HttpRequest, listing: Any, uploads: list[Any]) -> list[tuple[str, str]]:
    refused = []
    for upload in uploads[: 2 * picturing.MOST]:
        try:
            picturing.take_picture(listing, upload, actor=me(request), now=timezone.now())
        except Refused as why:
            refused.append((str(upload.name)[:60], why.message))
    return refused


@login_required
@require_POST
def act(request: HttpRequest, kind: str, code: str, pk: int, action: str) -> HttpResponse:
    listing = _pictured(request, kind, code)
    found: Picture | None = listing.pictures.filter(pk=pk).select_related("instrument", "platform", "file").first()
    if found is None:
        raise Unseen()
    who: dict[str, Any] = {"actor": me(request), "now": timezone.now()}
    if action == "remove":
        picturing.remove_picture(found, **who)
        messages.success(request, _("已删除。"))
    elif action == "describe":
        picturing.describe(found, request.POST.get("caption", ""), **who)
        messages.success(request, _("说明已保存。"))
    else:
        picturing.move(found, action, **who)
    return redirect("catalogue:pictures", kind, code)


def _pictured(request: HttpRequest, kind: str, code: str) -> Any:
    if kind not in PICTURED:
        raise Unseen()
    return runnable(request, kind, code)
