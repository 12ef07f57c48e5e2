"""Opening hours, exceptions, and time that is taken; the first free time of an instrument follows each of them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from psycopg.types.range import Range

from yixiang.catalogue.commands.health import judge_again
from yixiang.catalogue.commands.writing import lock, record, refuse_closed, require_run
from yixiang.catalogue.models import Hold, Instrument, Listing, OpeningException, OpeningHours
from yixiang.catalogue.queries.free_time import FREE_BY, days_between, first_free_of, nearest_free, outlook
from yixiang.catalogue.rules import hours
from yixiang.catalogue.rules.hours import Weekly
from yixiang.catalogue.rules.words import HOLDS, OWN_HOLDS
from yixiang.catalogue.search import indexing
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.kernel.periods import SHANGHAI, local_date
from yixiang.people.models import Person

MOST_EXCEPTIONS = 200
LONGEST_HOLD = timedelta(days=366)
BOOKING = "booking"


@transaction.atomic
def set_hours(instrument: Instrument, *, actor: Person, stretches: Iterable[Weekly], now: datetime) -> Instrument:
    """The whole week at once, `(weekday, opens, closes)` in minutes; what is booked stays booked."""
    instrument = _locked(instrument, actor)
    wanted = sorted(set(stretches))
    if found := hours.faults(wanted):
        raise Invalid(
            "开放时间没有保存，请检查标出的日子。", fields={f"day_{day}": [why] for day, why in found.items()}
        )
    before = sorted(instrument.opening_hours.values_list("weekday", "opens", "closes"))
    if before == wanted:
        return instrument
    instrument.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(instrument=instrument, weekday=day, opens=opens, closes=closes) for day, opens, closes in wanted
    )
    changes = {"opening_hours": [hours.summary(before), hours.summary(wanted)]}
    what = f"开放时间：{hours.summary(wanted) or '不开放'}"
    record(instrument, "hours", what, actor=actor, now=now, changes=changes)
    judge_again([instrument.pk], on=local_date(now))
    _follow(instrument, now)
    return instrument


@transaction.atomic
def add_exception(
    instrument: Instrument,
    *,
    actor: Person,
    first_day: date,
    last_day: date,
    now: datetime,
    opens: int = 0,
    closes: int = 1440,
    is_open: bool = False,
    note: str = "",
) -> OpeningException:
    """A closed stretch of days, or one that is opened specially; bookings already made are not touched."""
    instrument = _locked(instrument, actor)
    _check_days(first_day, last_day, opens, closes, now)
    if instrument.opening_exceptions.count() >= MOST_EXCEPTIONS:
        raise Invalid(f"例外最多 {MOST_EXCEPTIONS} 条，请先删除过去的。")
    made = OpeningException.objects.create(
        instrument=instrument,
        first_day=first_day,
        last_day=last_day,
        opens=opens,
        closes=closes,
        is_open=is_open,
        note=note.strip()[:100],
    )
    record(instrument, "exception", _said(made), actor=actor, now=now, note=made.note)
    _follow(instrument, now)
    return made


@transaction.atomic
def remove_exception(exception: OpeningException, *, actor: Person, now: datetime) -> None:
    instrument = _locked(exception.instrument, actor)
    gone, _by_model = OpeningException.objects.filter(pk=exception.pk).delete()
    if gone:
        record(instrument, "remove_exception", f"取消：{_said(exception)}", actor=actor, now=now)
        _follow(instrument, now)


@transaction.atomic
def hold(
    instrument: Instrument,
    *,
    kind: str,
    starts: datetime,
    ends: datetime,
    actor: Person,
    now: datetime,
    note: str = "",
    reference: int | None = None,
) -> Hold:
    """Take time for the keepers' own reasons. The constraint on the table decides between two who want the same,
    whatever door they came by."""
    if kind not in OWN_HOLDS:
        raise Invalid.field("kind", f"占用原因请选择{'、'.join(OWN_HOLDS.values())}之一。")
    require_run(instrument, actor)
    _check_moments(starts, ends, now)
    made = _take(instrument, kind, starts, ends, note.strip()[:200], reference, actor, now)
    if made is None:
        raise _taken(instrument, starts, ends, now)
    record(instrument, "hold", _said_of(made), actor=actor, now=now, note=made.note)
    return made


@transaction.atomic(savepoint=False)
def book(
    instrument: Instrument,
    *,
    starts: datetime,
    ends: datetime,
    actor: Person | None,
    reference: int,
    now: datetime,
    kind: str = BOOKING,
) -> Hold | None:
    """Time for something of the room above, which has asked already who may; None when somebody was faster."""
    return _take(instrument, kind, starts, ends, "", reference, actor, now)


@transaction.atomic(savepoint=False)
def give_back(references: Iterable[int], *, now: datetime, kind: str = BOOKING) -> int:
    """The time these things of the room above hold; twice changes nothing. How many stretches came free."""
    held = Hold.objects.filter(kind=kind, reference__in=list(references)).select_related("instrument")
    rows = list(held.order_by("instrument_id", "starts"))
    queued = _queue({row.instrument_id for row in rows})
    Hold.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        _follow_hold(row, queued[row.instrument_id], now, taken=False)
    return len(rows)


@transaction.atomic
def release(taken: Hold, *, actor: Person | None, now: datetime) -> None:
    """Give time back; doing it twice changes nothing."""
    instrument = taken.instrument
    if taken.kind in OWN_HOLDS:
        require_run(instrument, actor)
    queued = _queue([instrument.pk])
    gone, _by_model = Hold.objects.filter(pk=taken.pk).delete()
    if not gone:
        return
    if taken.kind in OWN_HOLDS:
        record(instrument, "release", f"取消{_said_of(taken)}", actor=actor, now=now)
    _follow_hold(taken, queued[instrument.pk], now, taken=False)


@transaction.atomic
def roll(ids: Iterable[int], *, now: datetime) -> int:
    """Bring `first_free` up to date and say how many moved."""
    moved = _roll(ids, now)
    if moved:
        indexing.refresh(moved)
    return len(moved)


def settle(listing: Listing, *, now: datetime) -> None:
    """After the state or the facts of something changed: its first free time, its score and its search row follow."""
    if not isinstance(listing, Instrument):
        return
    judge_again([listing.pk], on=local_date(now))
    _follow(listing, now)
    listing.refresh_from_db(fields=["health", "losses"])


def _roll(ids: Iterable[int], now: datetime) -> list[int]:
    """Locked first: of two bookings made at once the later one must see the other."""
    instruments = list(_queue(ids).values())
    current = first_free_of(instruments, now=now)
    moved = [one for one in instruments if one.first_free != current[one.pk]]
    for one in moved:
        Instrument.objects.filter(pk=one.pk).update(first_free=current[one.pk])
    return [one.pk for one in moved]


def _follow(instrument: Instrument, now: datetime) -> None:
    """Free days may have changed even where the first one has not, so the search row always follows."""
    _roll([instrument.pk], now)
    indexing.refresh([instrument.pk])
    instrument.refresh_from_db(fields=["first_free"])


def _queue(ids: Iterable[int]) -> dict[int, Instrument]:
    """Before any time of an instrument changes: its row first, then its time. The other way round two would deadlock,
    one with the row and waiting for the time, one with the time and waiting for the row."""
    wanted = Instrument.objects.filter(pk__in=list(ids)).only(*FREE_BY, "first_free")
    rows = wanted.order_by("pk").select_for_update(of=("self",), no_key=True)
    return {one.pk: one for one in rows}


def _follow_hold(hold: Hold, instrument: Instrument, now: datetime, *, taken: bool) -> None:
    """Only what really changes is written, so that most bookings write nothing but themselves."""
    first, days = outlook(instrument, now=now)
    touched = days_between(local_date(hold.span.lower), local_date(hold.span.upper))
    moved = bool(touched - days if taken else touched & days)
    if first != instrument.first_free:
        Instrument.objects.filter(pk=instrument.pk).update(first_free=first)
        instrument.first_free, moved = first, True
    if moved:
        indexing.follow_time(instrument.pk, first, days, today=local_date(now))


# The parameters are cast to the columns' types: without that the look-up in the index is a hundred times slower.
_INSERT = """
    INSERT INTO catalogue_hold (instrument_id, span, starts, ends, kind, note, reference, created_by_id)
    VALUES (%s::bigint, tstzrange(%s::timestamptz, %s::timestamptz, '[)'), %s::timestamptz, %s::timestamptz,
            %s::varchar, %s::varchar, %s::bigint, %s::bigint)
    ON CONFLICT ON CONSTRAINT hold_no_overlap DO NOTHING
    RETURNING id
