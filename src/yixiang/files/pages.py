"""HTML doors: put a file in, look at one's own while it waits."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yixiang.files import commands, queries, serving
from yixiang.files.models import File
from yixiang.files.purposes import purpose_of
from yixiang.kernel.errors import Invalid, Refused


@login_required
@require_GET
def download(request: HttpRequest, file_id: UUID, name: str) -> HttpResponseBase:
    """The name in the address is only for the person; what is sent is decided by the number."""
    file = queries.waiting_file(request.user, file_id)
    return serving.response(file, inline="show" in request.GET, request=request)


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """For the drop zone (a fragment) and for programs (JSON), which both want the refusal in their own words."""
    field = request.POST.get("field", "file")
    as_json = request.accepts("application/json") and not request.accepts("text/html")
    try:
        file = _taken(request)
    except Refused as refused:
        if as_json:
            return JsonResponse({"code": refused.code, "message": refused.message}, status=refused.status)
        context = {"field": field, "file": None, "message": refused.message}
        return render(request, "files/uploaded.html", context, status=refused.status)
    if as_json:
        return JsonResponse(_described(file), status=201)
    return render(request, "files/uploaded.html", {"field": field, "file": file, "message": "", "url": _url(file)})


def _taken(request: HttpRequest) -> File:
    upload = request.FILES.get("file")
    purpose = purpose_of(request.POST.get("purpose", ""))
    if upload is None or purpose is None:
        raise Invalid.field("file", _("没有收到文件，请重新选择。"), code="file-missing")
    return commands.take(
        upload,
        uploader=request.user,  # type: ignore[arg-type]
        purpose=purpose.code,
        kinds=purpose.kinds,
        max_bytes=purpose.max_bytes,
        now=timezone.now(),
    )


def _url(file: File) -> str:
    return reverse("files:download", args=[file.pk, file.name])


def _described(file: File) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
        "url": _url(file),
    }
