"""Whether the model can see a mistake: one command at a time is made wrong, and the walk has to stop at it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from yixiang.catalogue.commands import timing
from yixiang.catalogue.tests.conftest import MakePerson
from yixiang.orders.commands import moving, placing, settling, writing
from yixiang.orders.tests.conftest import MakeInstrument
from yixiang.orders.tests.test_model import Orders, World, world
from yixiang.people.models import Person
from yixiang.units.models import Unit

__all__ = ["MakeInstrument", "MakePerson", "Person", "Unit", "world"]


def nothing(*_given: Any, **_named: Any) -> Any:
    return 0


def without_buffers(_instrument: Any, starts: Any, ends: Any) -> Any:
    return starts, ends


def never(*_given: Any, **_named: Any) -> bool:
    return False


WRONG: dict[str, tuple[Any, str, Any]] = {
    "what ends keeps its time": (timing, "give_back", nothing),
    "anybody may do anything": (writing, "require_side", nothing),
    "a move leaves no row": (writing, "record", nothing),
    "buffers are not kept": (timing, "_span", without_buffers),
    "opening hours are not asked": (placing, "refuse_unfit", nothing),
    "an order is settled without its invoice": (settling, "_refuse_uncovered", nothing),
    "an order does not run out": (moving, "expire", never),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_the_walk_stops_at(mistake: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = settings(
        max_examples=40, stateful_step_count=25, deadline=None, derandomize=True, database=None,
        report_multiple_bugs=False, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    monkeypatch.setattr(*WRONG[mistake])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: Orders(world), settings=bounds)  # type: ignore[arg-type]
