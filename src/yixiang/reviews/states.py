"""Where one submit–review–decide conversation can stand."""

from yixiang.kernel.states import Machine, Move, State

CASE = Machine(
    "case",
    states=[
        State("open", "待审核", "waiting"),
        State("returned", "已退回", "warm"),
        State("approved", "已通过", "good"),
        State("rejected", "不予通过", "bad"),
        State("withdrawn", "已撤回", "neutral"),
    ],
    initial="open",
    moves=[
        Move("pass_on", ("open",), "open", "decider", "通过并转下一级", style="primary"),
        Move("approve", ("open",), "approved", "decider", "通过", style="primary"),
        Move("return", ("open",), "returned", "decider", "退回修改", note=True),
        Move("reject", ("open",), "rejected", "decider", "不予通过", note=True, style="danger"),
        Move("resubmit", ("returned",), "open", "applicant", "重新提交", style="primary"),
        Move("withdraw", ("open", "returned"), "withdrawn", "applicant", "撤回"),
    ],
)
