"""The closed list of what people can be told about; each room adds its own kinds when it is imported."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["off", "digest", "now"]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`clock`: a legal deadline runs, so that telling tomorrow may be too late."""

    code: str
    label: str
    clock: bool = False
    email: Mode | None = None
    sms: Literal["off", "now"] = "off"

    @property
    def email_mode(self) -> Mode:
        """Without a choice of the person: at once only when a clock runs."""
        return self.email or ("now" if self.clock else "digest")


_declared: dict[str, NoticeKind] = {}


def declare(*kinds: NoticeKind) -> None:
    """Saying the same thing twice is harmless, saying two things under one code is a mistake."""
    for kind in kinds:
        if _declared.setdefault(kind.code, kind) != kind:
            raise ValueError(f"notice kind {kind.code} is declared twice with different meanings")


def kind_of(code: str) -> NoticeKind:
    if code not in _declared:
        raise ValueError(f"notice kind {code!r} is declared by no room")
    return _declared[code]


def label_of(code: str) -> str:
    """Also for rows of a kind that no longer exists."""
    return _declared[code].label if code in _declared else code


def declared() -> list[NoticeKind]:
    return list(_declared.values())


declare(
    NoticeKind("system", "系统公告"),
    NoticeKind("security", "账号安全", email="now"),
    NoticeKind("review-waiting", "待我审核", clock=True),
    NoticeKind("review-returned", "材料被退回", clock=True),
    NoticeKind("review-decided", "审核结果", email="now"),
)
