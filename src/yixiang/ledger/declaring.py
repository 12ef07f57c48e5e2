"""What a room above says about its programmes: which subject, and which settings its pack leaves to the authority."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from yixiang.kernel.errors import Invalid
from yixiang.kernel.money import NotMoney, number, yuan


@dataclass(frozen=True, slots=True)
class Setting:
    """A value no document gives. It has no default; until the authority sets it, what needs it is refused by name."""

    name: str
    label: str
    kind: Literal["rate", "money"]
    help: str = ""
    most: Decimal | None = None  # what the pack allows at most
    article: str = ""

    def read(self, typed: str) -> Decimal:
        """A rate is a fraction of one; neither is negative, and none is above what the pack allows."""
        try:
            value = number(typed.strip()) if self.kind == "rate" else yuan(typed.strip())
        except NotMoney:
            raise Invalid.field(self.name, f"{self.label}：{self._form}") from None
        if value <= 0 or (self.kind == "rate" and (value > 1 or value != round(value, 4))):
            raise Invalid.field(self.name, f"{self.label}：{self._form}")
        if self.most is not None and value > self.most:
            raise Invalid.field(
                self.name, f"{self.label}最高不超过 {self.shown(self.most)}（{self.article}）。", code="above-the-pack"
            )
        return value

    @property
    def _form(self) -> str:
        return "请填写 0 到 1 之间的比例，例如 0.50。" if self.kind == "rate" else "请填写大于 0 的金额，最多两位小数。"

    def shown(self, value: Decimal | str) -> str:
        if self.kind == "money":
            return f"{yuan(value):,.2f} 元"
        return f"{(number(value) * 100).normalize():f}%"


@dataclass(frozen=True, slots=True)
class ProgrammeKind:
    """`settings` answers for a jurisdiction and a day; None where there is no law on the subject."""

    subject: str
    label: str
    settings: Callable[[str, date], Sequence[Setting] | None]


_kinds: dict[str, ProgrammeKind] = {}


def declare(*kinds: ProgrammeKind) -> None:
    _kinds.update({kind.subject: kind for kind in kinds})


def kinds() -> Mapping[str, ProgrammeKind]:
    return _kinds


def label(subject: str) -> str:
    return _kinds[subject].label if subject in _kinds else subject


def settings_of(subject: str, jurisdiction: str, *, on: date) -> Sequence[Setting] | None:
    kind = _kinds.get(subject)
    return kind.settings(jurisdiction, on) if kind else None
