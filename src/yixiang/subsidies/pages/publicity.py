"""公示: for everybody; whoever is signed in may object while the notice stands."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.assessment.models import GRADES
from yixiang.people.asking import me
from yixiang.subsidies.commands import publishing
from yixiang.subsidies.forms.runs import ObjectionForm
from yixiang.subsidies.pages.asking import A_PAGE, attempt
from yixiang.subsidies.queries import runs as reading


def notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(reading.notices(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "subsidies/notices.html", {"page": page, "today": timezone.localdate()})


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    run = reading.notice_for(pk)
    awards, today = reading.on_notice(run), timezone.localdate()
    stands = run.state == "published" and run.notice_until is not None and today <= run.notice_until
    form = ObjectionForm(request.POST or None, awards=awards)
    if request.method == "POST" and request.user.is_authenticated:
        who, now = me(request), timezone.now()
        if attempt(form, lambda data: publishing.object_to(run, actor=who, now=now, **data)):
            messages.success(request, _("异议已提交，处理结果会通知您。"))
            return redirect("publicity:notice", pk)
    page = Paginator(awards, A_PAGE).get_page(request.GET.get("page"))
    context = {"run": run, "page": page, "stands": stands, "form": form, "grades": GRADES}
    return render(request, "subsidies/notice.html", context, status=422 if form.errors else 200)
