"""Reading the trail: newest first, page by page along (time, number), for whoever may read it."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet

from yixiang.audit.models import Change, DaySeal, Event, Trace
from yixiang.audit.permissions import AuditPermission
from yixiang.kernel.scopes import PLATFORM
from yixiang.people.access import require

PER_PAGE = 50
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Filters:
    """What one looks for; empty means everything. Days are days in Shanghai, both included."""

    who: str = ""
    ip: str = ""
    request: str = ""
    since: date | None = None
    until: date | None = None
    table: str = ""
    row: str = ""
    op: str = ""
    kind: str = ""

    @property
    def applied(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value}

    def common(self) -> Q:
        wanted = Q()
        if self.who:
            wanted &= Q(actor=int(self.who)) if self.who.isdecimal() else Q(actor_name__icontains=self.who)
        if self.ip:
            wanted &= Q(ip__startswith=self.ip)
        if self.request:
            wanted &= Q(request=self.request)
        if self.since:
            wanted &= Q(at__gte=midnight(self.since))
        if self.until:
            wanted &= Q(at__lt=midnight(self.until + timedelta(days=1)))
        return wanted


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    following: str  # cursor of the next page, or nothing


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def changes_for(person: Any, filters: Filters) -> "QuerySet[Change]":
    require(person, AuditPermission.READ, [PLATFORM])
    found = Change.objects.filter(filters.common())
    if filters.table:
        found = found.filter(table_name=filters.table)
    if filters.row:
        found = found.filter(row_id=filters.row)
    if filters.op:
        found = found.filter(op=filters.op)
    return found.order_by("-at", "-id")


def events_for(person: Any, filters: Filters) -> "QuerySet[Event]":
    require(person, AuditPermission.READ, [PLATFORM])
    found = Event.objects.filter(filters.common())
    if filters.kind:
        found = found.filter(kind=filters.kind)
    return found.order_by("-at", "-id")


def page_of(found: "QuerySet[Any]", after: str = "") -> Page:
    """Deep pages cost what the first one costs, and rows written meanwhile shift nothing."""
    if place := _place(after):
        at, pk = place
        found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=pk))
    rows = list(found[: PER_PAGE + 1])
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    return Page(rows, _cursor(rows[-1]) if more else "")


def _cursor(row: Trace) -> str:
    since = row.at - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{since // timedelta(microseconds=1)}-{row.pk}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    """A cursor somebody typed by hand is no cursor."""
    micros, _dash, pk = cursor.partition("-")
    if not (micros.isascii() and micros.isdigit() and pk.isascii() and pk.isdigit()) or len(cursor) > 38:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(micros)), int(pk)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class Fingerprints:
    changes: int
    events: int
    digest: str


# A column added later is empty in old rows and therefore left out of their fingerprint.
_FINGERPRINT = """
    SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(
        md5(jsonb_strip_nulls(to_jsonb(t) - 'at')::text || extract(epoch FROM t.at)::text), '' ORDER BY t.id
    ), ''), 'UTF8')), 'hex')
    FROM {table} AS t WHERE t.at >= %s AND t.at < %s
"""


def fingerprints(day: date) -> Fingerprints:
    span = [midnight(day), midnight(day + timedelta(days=1))]
    found = []
    with connection.cursor() as cursor:
        for table in ("audit_change", "audit_event"):
            cursor.execute(_FINGERPRINT.format(table=table), span)
            found.append(cursor.fetchone())
    (changes, first), (events, second) = found
    own = hashlib.sha256(f"{day} {changes} {first} {events} {second}".encode()).hexdigest()
    return Fingerprints(changes, events, own)


@dataclass(frozen=True, slots=True)
class Checked:
    seal: DaySeal
    holds: bool


def check_seals(person: Any, *, days: int = 31) -> Iterator[Checked]:
    """Counts the last days again. What was deleted or altered behind the back of the application shows here."""
    require(person, AuditPermission.READ, [PLATFORM])
    seals = list(DaySeal.objects.order_by("-day")[: days + 1])
    for sealed, before in zip(seals[:days], [*seals[1:], None], strict=False):
        own = fingerprints(sealed.day).digest
        expected = hashlib.sha256(f"{before.digest if before else ''}{own}".encode()).hexdigest()
        yield Checked(sealed, expected == sealed.digest)
