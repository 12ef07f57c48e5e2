"""What is typed about vouchers."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.vouchers.facts import PAPERS
from yixiang.vouchers.models import Redemption


class Plain(forms.Form):
    use_required_attribute = False


class ClaimForm(Plain):
    amount = forms.DecimalField(
        label=_("领取多少"), required=False, max_digits=12, decimal_places=2, min_value=Decimal("0.01"),
        help_text=_("空着就领取余下的全部。"),
    )  # fmt: skip


class PaperForm(Plain):
    kind = forms.ChoiceField(label=_("种类"), choices=[(code, _(label)) for code, label in PAPERS.items()])
    label = forms.CharField(label=_("名称"), required=False, max_length=160, help_text=_("空着就用文件名。"))
    file = forms.FileField(label=_("文件"))


class NoteForm(Plain):
    note = forms.CharField(label=_("说明"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class PayForm(Plain):
    paid_on = forms.DateField(
        label=_("拨付日期"), required=False, widget=forms.DateInput, help_text=_("空着就是今天。")
    )


class RecoverForm(NoteForm):
    amount = forms.DecimalField(label=_("追回金额"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))

    field_order = ("amount", "note")


FORMS: dict[str, type[Plain]] = {"pay": PayForm, "recover": RecoverForm}


def form_of(action: str, redemption: Redemption, data: object) -> Plain:
    form = FORMS.get(action, NoteForm)(data)  # type: ignore[arg-type]
    if action == "recover":
        form.fields["amount"].initial = redemption.hold.kept
    return form
