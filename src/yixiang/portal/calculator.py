"""「我能得到多少？」: what somebody tells about itself and one test. Nothing of it is stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yixiang.kernel import reference
from yixiang.kernel.money import ZERO, yuan
from yixiang.policy import library
from yixiang.subsidies.laws.kinds import Purpose, UserKind
from yixiang.web.places import region_words

USERS: dict[UserKind, str | Promise] = {
    "enterprise": _("企业"),
    "student_startup": _("大学生初创企业"),
    "student_team": _("大学生创业团队（个人）或科技创新团队"),
    "other": _("高校、科研院所或其他单位"),
}
PURPOSES: dict[Purpose, str | Promise] = {
    "research": _("科学研究"),
    "development": _("科技开发"),
    "teaching": _("教学"),
    "other": _("其他"),
}
ELSEWHERE = "elsewhere"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """A user and one test, as the laws ask for them."""

    user: UserKind
    region: str
    price: Decimal
    purpose: Purpose
    on: date
    received: Decimal = ZERO
    other_subsidy: bool = False
    headcount: int | None = None
    revenue: Decimal | None = None
    applied: bool = False
    high_tech: bool = False
    technology_sme: bool = False
    dishonest: bool = False
    abnormal: bool = False
    rate: Decimal | None = None
    order_ceiling: Decimal | None = None
    year_ceiling: Decimal | None = None


def places() -> list[tuple[Any, Any]]:
    """The cities of every place with a law of its own; everywhere else is one answer."""
    found: list[tuple[Any, Any]] = [("", _("请选择"))]
    for place in library().jurisdictions.values():
        rows = [r for r in reference.divisions().values() if reference.in_region(r.code, place.region)]
        cities = [(r.code, region_words(r.code)) for r in rows if r.level == "city" and not r.placeholder]
        found.append((region_words(place.region), cities) if len(cities) > 1 else cities[0])
    return [*found, (ELSEWHERE, _("其他地方"))]


def _money(label: Any, *, places: int = 2, most: int = 16, **rest: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    errors = {
        "invalid": _("请填写数字，如 12000 或 12000.50。"),
        "min_value": _("不能小于 0。"),
        "max_decimal_places": _("小数位数太多。"),
    }
    return forms.DecimalField(
        label=label, min_value=0, max_digits=most, decimal_places=places, widget=widget, error_messages=errors, **rest
    )


class CalculatorForm(forms.Form):
    """One page, few questions; what a place does not ask is simply not used there."""

    use_required_attribute = False

    user = forms.ChoiceField(
        label=_("您是"), choices=list(USERS.items()), widget=forms.RadioSelect, initial="enterprise"
    )
    region = forms.ChoiceField(label=_("所在地"), error_messages={"required": _("请选择所在地。")})
    price = _money(_("这次测试的价格"), help_text=_("与提供仪器的单位谈定的价格，或实际支付的费用。"))
    purpose = forms.ChoiceField(label=_("用途"), choices=list(PURPOSES.items()), initial="development")
    other_subsidy = forms.BooleanField(label=_("这笔费用已有其他财政补贴"), required=False)
    received = _money(
        _("今年已经得到的补助或创新券"), required=False, help_text=_("各地都有年度限额，没有得到过就不用填。")
    )
    headcount = forms.IntegerField(
        label=_("企业人数"), min_value=0, max_value=10_000_000, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("请填写整数。")},
    )  # fmt: skip
    revenue = _money(_("上年营业收入"), places=6, required=False)
    high_tech = forms.BooleanField(label=_("已认定的国家高新技术企业"), required=False)
    technology_sme = forms.BooleanField(label=_("已备案的科技型中小企业"), required=False)
    applied = forms.BooleanField(label=_("入网时会选择申请创新券"), required=False, initial=True)
    dishonest = forms.BooleanField(label=_("被列入失信名单，或因虚报被取消过补助资格"), required=False)
    abnormal = forms.BooleanField(label=_("被列入经营异常名录"), required=False)
    on = forms.DateField(label=_("结算日期"), widget=forms.DateInput, help_text=_("各地的规定按日期适用。"))
    rate = _money(_("支付比例"), required=False, most=5)
    order_ceiling = _money(_("单笔最高"), required=False)
    year_ceiling = _money(_("每家每年最高"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = places()  # type: ignore[attr-defined]
        for name in ("user", "price", "purpose", "on"):
            self.fields[name].error_messages["required"] = _("请填写这一项。")

    def clean_rate(self) -> Decimal | None:
        rate: Decimal | None = self.cleaned_data["rate"]
        if rate is not None and rate > HUNDRED:
            raise forms.ValidationError(_("比例在 0 至 100 之间。"))
        return rate

    @property
    def asked(self) -> Asked:
        """Only of a form that is valid; 万元 and percent become yuan and a rate."""
        told = dict(self.cleaned_data)
        revenue, rate = told.pop("revenue"), told.pop("rate")
        for name in ("price", "received", "order_ceiling", "year_ceiling"):
            told[name] = None if told[name] is None else yuan(told[name])
        return Asked(
            **{**told, "received": told["received"] or ZERO},
            revenue=None if revenue is None else yuan(revenue * 10_000),
            rate=None if rate is None else rate / HUNDRED,
        )
