"""Where a suspicion, a year's calculation, an application and a statement of net income can stand."""

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

CALCULATE = "subsidies:run:calculate"
PAY = "ledger:money:pay"

RUN = Machine(
    "run",
    states=[
        State("draft", "核算中", "neutral"),
        State("checking", "单位核对", "waiting"),
        State("frozen", "已冻结", "waiting"),
        State("published", "公示中", "waiting"),
        State("confirmed", "待发放", "warm"),
        State("paid", "已发放", "good"),
    ],
    initial="draft",
    moves=[
        Move(
            "send", ("draft",), "checking", CALCULATE, "送单位核对", style="primary",
            confirm="每个单位可以看到自己每一行订单计入与否和理由，并在期限内提出异议。",
        ),
        Move(
            "freeze", ("checking",), "frozen", CALCULATE, "冻结", style="primary",
            confirm="结果不再变动，金额在补助项目的账上逐家预留。",
        ),
        Move(
            "publish", ("frozen",), "published", CALCULATE, "公示", style="primary",
            confirm="各单位的补助金额在门户公示，公示期内任何登录的人可以提出异议。",
        ),
        Move("confirm", ("published",), "confirmed", CALCULATE, "公示结束，核定", style="primary"),
        Move(
            "reopen", ("frozen", "published"), "checking", CALCULATE, "退回核对", note=True, style="danger",
            confirm="预留的金额全部退回，公示撤下，回到单位核对。",
        ),
        Move(
            "pay", ("confirmed",), "paid", PAY, "登记已发放", style="primary",
            confirm="账上逐家转为已拨付，并通知各单位。",
        ),
    ],
)  # fmt: skip

AWARD = Machine(
    "award",
    states=[
        State("counted", "已核算"),
        State("held", "已预留", "waiting"),
        State("committed", "已核定", "waiting"),
        State("paid", "已发放", "good"),
        State("recovered", "已追回", "bad"),
    ],
    initial="counted",
    moves=[
        Move("hold", ("counted",), "held", CALCULATE, "预留"),
        Move("commit", ("held",), "committed", CALCULATE, "核定"),
        Move("release", ("held",), "counted", CALCULATE, "退回"),
        Move("pay", ("committed",), "paid", PAY, "发放"),
        Move("recover", ("paid",), "recovered", PAY, "追回", note=True, style="danger"),
    ],
)

CONTEST = Machine(
    "contest",
    states=[State("open", "待答复", "warm"), State("accepted", "采纳", "good"), State("declined", "不采纳", "bad")],
    initial="open",
    moves=[
        Move("accept", ("open",), "accepted", CALCULATE, "采纳", note=True, style="primary"),
        Move("decline", ("open",), "declined", CALCULATE, "不采纳", note=True),
    ],
)

OBJECTION = Machine(
    "objection",
    states=[State("open", "待处理", "warm"), State("answered", "已处理", "good")],
    initial="open",
    moves=[Move("answer", ("open",), "answered", CALCULATE, "处理", note=True, style="primary")],
)

APPLY = "subsidies:application:apply"
DECIDE = "subsidies:application:decide"

APPLICATION = Machine(
    "application",
    states=[
        State("submitted", "审核中", "waiting"),
        State("returned", "已退回", "warm"),
        State("approved", "待发放", "waiting"),
        State("rejected", "不予通过", "bad"),
        State("withdrawn", "已撤回"),
        State("paid", "已发放", "good"),
        State("recovered", "已追回", "bad"),
    ],
    initial="submitted",
    moves=[
        Move("return", ("submitted",), "returned", DECIDE, "退回修改", note=True),
        Move("reject", ("submitted",), "rejected", DECIDE, "不予通过", note=True, style="danger"),
        Move("approve", ("submitted",), "approved", DECIDE, "通过", style="primary"),
        Move("resubmit", ("returned",), "submitted", APPLY, "重新提交", style="primary"),
        Move("withdraw", ("submitted", "returned"), "withdrawn", APPLY, "撤回"),
        Move("pay", ("approved",), "paid", PAY, "登记已发放", style="primary"),
        Move("revoke", ("approved",), "rejected", DECIDE, "撤销核定", note=True, style="danger"),
        Move("recover", ("paid",), "recovered", DECIDE, "追回", note=True, style="danger"),
    ],
)

STATE = "subsidies:statement:write"
ACCEPT = "subsidies:statement:decide"

STATEMENT = Machine(
    "statement",
    states=[
        State("draft", "填写中"),
        State("submitted", "待审核", "waiting"),
        State("returned", "已退回", "warm"),
        State("accepted", "审核通过", "good"),
    ],
    initial="draft",
    moves=[
        Move(
            "submit", ("draft", "returned"), "submitted", STATE, "提交", style="primary",
            confirm="按年底生效的规定核定，每一步依据和报表一起保存，并通知主管部门。审核通过以前可以撤回。",
        ),
        Move("withdraw", ("submitted",), "draft", STATE, "撤回", confirm="报表回到填写中，填写的内容都保留。"),
        Move(
            "accept", ("submitted",), "accepted", ACCEPT, "审核通过", style="primary",
            confirm="报表定稿，并通知单位。",
        ),
        Move(
            "return", ("submitted", "accepted"), "returned", ACCEPT, "退回修改", note=True,
            confirm="报表退回单位修改，填写的内容都保留，并通知单位。",
        ),
    ],
)  # fmt: skip
