"""Where an order can stand, and who moves it. Submitting holds the time; whatever ends it gives the time back."""

from yixiang.kernel.states import Machine, Move, State

PLACE = "orders:order:place"
SERVE = "orders:order:serve"

ORDER = Machine(
    "order",
    states=[
        State("draft", "待提交"),
        State("submitted", "待受理", "waiting"),
        State("quoted", "待确认报价", "warm"),
        State("accepted", "待测试", "waiting"),
        State("recorded", "待结算", "warm"),
        State("disputed", "费用有争议", "bad"),
        State("completed", "已完成", "good"),
        State("refused", "已拒绝", "bad"),
        State("cancelled", "已取消"),
        State("no_show", "未到场", "bad"),
        State("expired", "逾期失效", "bad"),
    ],
    initial="draft",
    moves=[
        Move("submit", ("draft",), "submitted", PLACE, "提交", style="primary"),
        Move("withdraw", ("submitted", "quoted"), "draft", PLACE, "撤回修改"),
        Move("accept", ("submitted",), "accepted", SERVE, "受理", style="primary"),
        Move("refuse", ("submitted",), "refused", SERVE, "不予受理", note=True, style="danger"),
        Move("quote", ("submitted",), "quoted", SERVE, "报价"),
        Move("agree", ("quoted",), "accepted", PLACE, "同意报价", style="primary"),
        Move("counter", ("quoted",), "submitted", PLACE, "还价", note=True),
        Move("reschedule", ("submitted", "accepted"), "submitted", PLACE, "改时间"),
        Move("shift", ("accepted",), "accepted", SERVE, "调整时间", note=True),
        Move("cancel", ("draft", "accepted"), "cancelled", PLACE, "取消", style="danger"),
        Move("call_off", ("accepted",), "cancelled", SERVE, "由提供方取消", note=True, style="danger"),
        Move("no_show", ("accepted",), "no_show", SERVE, "登记未到场", style="danger"),
        Move("record", ("accepted",), "recorded", SERVE, "登记结果与费用", style="primary"),
        Move("amend", ("recorded", "disputed"), "recorded", SERVE, "更正结果与费用", note=True),
        Move("dispute", ("recorded",), "disputed", PLACE, "对费用有异议", note=True),
        Move("drop_dispute", ("disputed",), "recorded", PLACE, "撤回异议"),
        Move("settle", ("recorded",), "completed", PLACE, "结算", style="primary"),
        Move("expire", ("submitted", "quoted"), "expired", "", "预约的时间已过"),
    ],
)

HOLDING = ("submitted", "quoted", "accepted")  # states that hold time
KEEPING = (*HOLDING, "recorded", "disputed", "completed")  # the time they held stays in the calendar as history
OPEN = ("submitted", "quoted", "accepted", "recorded", "disputed")
UNPAID = ("recorded", "disputed")  # has its queue; outside the sums that subsidies count
ENDED = ("completed", "refused", "cancelled", "no_show", "expired")
PROGRESS = ("draft", "submitted", "accepted", "recorded", "completed")  # the bar every order shows

GRANT = "orders:qualification:grant"
OWN = "own"  # whoever it is about

QUALIFICATION = Machine(
    "qualification",
    states=[
        State("asked", "待安排培训", "waiting"),
        State("invited", "已约培训", "waiting"),
        State("granted", "有效", "good"),
        State("declined", "未通过", "bad"),
        State("withdrawn", "已收回", "bad"),
        State("left", "已撤回"),
    ],
    initial="asked",
    moves=[
        Move("invite", ("asked", "invited"), "invited", GRANT, "约培训"),
        Move("grant", ("asked", "invited", "granted"), "granted", GRANT, "授予资格", style="primary"),
        Move("decline", ("asked", "invited"), "declined", GRANT, "不通过", note=True, style="danger"),
        Move("withdraw", ("granted",), "withdrawn", GRANT, "收回资格", note=True, style="danger"),
        Move("leave", ("asked", "invited"), "left", OWN, "撤回申请"),
    ],
)

WAITING = Machine(
    "waiting",
    states=[
        State("waiting", "候补中", "waiting"),
        State("offered", "有空位，待确认", "warm"),
        State("taken", "已预约", "good"),
        State("lapsed", "邀约过期"),
        State("left", "已退出"),
        State("over", "时段已过"),
    ],
    initial="waiting",
    moves=[
        Move("offer", ("waiting",), "offered", "", "发出邀约"),
        Move("take", ("offered",), "taken", OWN, "就约这个时间", style="primary"),
        Move("lapse", ("offered",), "lapsed", "", "邀约过期"),
        Move("leave", ("waiting", "offered"), "left", OWN, "退出候补"),
        Move("end", ("waiting",), "over", "", "时段已过"),
    ],
)

DRAW = Machine(
    "draw",
    states=[
        State("open", "报名中", "waiting"),
        State("drawn", "已抽签", "good"),
        State("cancelled", "已取消", "bad"),
    ],
    initial="open",
    moves=[
        Move("draw", ("open",), "drawn", "", "抽签"),
        Move("call_off", ("open",), "cancelled", SERVE, "取消抽签", note=True, style="danger"),
    ],
)
