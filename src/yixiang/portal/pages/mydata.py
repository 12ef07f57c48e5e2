"""PIPL: a person takes their own data along, or leaves."""

import io
import json
import zipfile

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from yixiang.audit.commands import note_event
from yixiang.people.asking import me
from yixiang.people.commands.erasing import erase as erase_person
from yixiang.portal.mine import my_data, what_keeps


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """One ZIP: the same content for programs and for people."""
    data = my_data(me(request))
    note_event("exported", subject="我的数据")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("my-data.json", json.dumps(data, ensure_ascii=False, indent=2, default=str))
        bundle.writestr("my-data.html", render_to_string("portal/mydata_export.html", {"data": data}, request))
    headers = {"Content-Disposition": "attachment; filename=yixiang-my-data.zip"}
    return HttpResponse(packed.getvalue(), content_type="application/zip", headers=headers)


@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """A page that says what will happen; then it happens."""
    blockers = what_keeps(me(request))
    if request.method == "POST" and request.POST.get("sure") == request.user.username:
        erase_person(me(request), now=timezone.now(), blockers=blockers)
        logout(request)
        return render(request, "portal/erased.html")
    context = {"blockers": blockers, "mistyped": request.method == "POST"}
    return render(request, "portal/erase.html", context, status=422 if context["mistyped"] else 200)
