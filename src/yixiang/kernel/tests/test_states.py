import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.errors import WrongState
from yixiang.kernel.states import Machine, Move, State

DOOR = Machine(
    "door",
    states=[State("open", "开"), State("shut", "关", "good"), State("locked", "锁", "bad")],
    initial="open",
    moves=[
        Move("close", ("open",), "shut", "anyone", "关上"),
        Move("open", ("shut",), "open", "anyone", "打开"),
        Move("lock", ("shut",), "locked", "keeper", "锁上", note=True),
    ],
)


def test_a_move_leads_where_the_table_says() -> None:
    assert DOOR.step("open", "close") == "shut"


def test_a_move_from_the_wrong_state_is_refused_with_the_state_in_words() -> None:
    with pytest.raises(WrongState, match="开"):
        DOOR.step("open", "lock")


def test_buttons_are_the_moves_allowed_from_here() -> None:
    assert [move.action for move in DOOR.allowed("shut")] == ["open", "lock"]


def test_the_diagram_names_every_state_and_move() -> None:
    drawn = DOOR.mermaid()
    assert "shut --> locked: lock 锁上" in drawn
    assert all(code in drawn for code in DOOR.codes)


@pytest.mark.parametrize(
    ("states", "moves"),
    [
        ([State("a", "")], [Move("x", ("a",), "b", "", "")]),
        ([State("a", ""), State("b", "")], [Move("x", ("a",), "b", "", ""), Move("x", ("a",), "a", "", "")]),
        ([State("a", ""), State("lost", "")], []),
    ],
    ids=["unknown state", "two targets", "unreachable"],
)
def test_a_table_with_a_hole_does_not_start(states: list[State], moves: list[Move]) -> None:
    with pytest.raises(ValueError, match="hole"):
        Machine("hole", states=states, initial="a", moves=moves)


@given(st.lists(st.sampled_from(["close", "open", "lock"]), max_size=30))
def test_no_sequence_of_moves_leaves_the_table(actions: list[str]) -> None:
    state = DOOR.initial
    for action in actions:
        try:
            state = DOOR.step(state, action)
        except WrongState:
            assert action not in {move.action for move in DOOR.allowed(state)}
    assert state in DOOR.codes
