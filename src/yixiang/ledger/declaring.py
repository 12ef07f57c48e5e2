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
    kind: Literal["rate", "money", "count"]
    help: str = ""
    most: Decimal | None = None  # what the pack allows at most
    article: str = ""
    optional: bool = False  # left empty it means something by itself, which `help` says
    level: str = ""  # only for programmes of this level; empty: for all

    def read(self, typed: str) -> Decimal:
        """A rate is a fraction of one; neither is negative, and none is above what the pack allows."""
        try:
            value = yuan(typed.strip()) if self.kind == "money" else number(typed.strip())
        except NotMoney:
            raise Invalid.field(self.name, f"{self.label}：{_FORMS[self.kind]}") from None
        if value <= 0 or not self._fits(value):
            raise Invalid.field(self.name, f"{self.label}：{_FORMS[self.kind]}")
        if self.most is not None and value > self.most:
            raise Invalid.field(
                self.name, f"{self.label}最高不超过 {self.shown(self.most)}（{self.article}）。", code="above-the-pack"
            )
        return value

    def _fits(self, value: Decimal) -> bool:
        places = {"rate": 4, "money": 2, "count": 0}[self.kind]
        return value == round(value, places) and value < {"rate": Decimal("1.0001")}.get(self.kind, Decimal(10) ** 12)

    def shown(self, value: Decimal | str) -> str:
        if self.kind == "money":
            return f"{yuan(value):,.2f} 元"
        return f"{number(value):,}" if self.kind == "count" else f"{(number(value) * 100).normalize():f}%"


_FORMS = {
    "rate": "请填写 0 到 1 之间的比例，例如 0.50。",
    "money": "请填写大于 0 的金额，最多两位小数。",
    "count": "请填写大于 0 的整数。",
}


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


def settings_of(subject: str, jurisdiction: str, level: str, *, on: date) -> list[Setting] | None:
    """None where there is no law on the subject there."""
    kind = _kinds.get(subject)
    found = kind.settings(jurisdiction, on) if kind else None
    return None if found is None else [one for one in found if one.level in {"", level}]
