"""What is typed when a grade is recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.assessment.models import GRADES
from yixiang.units.models import Unit


class GradeForm(forms.Form):
    use_required_attribute = False

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none())
    year = forms.IntegerField(label=_("考核年度"), help_text=_("考核的那一年，例如在 2026 年公布的是 2025 年度。"))
    grade = forms.ChoiceField(label=_("等次"), choices=list(GRADES.items()), widget=forms.RadioSelect)
    decided_on = forms.DateField(label=_("认定日期"), widget=forms.DateInput(attrs={"type": "date"}))
    document = forms.CharField(label=_("依据文件"), max_length=120, help_text=_("公布结果的文件名称或文号。"))
    upload = forms.FileField(label=_("文件"), required=False)
    reason = forms.CharField(
        label=_("更正理由"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("这个年度已经登记过时必填；原来的记录保留。"),
    )  # fmt: skip

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
