"""The one way bytes of people leave the house: as a download, or shown where nothing in them can act."""

from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from yixiang.files.models import File
from yixiang.kernel.errors import Unseen

_NOTHING_ACTS = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def response(file: File, inline: bool = False, *, request: HttpRequest | None = None) -> HttpResponseBase:
    """Call it after your own `visible_to`. With `request` an unchanged file is not sent again."""
    etag = f'"{file.sha256}"'
    if request is not None and _has_it(request, etag):
        answer: HttpResponseBase = HttpResponseNotModified()
    else:
        answer = _bytes(file)
        answer["Content-Length"] = str(file.size)
        answer["Content-Type"] = file.what.mime
        shown = inline and file.what.inline
        answer["Content-Disposition"] = str(content_disposition_header(not shown, file.name))
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = _NOTHING_ACTS
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in {tag.removeprefix("W/") for tag in known}


def _bytes(file: File) -> HttpResponseBase:
    """Behind a proxy that knows the way (`FILES_ACCEL`, e.g. /protected/) it sends the bytes itself."""
    accel: str = getattr(settings, "FILES_ACCEL", "")
    if accel:
        return HttpResponse(headers={"X-Accel-Redirect": accel + quote(file.path)})
    try:
        return FileResponse(default_storage.open(file.path))
    except FileNotFoundError as gone:
        raise Unseen("文件的内容找不到了。请联系平台管理员从备份恢复。") from gone
