"""What is typed on the way of a run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.subsidies.models import Award


class ActForm(forms.Form):
    """Only the fields of the step are shown; see `FIELDS`."""

    use_required_attribute = False
    days = forms.IntegerField(
        label=_("几个工作日"), min_value=1, max_value=90, help_text=_("文件没有规定天数，请按本次工作安排填写。")
    )
    note = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    paid_on = forms.DateField(label=_("发放日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, action: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields = {name: self.fields[name] for name in FIELDS.get(action, ())}


FIELDS = {
    "send": ("days",),
    "publish": ("days",),
    "reopen": ("note",),
    "pay": ("paid_on",),
    "revoke": ("note",),
    "return": ("note",),
}


class EvidenceForm(forms.Form):
    use_required_attribute = False
    words = forms.CharField(
        label=_("为什么应当计入"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明与核算依据不同的事实。"),
    )  # fmt: skip
    upload = forms.FileField(label=_("证明材料"), required=False)


class ObjectionForm(forms.Form):
    use_required_attribute = False
    award: Any = forms.ModelChoiceField(
        label=_("对哪一家"), queryset=Award.objects.none(), required=False, empty_label=_("整个公示")
    )
    words = forms.CharField(label=_("异议内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    contact = forms.CharField(label=_("联系方式"), max_length=80, required=False)

    def __init__(self, *args: object, awards: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["award"].queryset = awards  # type: ignore[attr-defined]
        self.fields["award"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]


class RecoverForm(forms.Form):
    use_required_attribute = False
    amount = forms.DecimalField(label=_("追回金额"), max_digits=14, decimal_places=2)
    words = forms.CharField(
        label=_("查实了什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会写入科研诚信记录，并通知单位。"),
    )  # fmt: skip


class EvidentRecoverForm(RecoverForm):
    upload = forms.FileField(label=_("查实的材料"), help_text=_("单位可以看到。"))
