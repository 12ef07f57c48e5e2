"""Opening hours as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.catalogue.rules import hours
from yixiang.kernel.typed import Unreadable


@pytest.mark.parametrize(
    ("typed", "stretches"),
    [
        ("8:30-12:00,14:00-17:30", [(510, 720), (840, 1050)]),
        ("８：３０－１２：００、１４：００－１７：３０", [(510, 720), (840, 1050)]),
        ("9点至17点", [(540, 1020)]),
        ("全天", [(0, 1440)]),
        ("休息", []),
        ("", []),
        ("20:00-6:00", [(1200, 1800)]),
        ("20:00-次日6:00", [(1200, 1800)]),
    ],
)
def test_hours_are_read_as_written(typed: str, stretches: list[tuple[int, int]]) -> None:
    assert hours.read_day(typed) == stretches


@pytest.mark.parametrize("typed", ["上午", "9-", "25:00-26:00", "9:75-10:00", "9:00-12:00-14:00"])
def test_what_is_no_time_is_explained(typed: str) -> None:
    with pytest.raises(Unreadable):
        hours.read_day(typed)


def test_the_night_becomes_two_stretches_of_two_days() -> None:
    assert hours.across_midnight(6, [(1200, 1800)]) == [(6, 1200, 1440), (0, 0, 360)]


def test_the_week_is_said_in_one_line() -> None:
    weekly = [*((day, 510, 1050) for day in range(5)), (5, 540, 720)]
    assert hours.summary(weekly) == "周一至周五 8:30–17:30；周六 9:00–12:00"


def test_a_night_that_meets_the_morning_after_is_refused_there() -> None:
    weekly = [*hours.across_midnight(0, hours.read_day("20:00-9:00")), (1, 510, 720)]
    assert list(hours.faults(weekly)) == [1]


@given(st.integers(0, 1439), st.integers(1, 1440))
def test_what_is_written_is_read_back(opens: int, length: int) -> None:
    closes = min(opens + length, 1440)
    assert hours.read_day(hours.written([(opens, closes)])) == [(opens, closes)]
