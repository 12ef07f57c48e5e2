"""What is typed for each step of an order. Each form knows the order it is for and the command it feeds."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.periods import SHANGHAI, midnight
from yixiang.orders.forms.asking import moment_of
from yixiang.orders.forms.files import ManyFilesField
from yixiang.orders.models import Line, Order
from yixiang.orders.rules.words import PAPERS, REFUSALS, STEPS

Group = tuple[Any, Any, list[str]]  # heading, line below it, fields


class ActForm(forms.Form):
    """`groups` is how the page lays it out."""

    use_required_attribute = False

    def __init__(self, order: Order, lines: Sequence[Line], *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.lines, self.today = order, lines, today
        self.build()

    def build(self) -> None:
        """Fields that depend on the order."""

    def groups(self) -> Iterator[Group]:
        yield "", "", list(self.fields)


def note_field(*, required: bool, label: Any = "", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label or _("原因"),
        required=required,
        max_length=300,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteForm(ActForm):
    note = note_field(required=True)


class WordsForm(ActForm):
    note = note_field(required=False, label=_("说明"))


class RefuseForm(ActForm):
    reason = forms.ChoiceField(label=_("原因"), choices=list(REFUSALS.items()), widget=forms.RadioSelect)
    note = note_field(required=False, label=_("说明"), help_text=_("告诉对方怎样才能做，或还缺什么。"))
    substitute = forms.ChoiceField(
        label=_("替代的仪器"), required=False, choices=[], help_text=_("按规定，不能安排时应协调替代方案。")
    )

    def build(self) -> None:
        from yixiang.orders.queries.substitutes import substitutes_for

        offered = [(one.code, f"{one.name} {one.model} · {one.unit.name}") for one in substitutes_for(self.order)]
        self.fields["substitute"].choices = [("", _("没有合适的")), *offered]  # type: ignore[attr-defined]


class CounterForm(ActForm):
    total = forms.DecimalField(label=_("希望的总价"), max_digits=10, decimal_places=2, min_value=0)
    note = note_field(required=True, label=_("理由"))


class MoneyForm(ActForm):
    """Amounts by line and component."""

    def amounts_for(self, line: Line) -> dict[str, Decimal]:
        found = {code: self.cleaned_data.get(f"{code}-{line.pk}") for code in COMPONENTS}
        return {code: amount for code, amount in found.items() if amount is not None}

    def add_amounts(self, line: Line, stage: str, *, required: bool) -> list[str]:
        known: dict[str, Decimal] = {}
        for charge in line.charges.all():
            if charge.stage == stage:
                known[charge.component] = known.get(charge.component, Decimal(0)) + charge.amount
        names = []
        for code, label in COMPONENTS.items():
            name = f"{code}-{line.pk}"
            self.fields[name] = forms.DecimalField(
                label=_(label), required=False, max_digits=10, decimal_places=2, min_value=0, initial=known.get(code)
            )
            names.append(name)
        return names


class QuoteForm(MoneyForm):
    note = note_field(required=False, label=_("说明"))
    valid_until = forms.DateField(label=_("有效期至"), required=False, widget=forms.DateInput)

    def build(self) -> None:
        self.by_line = {line.pk: self.add_amounts(line, "quoted", required=True) for line in self.lines}

    def groups(self) -> Iterator[Group]:
        for line in self.lines:
            yield line.instrument.name, _("按构成分别填写，不收的留空"), self.by_line[line.pk]
        yield "", "", ["valid_until", "note"]

    def amounts(self) -> dict[int, dict[str, Decimal]]:
        return {line.pk: self.amounts_for(line) for line in self.lines}


TIME_FIELDS = ("day", "begins", "finishes", "last_day")


def key_of(line: Line) -> str:
    """Begins the names of its fields, as the calendar knows them."""
    return f"at-{line.pk}"


class TimesForm(ActForm):
    """Another time for each line that has one."""

    note_required = False

    def build(self) -> None:
        for line in self.timed:
            assert line.starts
            assert line.ends
            start, end = line.starts.astimezone(SHANGHAI), line.ends.astimezone(SHANGHAI)
            day, at = forms.DateField, forms.TimeField
            key = key_of(line)
            self.fields[f"{key}-day"] = day(label=_("日期"), initial=start.date(), widget=forms.DateInput)
            self.fields[f"{key}-begins"] = at(label=_("开始"), initial=start.time(), widget=forms.TimeInput)
            self.fields[f"{key}-finishes"] = at(label=_("结束"), initial=end.time(), widget=forms.TimeInput)
            if end - midnight(start.date()) > timedelta(days=1):
                last = day(label=_("到哪一天"), initial=end.date(), required=False, widget=forms.DateInput)
                self.fields[f"{key}-last_day"] = last
        if self.note_required:
            self.fields["note"] = note_field(required=True)

    @property
    def timed(self) -> list[Line]:
        return [line for line in self.lines if line.starts and line.ends]

    def groups(self) -> Iterator[Group]:
        for line in self.timed:
            yield line.instrument.name, "", [name for name in self.fields if name.startswith(f"{key_of(line)}-")]
        if self.note_required:
            yield "", "", ["note"]

    def propose(self, key: str, starts: datetime, ends: datetime) -> None:
        """A stretch somebody clicked, where no script fills the fields."""
        start, end = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
        wish = {"day": start.date(), "begins": start.time(), "finishes": end.time(), "last_day": None}
        self.initial.update({f"{key}-{name}": value for name, value in wish.items()})

    def times(self) -> list[tuple[int, datetime, datetime]]:
        found = []
        for line in self.timed:
            day, start, end, last = (self.cleaned_data.get(f"{key_of(line)}-{name}") for name in TIME_FIELDS)
            starts, ends = moment_of(day, start), moment_of(last or day, end, end=True)
            assert starts
            assert ends
            if (starts, ends) != (line.starts, line.ends):
                found.append((line.pk, starts, ends))
        return found


class ShiftForm(TimesForm):
    note_required = True


class RecordForm(MoneyForm):
    """Hours prefilled from check-in and check-out, money from the price list; a difference says why."""

    stage, asks_note = "quoted", False

    def build(self) -> None:
        for line in self.lines:
            self._line(line)
        if self.asks_note:
            self.fields["note"] = note_field(required=True, label=_("更正说明"))

    def _line(self, line: Line) -> None:
        key = line.pk
        if line.by_time:
            minutes = line.used_minutes or line.measured_minutes or line.minutes
            self.fields[f"hours-{key}"] = forms.DecimalField(
                label=_("实际机时（小时）"), max_digits=6, decimal_places=2, min_value=0,
                initial=(Decimal(minutes) / 60).quantize(Decimal("0.01")),
                help_text=_("含必要的准备、测试和收尾，不含空转。"),
            )  # fmt: skip
        else:
            count = line.used_samples if line.used_samples is not None else line.sample_count
            self.fields[f"samples-{key}"] = forms.IntegerField(
                label=_("实际样品数"), min_value=0, max_value=100_000, initial=count
            )
        self.fields[f"result-{key}"] = forms.CharField(
            label=_("结果说明"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
            initial=line.result,
        )  # fmt: skip
        self.fields[f"byhand-{key}"] = forms.BooleanField(label=_("费用不按收费标准或约定计算"), required=False)
        self.add_amounts(line, self.stage, required=False)
        self.fields[f"why-{key}"] = forms.CharField(label=_("费用不同的原因"), required=False, max_length=200)
        self.fields[f"report-{key}"] = forms.FileField(label=_("检测报告"), required=False)
        self.fields[f"data-{key}"] = ManyFilesField(
            label=_("结果数据"), required=False, help_text=_("可以一次选多个文件；原始数据请打包成 ZIP。")
        )

    def groups(self) -> Iterator[Group]:
        for line in self.lines:
            names = ("hours", "samples", "result", "report", "data", "byhand", *COMPONENTS, "why")
            fields = [f"{name}-{line.pk}" for name in names if f"{name}-{line.pk}" in self.fields]
            booked = f"{line.minutes / 60:g} 小时" if line.by_time else f"{line.sample_count} 个样品"
            yield line.instrument.name, str(_("预约 %(booked)s")) % {"booked": booked}, fields
        if self.asks_note:
            yield "", "", ["note"]


class AmendForm(RecordForm):
    stage, asks_note = "final", True


class InvoiceForm(ActForm):
    number = forms.CharField(
        label=_("发票号码"), max_length=40,
        help_text=_("数电票填 20 位号码；较早的发票先填 10 或 12 位代码，空一格再填 8 位号码。"),
    )  # fmt: skip
    amount = forms.DecimalField(label=_("价税合计"), max_digits=12, decimal_places=2, min_value=0)
    issued_on = forms.DateField(label=_("开票日期"), widget=forms.DateInput)
    file = forms.FileField(label=_("发票文件"), required=False)

    def build(self) -> None:
        self.fields["amount"].initial = self.order.final_total


class PaperForm(ActForm):
    kind = forms.ChoiceField(label=_("种类"), choices=[])
    file = forms.FileField(label=_("文件"))

    def build(self) -> None:
        kinds = [(code, label) for code, label in PAPERS.items() if code != "invoice"]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class RateForm(ActForm):
    step = forms.ChoiceField(label=_("这次服务怎么样"), widget=forms.RadioSelect, choices=list(STEPS.items()))
    words = forms.CharField(label=_("说几句"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ReplyForm(ActForm):
    words = forms.CharField(label=_("答复"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class ComplaintForm(forms.Form):
    use_required_attribute = False
    words = forms.CharField(
        label=_("内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写明时间、经过和希望怎样解决。"),
    )  # fmt: skip
