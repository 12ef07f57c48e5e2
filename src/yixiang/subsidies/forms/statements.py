"""What is typed into a statement of net income."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.subsidies.commands.stating import MOST_MINUTES, Figures
from yixiang.subsidies.models import Running
from yixiang.subsidies.models.statement import PAPERS


def _money(label: Any, help_text: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=Decimal(0), max_digits=12, decimal_places=2, help_text=help_text
    )


class BeginForm(forms.Form):
    """One choice for each unit and year that may be begun."""

    use_required_attribute = False
    which = forms.ChoiceField(label=_("单位和年度"))

    def __init__(self, *args: object, open_years: Sequence[tuple[Any, int]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.open_years = {f"{unit.pk}-{year}": (unit, year) for unit, year in open_years}
        several = len({unit.pk for unit, _year in open_years}) > 1
        labels = [
            (key, f"{unit.name} · {year} 年度" if several else f"{year} 年度")
            for key, (unit, year) in self.open_years.items()
        ]
        self.fields["which"].choices = labels  # type: ignore[attr-defined]


class FiguresForm(forms.Form):
    """The figures of the unit, and the running cost of each instrument with open service."""

    use_required_attribute = False
    material = _money(_("材料消耗费成本"), _("全年为开放共享服务登记的材料消耗成本；没有填 0。"))
    fiscal_wages = _money(
        _("人力成本服务费中的财政工资"), _("在编人员利用财政资金发放的工资、福利待遇，不能纳入；应为 0。")
    )
    planned = _money(_("拟作为绩效工资来源"), _("不提取填 0；上限在保存后算出。"))
    runs_normally = forms.BooleanField(label=_("已确保本单位科研设施和仪器正常运转"), required=False)

    def __init__(self, *args: object, rows: Sequence[Running], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.rows = {f"total_{row.pk}": row for row in rows}
        for name, row in self.rows.items():
            words = _("开放共享 %(open)s 分钟，全部 %(all)s 分钟") % {
                "open": f"{row.open_minutes:,}", "all": f"{row.all_minutes:,}",
            }  # fmt: skip
            self.fields[name] = _money(row.instrument.name, words)

    def figures(self) -> Figures:
        data = self.cleaned_data
        totals = {row.pk: data[name] for name, row in self.rows.items()}
        return Figures(data["material"], data["fiscal_wages"], data["planned"], data["runs_normally"], totals)


class CorrectionForm(forms.Form):
    use_required_attribute = False
    open_minutes = forms.IntegerField(label=_("开放共享使用（分钟）"), min_value=0, max_value=MOST_MINUTES)
    all_minutes = forms.IntegerField(
        label=_("全部使用（分钟）"), min_value=0, max_value=MOST_MINUTES, help_text=_("包括本单位自己的使用。")
    )
    reason = forms.CharField(
        label=_("为什么与平台统计不同"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：有多少使用没有经过平台，记录在哪里。"),
    )  # fmt: skip
    upload = forms.FileField(label=_("使用时间的记录"), required=False)


class PaperForm(forms.Form):
    use_required_attribute = False
    kind = forms.ChoiceField(label=_("用途"), choices=list(PAPERS.items()))
    upload = forms.FileField(label=_("文件"))
