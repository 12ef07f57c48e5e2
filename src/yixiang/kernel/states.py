"""One table of moves per thing; constraint, buttons, API actions, inbox entries and the diagram all come from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from yixiang.kernel.errors import WrongState

Tone = Literal["neutral", "waiting", "good", "bad", "warm"]


@dataclass(frozen=True, slots=True)
class State:
    code: str
    label: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Move:
    """`who` is the permission that makes the move, or "" where the system itself does."""

    action: str
    sources: tuple[str, ...]
    target: str
    who: str
    label: str
    note: bool = False  # the person must say why
    style: Literal["primary", "plain", "danger"] = "plain"
    confirm: str = ""  # what will happen; shown on a page of its own before it does


class Machine:
    def __init__(self, name: str, *, states: Sequence[State], initial: str, moves: Sequence[Move]) -> None:
        self.name = name
        self.states: Mapping[str, State] = {state.code: state for state in states}
        self.initial = initial
        self.moves = tuple(moves)
        self._targets = {(source, move.action): move for move in moves for source in move.sources}
        self._check()

    def _check(self) -> None:
        """A table with a hole in it must not start."""
        named = {self.initial, *(move.target for move in self.moves), *(s for m in self.moves for s in m.sources)}
        if unknown := named - set(self.states):
            raise ValueError(f"{self.name}: moves name states that do not exist: {sorted(unknown)}")
        if len(self._targets) != sum(len(move.sources) for move in self.moves):
            raise ValueError(f"{self.name}: one action leads from one state to two places")
        if lost := set(self.states) - self._reachable():
            raise ValueError(f"{self.name}: states nothing leads to: {sorted(lost)}")

    def _reachable(self) -> set[str]:
        reached = {self.initial}
        for _ in self.states:
            reached |= {move.target for move in self.moves if reached & set(move.sources)}
        return reached

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(state.code, state.label) for state in self.states.values()]

    @property
    def codes(self) -> list[str]:
        return list(self.states)

    def label(self, code: str) -> str:
        return self.states[code].label

    def tone(self, code: str) -> Tone:
        return self.states[code].tone

    def move(self, state: str, action: str) -> Move:
        found = self._targets.get((state, action))
        if found is None:
            raise WrongState(f"现在的状态是“{self.label(state)}”，不能再办理这一步。可能有人刚刚处理过，请刷新后查看。")
        return found

    def step(self, state: str, action: str) -> str:
        """Where the action leads from here; refuses when it leads nowhere."""
        return self.move(state, action).target

    def allowed(self, state: str) -> list[Move]:
        return [move for move in self.moves if state in move.sources]

    def mermaid(self) -> str:
        """The diagram for the room's README, kept true by a test."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {state.code}: {state.code} {state.label}" for state in self.states.values()]
        lines.append(f"    [*] --> {self.initial}")
        lines += [
            f"    {source} --> {move.target}: {move.action} {move.label}"
            for move in self.moves
            for source in move.sources
        ]
        return "\n".join(lines)
