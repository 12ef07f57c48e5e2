from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.periods import (
    Days,
    Period,
    day_typed,
    local_date,
    merge,
    midnight,
    moment_typed,
    month,
    month_of,
    quarter,
    quarter_of,
    total,
    year,
)

BASE = datetime(2026, 3, 2, tzinfo=UTC)


def at(start: int, end: int) -> Period:
    return Period(BASE + timedelta(hours=start), BASE + timedelta(hours=end))


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda pair: at(pair[0], pair[0] + pair[1]))


def test_periods_that_touch_do_not_overlap():
    assert not at(1, 2).overlaps(at(2, 3))
    assert at(1, 2).common(at(2, 3)) is None
    assert at(1, 3).common(at(2, 4)) == at(2, 3)


def test_the_end_does_not_belong_to_the_period():
    assert at(1, 2).contains(BASE + timedelta(hours=1))
    assert not at(1, 2).contains(BASE + timedelta(hours=2))


@pytest.mark.parametrize("end", [0, -1])
def test_an_empty_or_reversed_period_is_refused(end):
    with pytest.raises(ValueError):
        at(0, end)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        Period(datetime(2026, 3, 2), datetime(2026, 3, 3))


def test_taking_a_part_out_leaves_the_rest_in_order():
    assert at(0, 10).minus([at(8, 12), at(2, 3), at(-5, 1)]) == [at(1, 2), at(3, 8)]
    assert at(0, 10).minus([at(0, 10)]) == []
    assert at(0, 2).minus([at(2, 4)]) == [at(0, 2)]


def test_covering_is_not_the_same_as_overlapping():
    assert at(0, 10).covers(at(0, 10))
    assert not at(0, 10).covers(at(9, 11))


@given(st.lists(spans, max_size=8))
def test_merging_keeps_the_time_and_leaves_gaps_between(periods):
    merged = merge(periods)
    assert all(one.end < two.start for one, two in pairwise(merged))
    hours = [BASE + timedelta(hours=hour) for hour in range(80)]
    covered = [hour for hour in hours if any(period.contains(hour) for period in periods)]
    assert total(periods) == timedelta(hours=len(covered))


@given(spans, st.lists(spans, max_size=8))
def test_what_is_left_and_what_was_taken_make_the_whole(period, taken):
    left = period.minus(taken)
    assert not any(rest.overlaps(other) for rest in left for other in taken)
    shared = [part for other in taken if (part := period.common(other))]
    assert total(left) + total(shared) == period.length


def test_the_day_is_the_one_in_china():
    assert local_date(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == date(2026, 1, 1)
    assert local_date(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) == date(2025, 12, 31)


def test_a_year_begins_at_midnight_in_china():
    assert year(2026).moments.start == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert midnight(date(2026, 1, 1)).utcoffset() == timedelta(hours=8)


def test_quarters_and_months_close_on_the_first_of_the_next():
    assert quarter(2026, 4) == Days(date(2026, 10, 1), date(2027, 1, 1))
    assert month(2028, 2).last == date(2028, 2, 29)
    assert quarter_of(date(2026, 3, 31)) == quarter(2026, 1)
    assert month_of(date(2026, 12, 31)).end == date(2027, 1, 1)
    with pytest.raises(ValueError):
        quarter(2026, 5)


def test_the_four_quarters_are_the_year():
    quarters = [quarter(2026, which) for which in (1, 2, 3, 4)]
    assert sum(len(part) for part in quarters) == len(year(2026)) == 365
    assert not any(one.overlaps(two) for one, two in pairwise(quarters))


def test_moments_are_not_days():
    with pytest.raises(TypeError):
        Days(BASE, BASE + timedelta(days=1))


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "2026-13-01", "10:00", "\0"])
def test_what_is_no_day_and_no_moment_is_nothing(typed: str) -> None:
    assert day_typed(typed) is None
    assert moment_typed(f"{typed}T10:00" if typed else "") is None


def test_a_moment_is_in_chinese_time_unless_it_says_otherwise() -> None:
    assert day_typed("2026-03-02") == date(2026, 3, 2)
    morning = datetime(2026, 3, 2, 2, tzinfo=UTC)
    for typed in ("2026-03-02T10:00", "2026-03-02T10:00:00+08:00", "2026-03-02T10:00:00 08:00", "2026-03-02T02:00Z"):
        assert moment_typed(typed) == morning
