"""What an authority types about a programme."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.reference import region_name
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.declaring import Setting, kinds
from yixiang.ledger.models import Programme


class ProgrammeForm(forms.Form):
    """Settings are fields of their own; which there are is known once subject and region are."""

    use_required_attribute = False

    subject = forms.ChoiceField(label=_("类别"), choices=[])
    region = forms.ChoiceField(label=_("地区"), choices=[], help_text=_("省级项目选省，市级项目选市。"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100, help_text=_("限额按这个年度计算。"))
    title = forms.CharField(label=_("名称"), max_length=80)
    budget = forms.DecimalField(label=_("预算"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    opens_on = forms.DateField(label=_("开始受理"), widget=forms.DateInput)
    closes_on = forms.DateField(label=_("截止受理"), widget=forms.DateInput, help_text=_("含当日。"))

    def __init__(
        self, *args: Any, regions: Sequence[str], settings: Sequence[Setting] = (), opened: bool = False, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.settings = settings
        self.fields["subject"].choices = [(one.subject, one.label) for one in kinds().values()]  # type: ignore[attr-defined]
        self.fields["region"].choices = [(code, region_name(code)) for code in regions]  # type: ignore[attr-defined]
        for one in settings:
            self.fields[one.name] = forms.CharField(label=one.label, required=False, max_length=20, help_text=one.help)
        if opened:  # what stands is shown, and only what may still be added can be typed
            for name in ("subject", "region", "year", "title", "opens_on", "closes_on"):
                self.fields[name].disabled = True
            for one in settings:
                self.fields[one.name].disabled = bool(self.initial.get(one.name))

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            subject=data["subject"], region=data["region"], year=data["year"], title=data["title"],
            budget=data["budget"], opens_on=data["opens_on"], closes_on=data["closes_on"],
            settings={one.name: data.get(one.name, "") for one in self.settings},
        )  # fmt: skip


def initial_of(programme: Programme) -> dict[str, Any]:
    names = ("subject", "region", "year", "title", "budget", "opens_on", "closes_on")
    return {**{name: getattr(programme, name) for name in names}, **programme.settings}


def initial_new(regions: Sequence[str], today: date) -> dict[str, Any]:
    return {
        "region": regions[0] if regions else "", "year": today.year, "opens_on": date(today.year, 1, 1),
        "closes_on": date(today.year, 12, 31),
    }  # fmt: skip


class NoteForm(forms.Form):
    use_required_attribute = False

    note = forms.CharField(label=_("原因"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
