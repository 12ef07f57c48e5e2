"""Where a unit, a change of its facts, a member, an expert and a question to one can stand."""

from yixiang.kernel.states import Machine, Move, State

EDIT = "units:unit:edit"
DECIDE = "units:unit:decide"
MEMBERS = "units:member:decide"
EXPERTS = "units:expert:decide"

JOINING = Machine(
    "unit",
    states=[
        State("draft", "草稿"),
        State("submitted", "待审核", "waiting"),
        State("returned", "已退回", "warm"),
        State("joined", "已入网", "good"),
        State("rejected", "不予入网", "bad"),
        State("left", "已退网"),
    ],
    initial="draft",
    moves=[
        Move("submit", ("draft", "returned"), "submitted", EDIT, "提交审核", style="primary"),
        Move("withdraw", ("submitted", "returned"), "draft", EDIT, "撤回修改"),
        Move("approve", ("submitted",), "joined", DECIDE, "通过", style="primary"),
        Move("return", ("submitted",), "returned", DECIDE, "退回修改", note=True),
        Move("reject", ("submitted",), "rejected", DECIDE, "不予入网", note=True, style="danger"),
        Move("reopen", ("rejected", "left"), "draft", EDIT, "重新申请入网"),
        Move(
            "leave",
            ("joined",),
            "left",
            DECIDE,
            "办理退网",
            note=True,
            style="danger",
            confirm="退网后，本单位不能再发布仪器或预约，成员的单位权限随之收回；历史记录保留。",
        ),
    ],
)

CHANGE = Machine(
    "unit-change",
    states=[
        State("submitted", "待审核", "waiting"),
        State("returned", "已退回", "warm"),
        State("applied", "已生效", "good"),
        State("rejected", "不予变更", "bad"),
        State("withdrawn", "已撤回"),
    ],
    initial="submitted",
    moves=[
        Move("approve", ("submitted",), "applied", DECIDE, "通过", style="primary"),
        Move("return", ("submitted",), "returned", DECIDE, "退回修改", note=True),
        Move("reject", ("submitted",), "rejected", DECIDE, "不予变更", note=True, style="danger"),
        Move("submit", ("returned",), "submitted", EDIT, "重新提交", style="primary"),
        Move("withdraw", ("submitted", "returned"), "withdrawn", EDIT, "撤回变更"),
    ],
)

MEMBERSHIP = Machine(
    "membership",
    states=[
        State("asked", "待批准", "waiting"),
        State("returned", "待补充", "warm"),
        State("member", "在职", "good"),
        State("leaving", "申请解绑", "waiting"),
        State("released", "已解绑"),
        State("refused", "未批准", "bad"),
        State("cancelled", "已取消"),
    ],
    initial="asked",
    moves=[
        Move("approve", ("asked",), "member", MEMBERS, "批准加入", style="primary"),
        Move("return", ("asked",), "returned", MEMBERS, "退回补充", note=True),
        Move("reject", ("asked",), "refused", MEMBERS, "不予批准", note=True, style="danger"),
        Move("resubmit", ("returned",), "asked", "", "补充后重新提交", style="primary"),
        Move("cancel", ("asked", "returned"), "cancelled", "", "取消申请"),
        Move("ask_release", ("member",), "leaving", "", "申请解除绑定"),
        Move("stay", ("leaving",), "member", "", "撤回解绑申请"),
        Move("release", ("leaving",), "released", MEMBERS, "同意解绑", style="primary"),
        Move("keep", ("leaving",), "member", MEMBERS, "暂不同意解绑", note=True),
        Move(
            "remove",
            ("member", "leaving"),
            "released",
            MEMBERS,
            "移出单位",
            style="danger",
            confirm="移出后，该人员在本单位的全部权限随之收回；历史记录保留。",
        ),
    ],
)

EXPERT = Machine(
    "expert",
    states=[
        State("submitted", "待认证", "waiting"),
        State("returned", "已退回", "warm"),
        State("certified", "已认证", "good"),
        State("rejected", "未通过", "bad"),
        State("retired", "已退出"),
    ],
    initial="submitted",
    moves=[
        Move("approve", ("submitted",), "certified", EXPERTS, "通过认证", style="primary"),
        Move("return", ("submitted",), "returned", EXPERTS, "退回修改", note=True),
        Move("reject", ("submitted",), "rejected", EXPERTS, "不予认证", note=True, style="danger"),
        Move("submit", ("returned",), "submitted", "", "重新提交", style="primary"),
        Move("retire", ("submitted", "returned", "certified"), "retired", "", "退出专家库"),
    ],
)

QUESTION = Machine(
    "question",
    states=[
        State("asked", "待答复", "waiting"),
        State("answered", "已答复", "good"),
        State("declined", "未能答复", "warm"),
        State("closed", "已结束"),
    ],
    initial="asked",
    moves=[
        Move("answer", ("asked",), "answered", "", "答复", style="primary"),
        Move("add", ("answered",), "answered", "", "补充答复"),
        Move("forward", ("asked",), "asked", "", "转给其他专家", note=True),
        Move("decline", ("asked",), "declined", "", "不便答复", note=True),
        Move("ask_again", ("answered",), "asked", "", "继续追问"),
        Move("close", ("asked", "answered", "declined"), "closed", "", "结束咨询"),
    ],
)

SHARING = Machine(
    "question-sharing",
    states=[
        State("private", "不公开"),
        State("proposed", "等提问人同意公开", "waiting"),
        State("public", "已公开", "good"),
    ],
    initial="private",
    moves=[
        Move("propose", ("private",), "proposed", "", "公开这份问答"),
        Move("agree", ("proposed",), "public", "", "同意公开", style="primary"),
        Move("refuse", ("proposed",), "private", "", "不同意公开"),
        Move("retract", ("proposed", "public"), "private", "", "收回公开"),
    ],
)

CLAIMED = ("submitted", "returned", "joined")  # states in which a unit holds its credit code
LIVE = ("asked", "returned", "member", "leaving")  # memberships that keep a person from asking elsewhere
BELONGS = ("member", "leaving")
