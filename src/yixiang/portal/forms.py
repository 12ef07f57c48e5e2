"""What the desk's own pages accept."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.models import CalendarDay


class DecideForm(forms.Form):
    """`cases` are `id:version` pairs, so that a decision is made on what was shown."""

    action = forms.ChoiceField(choices=[("approve", _("通过")), ("return", _("退回修改")), ("reject", _("不予通过"))])
    note = forms.CharField(required=False, max_length=2000, label=_("意见"), widget=forms.Textarea(attrs={"rows": 3}))
    cases = forms.CharField()

    def __init__(self, data: QueryDict | None = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.sent = data.getlist("cases") if data else []
        self.pairs: list[tuple[int, int]] = []

    def clean_cases(self) -> str:
        for pair in self.sent:
            pk, _colon, version = pair.partition(":")
            if not (pk.isdigit() and version.isdigit()):
                raise forms.ValidationError(_("选中的事项不完整，请刷新后重新选择。"))
            self.pairs.append((int(pk), int(version)))
        if len(self.pairs) > 200:
            raise forms.ValidationError(_("一次最多处理 200 件。"))
        return ""


class CalendarDayForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = CalendarDay
        fields = ["date", "working", "name", "source"]
        widgets = {"date": forms.DateInput(attrs={"type": "date"})}
