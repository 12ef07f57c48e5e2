"""Hours, exceptions and taken time through their commands, on the real constraint."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from yixiang.catalogue.commands import editing, standing, timing
from yixiang.catalogue.models import Entry, Hold, Instrument, ListingEvent
from yixiang.catalogue.queries import free_time
from yixiang.catalogue.search import indexing, rows
from yixiang.catalogue.tests.conftest import NOW, WEEK, MakeInstrument
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.kernel.periods import SHANGHAI
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def fresh(one: Instrument) -> Instrument:
    found: Instrument = Instrument.objects.get(pk=one.pk)
    return found


def test_setting_the_hours_makes_the_first_free_time_known(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument(hours=())
    timing.set_hours(one, actor=admin, stretches=WEEK, now=NOW)
    assert fresh(one).first_free == local(2, 10)
    event = ListingEvent.objects.get(subject_id=one.pk, action="hours")
    assert event.changes == {"opening_hours": ["", "周一至周五 9:00–17:00"]}


def test_setting_the_same_hours_again_leaves_no_trace(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    timing.set_hours(one, actor=admin, stretches=reversed(WEEK), now=NOW)
    assert not ListingEvent.objects.exists()


def test_overlapping_hours_are_refused_by_their_day(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    with pytest.raises(Invalid) as refused:
        timing.set_hours(one, actor=admin, stretches=[(0, 480, 720), (0, 700, 800)], now=NOW)
    assert "重叠" in refused.value.fields["day_0"][0]
    assert one.opening_hours.count() == 5


def test_who_does_not_run_the_instrument_sets_no_hours(instrument: MakeInstrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        timing.set_hours(instrument(), actor=outsider, stretches=[], now=NOW)


def test_what_was_scrapped_keeps_its_history(instrument: MakeInstrument, admin: Person) -> None:
    with pytest.raises(WrongState):
        timing.set_hours(instrument(state="scrapped"), actor=admin, stretches=[], now=NOW)


def test_a_closed_day_moves_the_first_free_time(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    closed = timing.add_exception(one, actor=admin, first_day=date(2026, 3, 2), last_day=date(2026, 3, 4), now=NOW)
    assert fresh(one).first_free == local(5, 9)
    timing.remove_exception(closed, actor=admin, now=NOW)
    assert fresh(one).first_free == local(2, 10)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"first_day": date(2026, 3, 5), "last_day": date(2026, 3, 4)}, "last_day"),
        ({"first_day": date(2026, 2, 1), "last_day": date(2026, 2, 2)}, "last_day"),
        ({"first_day": date(2026, 3, 5), "last_day": date(2028, 3, 4)}, "last_day"),
        ({"first_day": date(2026, 3, 5), "last_day": date(2026, 3, 5), "opens": 600, "closes": 600}, "closes"),
    ],
)
def test_an_impossible_exception_says_where(
    facts: dict[str, object], field: str, instrument: MakeInstrument, admin: Person
) -> None:
    with pytest.raises(Invalid) as refused:
        timing.add_exception(instrument(), actor=admin, now=NOW, **facts)  # type: ignore[arg-type]
    assert field in refused.value.fields


def test_downtime_takes_the_time_with_its_buffers(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument(buffer_before=15, buffer_after=30)
    made = timing.hold(one, kind="downtime", starts=local(2, 9), ends=local(2, 12), actor=admin, now=NOW)
    assert (made.span.lower, made.span.upper) == (local(2, 8, 45), local(2, 12, 30))
    assert fresh(one).first_free == local(2, 13)


def test_taken_time_is_refused_with_the_three_nearest(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    timing.hold(one, kind="own", starts=local(3, 11), ends=local(3, 13), actor=admin, now=NOW)
    with pytest.raises(Refused) as refused:
        timing.hold(one, kind="own", starts=local(3, 12), ends=local(3, 13), actor=admin, now=NOW)
    assert refused.value.code == "time-taken"
    near = [datetime.fromisoformat(slot["start"]) for slot in refused.value.extra["alternatives"]]
    assert near == [local(3, 13), local(3, 10), local(3, 14)]
    assert Hold.objects.count() == 1


def test_giving_time_back_twice_changes_nothing_more(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    made = timing.hold(one, kind="own", starts=local(2, 9), ends=local(2, 17), actor=admin, now=NOW)
    timing.release(made, actor=admin, now=NOW)
    timing.release(made, actor=admin, now=NOW)
    assert fresh(one).first_free == local(2, 10)
    assert ListingEvent.objects.filter(action="release").count() == 1


@pytest.mark.parametrize(("starts", "ends"), [((3, 12), (3, 12)), ((1, 9), (1, 10))])
def test_time_that_is_empty_or_past_is_not_taken(
    starts: tuple[int, int], ends: tuple[int, int], instrument: MakeInstrument, admin: Person
) -> None:
    with pytest.raises(Invalid):
        timing.hold(instrument(), kind="own", starts=local(*starts), ends=local(*ends), actor=admin, now=NOW)


def test_only_keepers_block_time_for_themselves(instrument: MakeInstrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        timing.hold(instrument(), kind="own", starts=local(3, 9), ends=local(3, 10), actor=outsider, now=NOW)


def test_a_stopped_instrument_has_no_first_free_time(instrument: MakeInstrument) -> None:
    one = instrument(state="stopped", first_free=local(2, 10))
    assert timing.roll([one.pk], now=NOW) == 1
    assert fresh(one).first_free is None


def test_rolling_twice_moves_nothing_the_second_time(instrument: MakeInstrument) -> None:
    one = instrument()
    assert timing.roll([one.pk], now=NOW) == 1
    assert timing.roll([one.pk], now=NOW) == 0


def test_stopping_and_restarting_take_the_free_time_along(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    timing.roll([one.pk], now=NOW)
    assert standing.act(one, "stop", actor=admin, note="检修", now=NOW).first_free is None
    assert standing.act(one, "restart", actor=admin, now=NOW).first_free == local(2, 10)


def test_an_edit_moves_score_and_free_time(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    editing.edit(one, actor=admin, typed={"notice_hours": "24", "technical": "分辨率 1 nm"}, now=NOW)
    assert fresh(one).first_free == local(3, 10)
    assert "technical" not in fresh(one).losses


def test_a_booking_that_changes_no_day_writes_nothing_else(
    instrument: MakeInstrument, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, followed = instrument(), list[int]()
    timing.roll([one.pk], now=NOW)
    monkeypatch.setattr(timing.indexing, "follow_time", lambda pk, *_rest, **_named: followed.append(pk))
    timing.book(one, starts=local(3, 10), ends=local(3, 12), actor=admin, reference=1, now=NOW)
    assert followed == []
    full = timing.book(one, starts=local(4, 9), ends=local(4, 17), actor=admin, reference=2, now=NOW)
    timing.release(full, actor=admin, now=NOW)
    assert followed == [one.pk, one.pk]


# --- reading


def test_free_days_of_many_take_as_many_queries_as_of_one(
    instrument: MakeInstrument, django_assert_num_queries: Callable[..., object]
) -> None:
    many = [instrument().pk for _n in range(12)]
    with django_assert_num_queries(5):
        found = free_time.free_days_of(many, now=NOW, days=7)
    assert {tuple(days) for days in found.values()} == {tuple(date(2026, 3, day) for day in range(2, 7))}


def test_free_days_leave_out_the_day_that_is_full(instrument: MakeInstrument, admin: Person) -> None:
    one, other = instrument(), instrument()
    timing.hold(one, kind="own", starts=local(3, 0), ends=local(4, 0), actor=admin, now=NOW)
    found = free_time.free_days_of([one.pk, other.pk], now=NOW, days=3)
    assert date(2026, 3, 3) not in found[one.pk]
    assert date(2026, 3, 3) in found[other.pk]


def test_the_free_time_asked_for_is_cut_to_notice_and_horizon(instrument: MakeInstrument) -> None:
    one = instrument(notice_hours=24, horizon_days=2)
    found = free_time.free(one, local(1, 0), local(31, 0), now=NOW)
    assert [(slot.start, slot.end) for slot in found] == [
        (local(3, 10), local(3, 17)),
        (local(4, 9), local(4, 17)),
    ]


def test_instruments_for_samples_only_have_no_free_time(instrument: MakeInstrument) -> None:
    assert free_time.free(instrument(booking_mode="samples"), local(2, 0), local(9, 0), now=NOW) == []


def test_slots_beyond_the_published_calendar_are_not_certain(instrument: MakeInstrument) -> None:
    one = instrument(horizon_days=365)
    december = datetime(2026, 12, 30, 0, tzinfo=SHANGHAI)
    found = free_time.free(one, december, december + timedelta(days=7), now=NOW)
    assert [slot.certain for slot in found] == [True, True, False, False, False]
    assert free_time.uncertain_from(date(2026, 12, 30), date(2027, 1, 5)) == date(2027, 1, 1)


def test_busy_lists_what_touches_the_stretch(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    made = timing.hold(one, kind="own", starts=local(3, 9), ends=local(3, 10), actor=admin, now=NOW)
    assert free_time.busy(one, local(3, 0), local(4, 0)) == [made]
    assert free_time.busy(one, local(3, 10), local(4, 0)) == []


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_one_time_exactly_one_gets_it(instrument: MakeInstrument, admin: Person) -> None:
    one, ready = instrument(), Barrier(8)

    def want(_n: int) -> str:
        try:
            ready.wait(10)
            timing.hold(one, kind="own", starts=local(3, 9), ends=local(3, 10), actor=admin, now=NOW)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(8) as crowd:
        answers = sorted(crowd.map(want, range(8)))
    assert answers == ["time-taken"] * 7 + ["won"]
    assert datetime(2026, 3, 3, 1, tzinfo=UTC) == Hold.objects.get().starts


def test_the_search_row_follows_taken_time_and_nothing_else_of_it_is_written(
    instrument: MakeInstrument, admin: Person
) -> None:
    one = instrument()
    indexing.refresh([one.pk])
    (before,) = Entry.objects.filter(pk=one.pk).values()
    timing.book(one, starts=local(2, 9), ends=local(2, 17), actor=admin, reference=7, now=NOW)
    (taken,) = Entry.objects.filter(pk=one.pk).values()
    assert taken.pop("first_free") == fresh(one).first_free == local(3, 9)
    assert taken.pop("free_mask") == rows.mask(free_time.free_days_of([one.pk], now=NOW, days=rows.HORIZON)[one.pk])
    assert taken == {name: value for name, value in before.items() if name not in {"first_free", "free_mask"}}
    timing.give_back([7], now=NOW)
    again = Entry.objects.get(pk=one.pk)
    assert again.first_free == fresh(one).first_free == local(2, 10)
    assert again.free_mask == rows.mask(free_time.free_days_of([one.pk], now=NOW, days=rows.HORIZON)[one.pk])
