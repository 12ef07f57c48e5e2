"""What is typed to try other numbers; the fields are those of the pack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yixiang.kernel.errors import Refused
from yixiang.ledger.declaring import Setting
from yixiang.people.forms import explain
from yixiang.policy import Pack, library
from yixiang.policy.changing import Number
from yixiang.policy.fields import Money, Share, Whole
from yixiang.policy.problems import Flaw
from yixiang.subsidies.queries.simulated import BUDGET, FIRST_YEAR, Bench, Typed

LONGEST = 24  # of anything that is a number
_TOO_LONG = gettext_lazy("这里只填一个数，最多 24 个字符。")
_FORMS = {
    Money: gettext_lazy("请填写不小于 0 的金额，最多两位小数，例如 300000.00。"),
    Share: gettext_lazy("请填写 0 到 1 之间的比例，最多六位小数，例如 0.15 就是 15%。"),
    Whole: gettext_lazy("请填写整数。"),
}


class ChooseForm(forms.Form):
    """Which law on which year."""

    use_required_attribute = False
    pack = forms.ChoiceField(
        label=gettext_lazy("政策包"), error_messages={"invalid_choice": gettext_lazy("请从列出的政策包中选择。")}
    )
    year = forms.IntegerField(
        label=gettext_lazy("年度"), error_messages={"invalid": gettext_lazy("请填写四位数的年度。")}
    )

    def __init__(self, *args: Any, packs: Sequence[Pack[Any]], last: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = library().jurisdictions
        words = [(pack.name, f"{places[pack.jurisdiction].name} · {_named(pack)}") for pack in packs]
        self.fields["pack"].choices = words  # type: ignore[attr-defined]
        year: Any = self.fields["year"]
        year.help_text = _("已经结束的年度，最晚 %(year)d 年。") % {"year": last}
        year.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4})

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= 9999:
            raise forms.ValidationError(_("请填写四位数的年度。"))
        return year

    @property
    def asked(self) -> tuple[str, str, date]:
        jurisdiction, subject, day = self.cleaned_data["pack"].split("/")
        return jurisdiction, subject, date.fromisoformat(day)


def _named(pack: Pack[Any]) -> str:
    return _("%(what)s（自 %(day)s 起）") % {"what": pack.subject.title, "day": pack.start.isoformat()}


class NumbersForm(forms.Form):
    """Prefilled with what holds; what is left empty or as it is stays."""

    use_required_attribute = False

    def __init__(self, *args: Any, bench: Bench, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bench, self.of_pack = bench, bench.numbers
        had = str(bench.programme.budget) if bench.programme else ""
        fields: dict[str, forms.Field] = {one.path: _field(one.label, one.value, _stands(one)) for one in self.of_pack}
        for one in bench.left_open:
            now = bench.standing.get(one.name, "")
            words = _("现为 %(now)s · ") % {"now": one.shown(now)} if now else _("还没有设定 · ")
            most = _("最高 %(most)s（%(article)s）") % {
                "most": one.shown(one.most or Decimal(1)),
                "article": one.article,
            }
            fields[one.name] = _field(one.label, now, words + most)
        fields["budget"] = _field(_("预算（元）"), had, "" if had else _("填写以后算出结余。"))
        self.fields = fields

    def clean(self) -> dict[str, Any]:
        """What is no number is said of every field at once; a rate meets its ceiling when the pack is put together."""
        for setting in (*self.bench.left_open, BUDGET):
            if text := self.cleaned_data.get(setting.name, ""):
                self._read(replace(setting, most=None), text)
        for one in self.of_pack:
            text = self.cleaned_data.get(one.path, "")
            flaws: list[Flaw] = []
            if text:
                whole = isinstance(one.kind, Whole) and text.isascii() and text.isdigit()
                one.kind.read(int(text) if whole else text, (), flaws)
            if flaws:
                self.add_error(one.path, str(_FORMS[type(one.kind)]))
        return self.cleaned_data

    def _read(self, setting: Setting, text: str) -> None:
        try:
            setting.read(text)
        except Refused as refused:
            explain(self, refused)

    @property
    def typed(self) -> Typed:
        """Only what differs: the rest is the pack as it is."""
        had = {one.path: one.value for one in self.of_pack}
        given = {name: text for name, text in self.cleaned_data.items() if text and text != had.get(name)}
        return Typed.of(self.bench, given)


def _stands(one: Number) -> str:
    where = one.cited.article or _("平台设置")
    return _("现为 %(now)s · %(where)s") % {"now": one.said, "where": where}


def _field(label: Any, initial: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, initial=initial, help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"max_length": _TOO_LONG},
    )  # fmt: skip
