"""The working-day table: what the published calendar does not know yet, or got wrong for this place."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from yixiang.kernel import scopes
from yixiang.kernel.models import CalendarDay
from yixiang.kernel.workdays_table import load_calendar
from yixiang.people.access import require
from yixiang.people.asking import me
from yixiang.people.permissions import PeoplePermission
from yixiang.portal.commands import keep_day, remove_day
from yixiang.portal.forms import CalendarDayForm


@login_required
def calendar(request: HttpRequest) -> HttpResponse:
    require(request.user, PeoplePermission.CONFIGURE, [scopes.PLATFORM])
    form = CalendarDayForm(request.POST or None)
    if request.method == "POST" and (gone := request.POST.get("remove")):
        remove_day(gone, actor=me(request))
        return redirect("portal:calendar")
    if request.method == "POST" and form.is_valid():
        keep_day(form.cleaned_data, actor=me(request))
        messages.success(request, _("工作日历已更新，之后计算的期限按新日历办理。"))
        return redirect("portal:calendar")
    year = timezone.localdate().year
    certain = load_calendar().day(timezone.localdate().replace(year=year + 1, month=3, day=3)).certain
    context = {
        "form": form,
        "days": CalendarDay.objects.order_by("-date")[:200],
        "year": year,
        "next_certain": certain,
    }
    return render(request, "portal/calendar.html", context, status=422 if form.errors else 200)
