"""Where an instrument, a platform, a test service and an import can stand."""

from yixiang.kernel.states import Machine, Move, State

EDIT = "catalogue:resource:edit"
RUN = "catalogue:resource:run"
DECIDE = "catalogue:resource:decide"

LISTING = Machine(
    "listing",
    states=[
        State("draft", "草稿"),
        State("submitted", "待审核", "waiting"),
        State("returned", "已退回", "warm"),
        State("rejected", "不予入网", "bad"),
        State("listed", "开放共享", "good"),
        State("stopped", "已停用", "warm"),
        State("scrapping", "报废待核准", "waiting"),
        State("leaving", "退出待核准", "waiting"),
        State("scrapped", "已报废"),
        State("left", "已退出"),
    ],
    initial="draft",
    moves=[
        Move("submit", ("draft", "returned"), "submitted", EDIT, "提交审核", style="primary"),
        Move("withdraw", ("submitted", "returned"), "draft", EDIT, "撤回修改"),
        Move("approve", ("submitted",), "listed", DECIDE, "通过", style="primary"),
        Move("return", ("submitted",), "returned", DECIDE, "退回修改", note=True),
        Move("reject", ("submitted",), "rejected", DECIDE, "不予入网", note=True, style="danger"),
        Move("reopen", ("rejected", "left"), "draft", EDIT, "重新申请入网"),
        Move("stop", ("listed",), "stopped", RUN, "停用", note=True),
        Move("restart", ("stopped",), "listed", RUN, "恢复开放", style="primary"),
        Move(
            "ask_scrap",
            ("listed", "stopped"),
            "scrapping",
            EDIT,
            "申请报废",
            note=True,
            style="danger",
            confirm="提交后立即停止对外预约，由主管部门核准；核准前可以撤回。报废后不能恢复，历史记录保留。",
        ),
        Move(
            "ask_leave",
            ("listed", "stopped"),
            "leaving",
            EDIT,
            "申请退出平台",
            note=True,
            style="danger",
            confirm="提交后立即停止对外预约，由主管部门核准；核准前可以撤回。退出后可以重新申请入网。",
        ),
        Move("stay", ("scrapping", "leaving"), "stopped", EDIT, "撤回申请"),
        Move("approve_scrap", ("scrapping",), "scrapped", DECIDE, "核准报废", style="primary"),
        Move("approve_leave", ("leaving",), "left", DECIDE, "核准退出", style="primary"),
        Move("decline", ("scrapping", "leaving"), "stopped", DECIDE, "不予核准", note=True),
        Move(
            "deregister",
            ("listed", "stopped"),
            "left",
            DECIDE,
            "注销",
            note=True,
            style="danger",
            confirm="注销后不再对外展示，不能预约；历史记录保留，管理单位会收到通知。",
        ),
    ],
)

IMPORT = Machine(
    "import",
    states=[
        State("uploaded", "等待读取", "waiting"),
        State("reading", "正在读取", "waiting"),
        State("faulty", "有错误", "warm"),
        State("ready", "可以确认", "good"),
        State("writing", "正在写入", "waiting"),
        State("done", "已导入", "good"),
        State("failed", "读取失败", "bad"),
        State("dropped", "已放弃"),
    ],
    initial="uploaded",
    moves=[
        Move("read", ("uploaded",), "reading", "", "开始读取"),
        Move("fault", ("reading",), "faulty", "", "发现错误"),
        Move("pass", ("reading",), "ready", "", "核对通过"),
        Move("break", ("reading", "writing"), "failed", "", "读取失败"),
        Move("confirm", ("ready",), "writing", EDIT, "确认导入", style="primary"),
        Move("finish", ("writing",), "done", "", "写入完成"),
        Move("reread", ("writing",), "uploaded", "", "目录已变化，重新核对"),
        Move("drop", ("uploaded", "faulty", "ready", "failed"), "dropped", EDIT, "放弃这次导入"),
    ],
)

PUBLIC = ("listed", "stopped")  # what a visitor may open; only "listed" can be booked
UNDER_REVIEW = ("submitted", "scrapping", "leaving")
LIVE = ("submitted", "returned", "listed", "stopped", "scrapping", "leaving")
CLOSED = ("scrapped", "left", "rejected")
