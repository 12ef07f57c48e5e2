"""Everything that writes: telling, reading, choosing (`telling`), and sending what waits (`delivering`)."""

from yixiang.notices.commands.delivering import deliver, deliver_directly, retry_overdue
from yixiang.notices.commands.telling import choose, post_digest, read, read_all, tell

__all__ = [
    "choose",
    "deliver",
    "deliver_directly",
    "post_digest",
    "read",
    "read_all",
    "retry_overdue",
    "tell",
]
