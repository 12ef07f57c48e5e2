"""The kinds of case there are: each room declares its own with the command that decides it.

This room never calls them. The inbox and the API stand above all rooms and look the command up here, so that a new kind
needs one line, in the room it belongs to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yixiang.kernel.errors import Unseen


@dataclass(frozen=True, slots=True)
class CaseKind:
    """`decide` takes the case and actor, action, note, reasons, version, now; `describe` fills the `template`."""

    code: str
    label: str
    decide: Callable[..., Any]
    describe: Callable[..., dict[str, Any]]
    template: str


_kinds: dict[str, CaseKind] = {}


def declare(*kinds: CaseKind) -> None:
    _kinds.update({kind.code: kind for kind in kinds})


def kind(code: str) -> CaseKind:
    if code not in _kinds:
        raise Unseen()
    return _kinds[code]


def labels() -> dict[str, str]:
    return {code: one.label for code, one in _kinds.items()}
