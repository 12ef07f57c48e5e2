"""机组人员 of one instrument: who they are, what the law asks of one of them, adding and changing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yixiang.catalogue.commands import keeping
from yixiang.catalogue.commands.keeping import About
from yixiang.catalogue.commands.writing import may_edit
from yixiang.catalogue.models import Instrument, Keeper
from yixiang.catalogue.pages.panel import panel
from yixiang.catalogue.pages.places import around, attempt, runnable
from yixiang.catalogue.queries.facts import look
from yixiang.kernel.errors import Unseen
from yixiang.people.asking import me
from yixiang.people.models import Person
from yixiang.units.models import Membership, Unit
from yixiang.units.states import BELONGS


class KeeperForm(forms.Form):
    use_required_attribute = False

    person = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("本单位账号"), required=False, empty_label=gettext_lazy("没有账号"),
        help_text=gettext_lazy("选了账号，本人登录后就能维护这台仪器、受理预约。"),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=40, required=False, help_text=gettext_lazy("选了账号可以不填。")
    )
    title = forms.CharField(label=gettext_lazy("职称"), max_length=40, required=False)
    level = forms.ChoiceField(label=gettext_lazy("职称级别"), choices=Keeper.Level.choices)
    since = forms.DateField(
        label=gettext_lazy("从事这项工作始于"), required=False, widget=forms.DateInput,
        help_text=gettext_lazy("用来计算实践年限。"),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=20, required=False)
    email = forms.CharField(label=gettext_lazy("邮箱"), max_length=254, required=False)
    public = forms.BooleanField(label=gettext_lazy("在仪器页面公开联系方式"), required=False)
    main = forms.BooleanField(label=gettext_lazy("是这台仪器的负责人"), required=False)

    def __init__(self, *args: Any, unit: Unit, keeper: Keeper | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keeper is not None:
            del self.fields["person"]
            return
        belonging = Membership.objects.filter(unit=unit, state__in=BELONGS)
        field: Any = self.fields["person"]
        field.queryset = Person.objects.filter(pk__in=belonging.values("person"), is_active=True).order_by("name")
        field.label_from_instance = lambda person: person.name or person.username
        field.error_messages["invalid_choice"] = _(
            "这个账号不是本单位的成员。请对方先申请加入本单位；或者不选账号，只填写姓名和联系方式。"
        )


@login_required
def keepers(request: HttpRequest, code: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    form = KeeperForm(request.POST or None, unit=instrument.unit, initial={"level": "none"})
    if request.method == "POST":
        now = timezone.now()
        made = attempt(form, lambda data: keeping.add_keeper(instrument, About(**data), actor=me(request), now=now))
        if made:
            messages.success(request, _("已登记“%(name)s”。") % {"name": made.name})
            return redirect("catalogue:keepers", code)
    today = timezone.localdate()
    standing = instrument.keepers.filter(removed_at=None).select_related("person")
    asked = panel(instrument, look(instrument, on=today, twins=False), today)
    context = around(request, instrument, "keepers") | {
        "form": form,
        "keepers": [(keeper, keeper.years(today)) for keeper in standing],
        "former": instrument.keepers.exclude(removed_at=None).order_by("-removed_at")[:20],
        "lines": asked.keepers if asked.keepers_met is not None else [],
        "met": asked.keepers_met,
        "edits": may_edit(instrument, request.user),
    }
    return render(request, "catalogue/keepers.html", context, status=422 if form.errors else 200)


@login_required
def keeper(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    found = _keeper(request, instrument, pk)
    names = ("name", "title", "level", "since", "phone", "email", "public", "main")
    initial = {name: getattr(found, name) for name in names}
    form = KeeperForm(request.POST or None, unit=instrument.unit, keeper=found, initial=initial)
    if request.method == "POST":
        now = timezone.now()
        done = attempt(form, lambda data: keeping.change_keeper(found, About(**data), actor=me(request), now=now))
        if done:
            messages.success(request, _("已保存。"))
            return redirect("catalogue:keepers", code)
    context = around(request, instrument, "keepers") | {"form": form, "keeper": found}
    return render(request, "catalogue/keeper.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def act(request: HttpRequest, code: str, pk: int, action: str) -> HttpResponse:
    instrument: Instrument = runnable(request, "instrument", code)
    found, now = _keeper(request, instrument, pk), timezone.now()
    if action == "main":
        keeping.make_main(found, actor=me(request), now=now)
        messages.success(request, _("负责人已改为“%(name)s”。") % {"name": found.name})
    elif action == "remove":
        keeping.remove_keeper(found, actor=me(request), now=now)
        messages.success(request, _("“%(name)s”不再是这台仪器的机组人员，历史记录保留。") % {"name": found.name})
    else:
        raise Unseen()
    return redirect("catalogue:keepers", code)


def _keeper(request: HttpRequest, instrument: Instrument, pk: int) -> Keeper:
    found: Keeper | None = instrument.keepers.filter(pk=pk, removed_at=None).select_related("person").first()
    if found is None or not may_edit(instrument, request.user):
        raise Unseen()
    return found
