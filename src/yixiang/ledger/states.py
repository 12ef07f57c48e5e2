"""Where a programme and one reservation of its money can stand."""

from yixiang.kernel.states import Machine, Move, State

PLAN = "ledger:programme:plan"

PROGRAMME = Machine(
    "programme",
    states=[
        State("draft", "编制中"),
        State("open", "开放中", "good"),
        State("closed", "已关闭"),
    ],
    initial="draft",
    moves=[
        Move(
            "open", ("draft",), "open", PLAN, "开放", style="primary",
            confirm="开放后预算入账，可以开始使用；预算只能增加，已经确定的标准不能再改。",
        ),
        Move(
            "close", ("open",), "closed", PLAN, "关闭", style="danger", note=True,
            confirm="关闭后不再受理新的申请；已经受理的照常审核、拨付。同一地区同一年度只有一个同类项目，需要时可以重新开放。",
        ),
        Move(
            "reopen", ("closed",), "open", PLAN, "重新开放", note=True,
            confirm="恢复受理；预算、标准和已经用掉的限额都接着算。",
        ),
    ],
)  # fmt: skip

# `who` is empty: money moves when a redemption or an award does, by the command of its room.
HOLD = Machine(
    "hold",
    states=[
        State("held", "已预留", "waiting"),
        State("committed", "已核定", "waiting"),
        State("paid", "已拨付", "good"),
        State("released", "已退回"),
        State("recovered", "已追回", "bad"),
    ],
    initial="held",
    moves=[
        Move("commit", ("held",), "committed", "", "核定"),
        Move("release", ("held", "committed"), "released", "", "退回"),
        Move("pay", ("committed",), "paid", "", "拨付"),
        Move("recover", ("paid",), "recovered", "", "追回"),
    ],
)

STAGES = {
    "appropriated": "预算来源",  # the other side of the budget: never above zero
    "fund": "可用",
    "reserved": "已预留",
    "committed": "已核定",
    "paid": "已拨付",
    "recovered": "已追回",
}
COUNTED = ("reserved", "committed", "paid")  # what a cap counts: given or promised, and not taken back

MOVES = {
    "fund": "预算入账",
    "reserve": "预留",
    "commit": "核定",
    "release": "退回",
    "pay": "拨付",
    "recover": "追回",
}

DIMENSIONS = {
    "user": "使用单位",
    "instrument": "仪器",
    "unit": "管理单位",
    "unit_separate": "单独计算的平台或设施",
}
