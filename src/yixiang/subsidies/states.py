"""Where a suspicion and a statement can stand."""

from yixiang.kernel.states import Machine, Move, State

KEEP = "subsidies:account:keep"
WATCH = "subsidies:flag:close"

FLAG = Machine(
    "flag",
    states=[
        State("open", "待说明", "warm"),
        State("answered", "已说明", "waiting"),
        State("cleared", "已排除", "good"),
        State("confirmed", "核实有问题", "bad"),
    ],
    initial="open",
    moves=[
        Move("answer", ("open",), "answered", KEEP, "说明情况", note=True, style="primary"),
        Move("clear", ("open", "answered"), "cleared", WATCH, "排除", note=True),
        Move("confirm", ("open", "answered"), "confirmed", WATCH, "核实有问题", note=True, style="danger"),
    ],
)

STATEMENT = Machine(
    "statement",
    states=[State("draft", "填写中", "neutral"), State("filed", "已申报", "good")],
    initial="draft",
    moves=[
        Move("file", ("draft",), "filed", KEEP, "申报", style="primary"),
        Move("reopen", ("filed",), "draft", KEEP, "更正", note=True),
    ],
)
