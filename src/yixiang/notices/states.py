"""The life of an outgoing message."""

from yixiang.kernel.states import Machine, Move, State

OUTBOX = Machine(
    "outbox",
    states=[
        State("queued", "等待发送", "waiting"),
        State("sent", "已发出", "good"),
        State("failed", "没有发出", "bad"),
    ],
    initial="queued",
    moves=[
        Move("send", ("queued",), "sent", "", "发出"),
        Move("fail", ("queued",), "failed", "", "放弃"),
        Move("retry", ("failed",), "queued", "", "重新发送"),
    ],
)
