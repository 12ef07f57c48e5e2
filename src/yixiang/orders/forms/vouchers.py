"""Forms in which a voucher can be chosen: with the agreement, after it, and with the settlement."""

from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.orders.forms.acting import ActForm, Group, InvoiceForm
from yixiang.orders.queries.orders import contract_of
from yixiang.orders.queries.vouchers import offers_of
from yixiang.orders.rules.words import STEPS
from yixiang.vouchers.queries.offers import NONE, Offers
from yixiang.vouchers.queries.redemptions import redemption_of_order


class VoucherForm(ActForm):
    """`offers` is what the page shows of each level; only what can be used can be chosen."""

    moment, required = "agreement", True
    offers: Offers = NONE

    def price(self) -> Decimal | None:
        return None

    def build(self) -> None:
        self.offers = offers_of(self.order, moment=self.moment, today=self.today, price=self.price())
        choices = [(one.level, f"{one.label} {one.amount:,.2f} 元") for one in self.offers.shown if one.usable]
        if choices and not self.required:
            choices.append(("", str(_("这次不用"))))
        if choices:
            self.fields["voucher"] = forms.ChoiceField(
                label=_("创新券"), choices=choices, widget=forms.RadioSelect, required=self.required,
                initial=choices[0][0] if self.required else "",
            )  # fmt: skip


class AgreeForm(VoucherForm):
    required = False

    def price(self) -> Decimal | None:
        last = self.order.quotes.filter(side="provider").last()
        return last.total if last else None


class SettleForm(InvoiceForm, VoucherForm):
    """Everything at the end in one form: the invoice where there is none yet, the voucher with what it still needs, the
    day of payment, the rating."""

    moment, required = "settlement", False

    paid_on = forms.DateField(label=_("付款日期"), required=False, widget=forms.DateInput)
    step = forms.ChoiceField(
        label=_("这次服务怎么样"), required=False, widget=forms.RadioSelect,
        choices=[(code, label) for code, label in STEPS.items()],
    )  # fmt: skip
    words = forms.CharField(label=_("说几句"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def build(self) -> None:
        InvoiceForm.build(self)
        VoucherForm.build(self)
        self.pledged = redemption_of_order(self.order.number)
        self.invoiced = self.order.invoices.exists() or self.order.internal or not self.order.final_total
        if self.invoiced:
            for name in ("number", "amount", "issued_on", "file"):
                del self.fields[name]
        if self.order.internal:
            del self.fields["step"], self.fields["words"]
        if "voucher" in self.fields:
            self._papers({code for one in self.offers.shown for code in one.missing_papers})

    def _papers(self, missing: set[str]) -> None:
        """What the voucher still needs and the customer can bring along here."""
        if "relevance" in missing:
            self.fields["relevance"] = forms.FileField(
                label=_("科技创新相关性证明"), required=False,
                help_text=_("说明这次检测用于什么研发，例如立项书、研发任务书。用创新券时必须有。"),
            )  # fmt: skip
        if "invoice" in missing and self.invoiced:
            self.fields["invoice_file"] = forms.FileField(
                label=_("发票文件"), required=False, help_text=_("发票登记时没有上传文件，用创新券时须补上。")
            )
        contract = contract_of(self.order)
        if contract and contract.customer_at is None:
            self.fields["confirm"] = forms.BooleanField(
                label=_("我已阅读并确认服务合同"), required=False, help_text=_("用创新券时，合同须双方确认。")
            )

    def groups(self) -> Iterator[Group]:
        own: list[str] = [name for name in ("number", "amount", "issued_on", "file") if name in self.fields]
        if own:
            yield _("发票"), "", own
        yield _("付款"), "", ["paid_on"]
        if "voucher" in self.fields:
            papers = [name for name in ("relevance", "invoice_file", "confirm") if name in self.fields]
            yield _("使用创新券"), _("选中后随结算一起申请，不用另外填表。"), ["voucher", *papers]
        if "step" in self.fields:
            yield _("评价"), _("选填，也可以以后再评。"), ["step", "words"]
