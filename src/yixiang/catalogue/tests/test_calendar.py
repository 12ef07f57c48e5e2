"""Opening hours, exceptions, holidays, steps and buffers, each against a clock that is read minute by minute."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from yixiang.catalogue.rules import calendar
from yixiang.catalogue.rules.calendar import DAY, Differing, Stretch, Terms, Timetable
from yixiang.kernel.periods import SHANGHAI
from yixiang.kernel.workdays import PUBLISHED

MONDAY = date(2026, 3, 2)
WEEK = Timetable(tuple((day, 540, 1020) for day in range(5)))


def at(day: date, hour: int = 0, minute: int = 0) -> int:
    return calendar.first_of(day) + hour * 60 + minute


def never(_day: date) -> bool:
    return False


def published(day: date) -> bool:
    return calendar.is_holiday(PUBLISHED.day(day))


def slots(
    table: Timetable, days: int = 1, taken: tuple[Stretch, ...] = (), terms: Terms | None = None
) -> list[Stretch]:
    last = MONDAY + timedelta(days=days - 1)
    opening = calendar.pieces(table, MONDAY, last, never)
    return calendar.free(opening, taken, terms or Terms(), (at(MONDAY), at(last) + DAY))


def test_a_free_day_is_one_stretch() -> None:
    assert slots(WEEK) == [(at(MONDAY, 9), at(MONDAY, 17))]


def test_the_step_is_counted_from_the_opening() -> None:
    half_past = Timetable(((0, 510, 1050),))
    found = slots(half_past, taken=((at(MONDAY, 9), at(MONDAY, 10)),), terms=Terms(step=60))
    assert found == [(at(MONDAY, 10, 30), at(MONDAY, 17, 30))]


def test_a_remainder_shorter_than_the_shortest_booking_is_not_offered() -> None:
    found = slots(WEEK, taken=((at(MONDAY, 9, 30), at(MONDAY, 17)),), terms=Terms(step=30, shortest=60))
    assert found == []


def test_the_buffers_of_the_next_booking_keep_their_distance() -> None:
    terms = Terms(step=30, before=15, after=30)
    found = slots(WEEK, taken=((at(MONDAY, 12), at(MONDAY, 13)),), terms=terms)
    assert found == [(at(MONDAY, 9), at(MONDAY, 11, 30)), (at(MONDAY, 13, 30), at(MONDAY, 17))]


def test_an_opening_over_midnight_is_one_stretch() -> None:
    night = Timetable(((0, 1200, 1440), (1, 0, 360)))
    assert slots(night, days=2) == [(at(MONDAY, 20), at(MONDAY, 30))]


def test_open_wins_over_closed_and_over_a_holiday() -> None:
    differing = (Differing(MONDAY, MONDAY), Differing(MONDAY, MONDAY, 600, 720, is_open=True))
    table = Timetable(WEEK.weekly, differing)
    assert calendar.open_on(MONDAY, table, holiday=True) == [(600, 720)]


def test_a_closed_stretch_cuts_the_day_in_two() -> None:
    table = Timetable(WEEK.weekly, (Differing(MONDAY, MONDAY, 720, 840),))
    assert calendar.open_on(MONDAY, table, holiday=False) == [(540, 720), (840, 1020)]


def test_the_national_holiday_is_closed_and_the_saturday_after_it_is_no_holiday() -> None:
    always = Timetable(tuple((day, 540, 1020) for day in range(7)))
    found = calendar.pieces(always, date(2026, 9, 30), date(2026, 10, 10), published)
    open_days = [calendar.day_of(start).day for start, _end in found]
    assert open_days == [30, 8, 9, 10]


def test_an_instrument_that_ignores_holidays_stays_open() -> None:
    always = Timetable(tuple((day, 540, 1020) for day in range(7)), keeps_holidays=False)
    assert len(calendar.pieces(always, date(2026, 10, 1), date(2026, 10, 7), published)) == 7


def test_the_leap_day_has_its_hours() -> None:
    leap = date(2028, 2, 29)
    assert leap.weekday() == 1
    assert calendar.pieces(WEEK, leap, leap, never) == [(at(leap, 9), at(leap, 17))]


def test_beyond_the_published_calendar_weekdays_count_and_nothing_is_a_holiday() -> None:
    new_year = date(2027, 1, 1)
    assert not PUBLISHED.day(new_year).certain
    assert calendar.pieces(WEEK, date(2026, 12, 31), date(2027, 1, 3), published) == [
        (at(date(2026, 12, 31), 9), at(date(2026, 12, 31), 17)),
        (at(new_year, 9), at(new_year, 17)),
    ]


def test_notice_and_horizon_bound_the_window() -> None:
    now = datetime(2026, 3, 2, 10, 0, 30, tzinfo=SHANGHAI)
    low, high = calendar.window(Terms(notice_hours=24, horizon_days=3), now)
    assert low == at(date(2026, 3, 3), 10, 1)
    assert high == at(date(2026, 3, 6))


def test_a_moment_and_its_minute_are_the_same_time() -> None:
    moment = datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)
    assert calendar.moment(calendar.point(moment)) == moment


def test_the_nearest_free_times_come_from_both_sides() -> None:
    opening = calendar.pieces(WEEK, MONDAY, MONDAY, never)
    wanted = (at(MONDAY, 12), at(MONDAY, 13))
    found = calendar.free(opening, [wanted], Terms(), (at(MONDAY), at(MONDAY) + DAY))
    near = calendar.nearest(found, opening, wanted, 30)
    assert near == [
        (at(MONDAY, 11), at(MONDAY, 12)),
        (at(MONDAY, 13), at(MONDAY, 14)),
        (at(MONDAY, 10), at(MONDAY, 11)),
    ]


def test_a_slot_over_midnight_can_begin_on_both_days() -> None:
    long_night = [(at(MONDAY, 20), at(MONDAY, 30))]
    assert calendar.days_to_begin(long_night, Terms()) == [MONDAY, MONDAY + timedelta(days=1)]
    assert calendar.days_to_begin(long_night, Terms(shortest=420)) == [MONDAY]


# --- against the clock, minute by minute

minutes = st.integers(0, DAY).map(lambda n: n // 15 * 15)
pairs = st.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])
weeks = st.lists(st.tuples(st.integers(0, 2), pairs), max_size=4)
differings = st.lists(
    st.builds(
        lambda first, length, pair, is_open: Differing(
            MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + length), *pair, is_open
        ),
        st.integers(-1, 2),
        st.integers(0, 2),
        pairs,
        st.booleans(),
    ),
    max_size=3,
)
takens = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(1, 300)), max_size=4)
terms_ = st.builds(
    Terms,
    step=st.sampled_from([5, 7, 30, 45, 60, 1440]),
    shortest=st.sampled_from([1, 30, 60, 240]),
    before=st.integers(0, 45),
    after=st.integers(0, 45),
)


def naive(table: Timetable, taken: list[Stretch], terms: Terms, within: Stretch) -> list[Stretch]:
    """Ask each minute whether it is open and free, then cut to the marks of the step."""
    base, open_minutes = at(MONDAY), set()
    for minute in range(base, base + 3 * DAY):
        day, clock = calendar.day_of(minute), minute % DAY
        hit = [d for d in table.differing if d.first_day <= day <= d.last_day and d.opens <= clock < d.closes]
        usual = any(w == day.weekday() and a <= clock < b for w, a, b in table.weekly)
        if any(d.is_open for d in hit) or (usual and not hit):
            open_minutes.add(minute)
    free = {
        m
        for m in open_minutes
        if within[0] <= m < within[1] and not any(s - terms.after <= m < e + terms.before for s, e in taken)
    }
    starts, ends, anchor = set(), set(), None
    for minute in range(base, base + 3 * DAY + 1):
        opens = minute in open_minutes and (minute - 1 not in open_minutes or minute % DAY == 0)
        closes = minute - 1 in open_minutes and (minute not in open_minutes or minute % DAY == 0)
        anchor = minute if opens else anchor
        if minute in open_minutes and anchor is not None and (minute - anchor) % terms.step == 0:
            starts.add(minute)
        on_step = minute - 1 in open_minutes and anchor is not None and (minute - anchor) % terms.step == 0
        if closes or on_step:
            ends.add(minute)
    found, minute = [], base
    while minute < base + 3 * DAY:
        if minute not in free:
            minute += 1
            continue
        run = minute
        while minute in free:
            minute += 1
        begin = next((m for m in range(run, minute) if m in starts), minute)
        finish = next((m for m in range(minute, begin, -1) if m in ends), begin)
        if finish - begin >= terms.shortest:
            found.append((begin, finish))
    return found


@settings(max_examples=120, deadline=None)
@given(weeks, differings, takens, terms_, st.integers(0, DAY), st.integers(DAY, 3 * DAY))
def test_free_time_is_what_a_minute_by_minute_look_finds(
    week: list[tuple[int, Stretch]],
    differing: list[Differing],
    taken: list[Stretch],
    terms: Terms,
    low: int,
    high: int,
) -> None:
    table = Timetable(tuple((day, *pair) for day, pair in week), tuple(differing))
    base = at(MONDAY)
    held = [(base + start, base + start + length) for start, length in taken]
    opening = calendar.pieces(table, MONDAY, MONDAY + timedelta(days=2), never)
    within = (base + low, base + high)
    assert calendar.free(opening, held, terms, within) == naive(table, held, terms, within)


@given(st.lists(pairs, max_size=8))
def test_merged_stretches_cover_the_same_minutes_without_touching(stretches: list[Stretch]) -> None:
    found = calendar.merged(stretches)
    assert {m for a, b in found for m in range(a, b)} == {m for a, b in stretches for m in range(a, b)}
    assert all(earlier[1] < later[0] for earlier, later in pairwise(found))
