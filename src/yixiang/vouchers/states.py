"""Where a redemption can stand. Money moves with it, in the same transaction and nowhere else."""

from yixiang.kernel.states import Machine, Move, State

USE = "vouchers:voucher:use"
DECIDE = "vouchers:redemption:decide"
PAY = "ledger:money:pay"

REDEMPTION = Machine(
    "redemption",
    states=[
        State("pledged", "已使用，待结算", "waiting"),
        State("submitted", "待审核", "waiting"),
        State("returned", "待补充材料", "warm"),
        State("approved", "已核定，待拨付", "good"),
        State("paid", "已拨付", "good"),
        State("rejected", "不予兑付", "bad"),
        State("withdrawn", "已撤回"),
        State("released", "已退回"),
        State("recovered", "已追回", "bad"),
    ],
    initial="pledged",
    moves=[
        Move("file", ("pledged",), "submitted", "", "结算后提交兑付"),
        Move("release", ("pledged",), "released", "", "退回"),
        Move("unpledge", ("pledged",), "released", USE, "不用了", confirm="创新券退回账户，可以用于其他预约。"),
        Move("approve", ("submitted",), "approved", DECIDE, "通过", style="primary"),
        Move("return", ("submitted",), "returned", DECIDE, "退回补充材料", note=True),
        Move("reject", ("submitted",), "rejected", DECIDE, "不予兑付", note=True, style="danger"),
        Move(
            "resubmit", ("returned",), "submitted", USE, "补充后重新提交", style="primary",
            confirm="重新进入审核，从第一级开始。",
        ),
        Move(
            "withdraw", ("submitted", "returned"), "withdrawn", USE, "撤回申请", style="danger",
            confirm="预留的资金全部退回；撤回后这张预约单不能再申请。",
        ),
        Move("pay", ("approved",), "paid", PAY, "登记拨付", style="primary", confirm="记入已拨付，并通知收款单位。"),
        Move(
            "revoke", ("approved",), "rejected", PAY, "撤销核定", style="danger", note=True,
            confirm="核定的资金全部退回预算，申请单位会看到原因。",
        ),
        Move(
            "recover", ("paid",), "recovered", PAY, "登记追回", style="danger", note=True,
            confirm="按实际追回的金额记账；全部追回后为“已追回”。",
        ),
    ],
)  # fmt: skip

STANDING = ("pledged", "submitted", "returned", "approved", "paid")  # holds money; one for each order
SPENT = ("paid",)

# What the public page says of a voucher.
VERDICTS = {
    "pledged": "valid",
    "submitted": "valid",
    "returned": "valid",
    "approved": "valid",
    "paid": "used",
    "rejected": "void",
    "withdrawn": "void",
    "released": "void",
    "recovered": "void",
}