"""


def _take(
    instrument: Instrument,
    kind: str,
    starts: datetime,
    ends: datetime,
    note: str,
    reference: int | None,
    actor: Person | None,
    now: datetime,
) -> Hold | None:
    queued = _queue([instrument.pk])[instrument.pk]
    pk = _insert(queued, kind, starts, ends, note, reference, actor)
    if pk is None:
        return None
    made = Hold(
        pk=pk, instrument=instrument, span=Range(*_span(queued, starts, ends)), starts=starts, ends=ends, kind=kind,
        note=note, reference=reference, created_by=actor,
    )  # fmt: skip
    _follow_hold(made, queued, now, taken=True)
    return made


def _insert(
    instrument: Instrument,
    kind: str,
    starts: datetime,
    ends: datetime,
    note: str,
    reference: int | None,
    actor: Person | None,
) -> int | None:
    """Waits for whoever is taking the same time, and loses to them without an error and without a deadlock."""
    low, high = _span(instrument, starts, ends)
    values: Sequence[Any] = (instrument.pk, low, high, starts, ends, kind, note, reference, actor.pk if actor else None)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _span(instrument: Instrument, starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """With the buffers, as the constraint sees it."""
    before, after = timedelta(minutes=instrument.buffer_before), timedelta(minutes=instrument.buffer_after)
    return starts - before, ends + after


def _taken(instrument: Instrument, starts: datetime, ends: datetime, now: datetime) -> Refused:
    near = nearest_free(instrument, starts, ends, now=now)
    said = "、".join(f"{_when(one.start)}–{one.end.astimezone(SHANGHAI):%H:%M}" for one in near)
    advice = f"最近的空闲时间：{said}。" if near else "请换一个时间，或联系机组人员。"
    alternatives = [{"start": one.start.isoformat(), "end": one.end.isoformat()} for one in near]
    return Refused("time-taken", f"这段时间已被占用，没有保存。{advice}", extra={"alternatives": alternatives})


def _check_moments(starts: datetime, ends: datetime, now: datetime) -> None:
    if starts >= ends:
        raise Invalid.field("ends", "结束时间须晚于开始时间。")
    if ends <= now:
        raise Invalid.field("ends", "这段时间已经过去。")
    if ends - starts > LONGEST_HOLD:
        raise Invalid.field("ends", "一次最多占用一年，长期停用请办理“停用”。")


def _check_days(first_day: date, last_day: date, opens: int, closes: int, now: datetime) -> None:
    if last_day < first_day:
        raise Invalid.field("last_day", "截止日期早于起始日期。")
    if (last_day - first_day).days > LONGEST_HOLD.days:
        raise Invalid.field("last_day", "一条例外最多一年，长期停用请办理“停用”。")
    if last_day < local_date(now):
        raise Invalid.field("last_day", "这些日子已经过去。")
    if not 0 <= opens < closes <= hours.DAY:
        raise Invalid.field("closes", "开始须早于结束，都在 0:00 至 24:00 之间。")


def _said(exception: OpeningException) -> str:
    days = f"{exception.first_day:%Y-%m-%d}"
    if exception.last_day != exception.first_day:
        days += f" 至 {exception.last_day:%Y-%m-%d}"
    return f"{days} {hours.written([(exception.opens, exception.closes)])} {'加开' if exception.is_open else '不开放'}"


def _said_of(taken: Hold) -> str:
    return f"{HOLDS[taken.kind]}：{_when(taken.starts)} 至 {_when(taken.ends)}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _locked(instrument: Instrument, actor: Person) -> Instrument:
    locked = lock(instrument)
    require_run(locked, actor)
    refuse_closed(locked)
    return locked


def exception_of(instrument: Instrument, pk: int) -> OpeningException:
    found = OpeningException.objects.filter(instrument=instrument, pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def hold_of(instrument: Instrument, pk: int, *, actor: Person) -> Hold:
    """One that keepers entered themselves; a booking is cancelled where it was made."""
    require_run(instrument, actor)
    found = Hold.objects.filter(instrument=instrument, pk=pk, kind__in=OWN_HOLDS).first()
    if found is None:
        raise Unseen()
    return found
