"""The one page a booking is asked for on: words about the whole, and a line for each instrument."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yixiang.catalogue.models import Instrument
from yixiang.kernel import reference
from yixiang.kernel.periods import SHANGHAI
from yixiang.orders.rules.wishes import MOST_SAMPLES, LineWish, SampleWish, Wish
from yixiang.orders.rules.words import HAZARDS, MODES, PURPOSES, RETURNS, WAYS

EMPTY_ROWS = 3
SAMPLE_COLUMNS = ("name", "count", "form", "hazard", "hazard_note", "afterwards")


def funds_choices() -> list[tuple[str, str]]:
    return list(reference.code_list("service_funds").codes.items())


def discipline_choices() -> list[tuple[str, str]]:
    return [(code, row.name) for code, row in reference.disciplines().items()]


class WordsForm(forms.Form):
    """Nothing is required here: a draft may wait. What is missing is told when it is submitted."""

    use_required_attribute = False

    content = forms.CharField(
        label=_("测试目的与要求"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("要测什么、达到什么精度、有什么特别要求。写清楚，机组不用再来问。"),
    )  # fmt: skip
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    contact_email = forms.EmailField(label=_("电子邮箱"), max_length=80, required=False)
    purpose = forms.ChoiceField(label=_("服务类型"), choices=list(PURPOSES.items()), required=False)
    project_name = forms.CharField(label=_("所属项目"), max_length=200, required=False)
    project_number = forms.CharField(label=_("项目编号"), max_length=60, required=False)
    project_funds = forms.MultipleChoiceField(label=_("经费来源"), choices=funds_choices, required=False)
    disciplines = forms.MultipleChoiceField(label=_("学科领域"), choices=discipline_choices, required=False)
    other_subsidy = forms.BooleanField(label=_("这次测试已有其他财政资金补助"), required=False)
    note = forms.CharField(label=_("备注"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_project_funds(self) -> list[str]:
        return self._few("project_funds")

    def clean_disciplines(self) -> list[str]:
        return self._few("disciplines")

    def _few(self, name: str) -> list[str]:
        """The national record takes four."""
        chosen: list[str] = self.cleaned_data[name]
        if len(chosen) > 4:
            raise forms.ValidationError(_("最多选 4 项。"))
        return chosen


class LineForm(forms.Form):
    use_required_attribute = False

    mode = forms.ChoiceField(label=_("方式"), choices=list(MODES.items()), widget=forms.RadioSelect)
    day = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput)
    begins = forms.TimeField(label=_("开始"), required=False, widget=forms.TimeInput)
    finishes = forms.TimeField(label=_("结束"), required=False, widget=forms.TimeInput)
    last_day = forms.DateField(label=_("到哪一天"), required=False, widget=forms.DateInput)
    way = forms.ChoiceField(label=_("谁来操作"), choices=list(WAYS.items()), required=False)
    items = forms.MultipleChoiceField(
        label=_("收费项目"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, instrument: Instrument, names: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        modes = [one for one in MODES if instrument.booking_mode in {one, "both"}]
        self.fields["mode"].choices = [(code, MODES[code]) for code in modes]  # type: ignore[attr-defined]
        self.fields["mode"].initial = modes[0] if modes else None
        self.fields["items"].choices = [(name, name) for name in names if name]  # type: ignore[attr-defined]
        self.samples = self._samples()

    @property
    def choosable(self) -> bool:
        return len(self.fields["items"].choices) > 1  # type: ignore[attr-defined]

    def _samples(self) -> list[dict[str, str]]:
        """The rows as they were typed, and a few empty ones to go on with."""
        rows: list[dict[str, str]] = list(self.initial.get("samples", []))
        if isinstance(self.data, QueryDict) and self.is_bound:
            rows = sample_rows(self.data, str(self.prefix))
        rows = [row for row in rows if row.get("name") or row.get("form")]
        return [*rows, *({} for _n in range(EMPTY_ROWS if not rows else 1))]

    def wish(self) -> LineWish:
        data: Mapping[str, Any] = self.cleaned_data
        samples = [_sample(row) for row in self.samples if row.get("name")]
        return LineWish(
            self.instrument.code,
            mode=data.get("mode") or "time",
            way=data.get("way") or "entrusted",
            starts=moment_of(data.get("day"), data.get("begins")),
            ends=moment_of(data.get("last_day") or data.get("day"), data.get("finishes"), end=True),
            items=tuple(data.get("items") or ()),
            samples=tuple(samples[:MOST_SAMPLES]),
        )


def sample_rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    columns = {name: data.getlist(f"{prefix}-sample-{name}") for name in SAMPLE_COLUMNS}
    longest = min(max(map(len, columns.values()), default=0), MOST_SAMPLES + 1)
    return [
        {name: values[at].strip() if at < len(values) else "" for name, values in columns.items()}
        for at in range(longest)
    ]


def _sample(row: Mapping[str, str]) -> SampleWish:
    typed = row.get("count") or "1"
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    hazard = row.get("hazard") or "none"
    afterwards = row.get("afterwards") or "discard"
    return SampleWish(
        row["name"][:80],
        count,
        row.get("form", "")[:80],
        hazard if hazard in HAZARDS else "other",
        row.get("hazard_note", "")[:200],
        afterwards if afterwards in RETURNS else "discard",
    )


def moment_of(day: Any, at: time | None, *, end: bool = False) -> datetime | None:
    """Chinese time; an end at 0:00 is the midnight after that day."""
    if day is None or at is None:
        return None
    found = datetime.combine(day, at, tzinfo=SHANGHAI)
    return _next_day(found) if end and at == time(0) else found


def _next_day(moment: datetime) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() + 86_400, SHANGHAI)


def wish_from(words: WordsForm, lines: Sequence[LineForm]) -> Wish:
    return Wish(tuple(line.wish() for line in lines), dict(words.cleaned_data))
