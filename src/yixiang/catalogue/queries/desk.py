"""For the desk: one's own listings, what may be done with each, what stands beside the facts of a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from yixiang.catalogue import law
from yixiang.catalogue.commands.writing import may_edit, may_run
from yixiang.catalogue.models import Instrument, Listing, ListingEvent, Platform, TestService
from yixiang.catalogue.models.listing import held_by
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.queries import facts
from yixiang.catalogue.rules.wording import shown
from yixiang.catalogue.rules.words import KINDS
from yixiang.catalogue.search.finding import Wanted, find
from yixiang.catalogue.states import DECIDE, EDIT, LISTING, PUBLIC, RUN
from yixiang.kernel.errors import Unseen
from yixiang.kernel.periods import local_date
from yixiang.kernel.states import Move
from yixiang.kernel.workdays import Calendar
from yixiang.people.access import may
from yixiang.reviews.models import Case
from yixiang.units.models import SubUnit, Unit
from yixiang.units.rules import masks
from yixiang.units.states import BELONGS

MODELS: dict[str, Any] = {"instrument": Instrument, "platform": Platform, "service": TestService}
PRIVATE = {"contact_phone": masks.phone, "contact_email": masks.email}
SORTS = {"name": "name", "worth": "worth", "health": "health", "changed": "changed_at", "used": "service_count"}
STALE = "stale"
A_MONTH = timedelta(days=31)


def listing_for(person: Any, kind_code: str, code: str) -> Any:
    """By its public code; what the person may not see does not exist."""
    model = MODELS.get(kind_code)
    beside = ("unit", "sub_unit", "sub_unit__unit", "case")
    rows = model.objects.visible_to(person).select_related(*beside) if model else None
    found: Listing | None = rows.filter(code=code).first() if rows is not None else None
    if found is None:
        raise Unseen()
    return found


def instrument_for(person: Any, code: str) -> Instrument:
    found: Instrument = listing_for(person, "instrument", code)
    return found


def own_listing(person: Any, kind_code: str, code: str) -> Any:
    """One the person edits; anything else does not exist for these pages."""
    found = listing_for(person, kind_code, code)
    if not may_edit(found, person):
        raise Unseen()
    return found


def moves_of(listing: Listing, person: Any) -> list[Move]:
    """What this person may do with it now; decisions on a case are made on the case."""
    edits, runs = may_edit(listing, person), may_run(listing, person)
    decides = may(person, CataloguePermission.DECIDE, listing.scopes)
    held = {EDIT: edits, RUN: runs}
    return [
        move
        for move in LISTING.allowed(listing.state)
        if held.get(move.who) or (move.who == DECIDE and move.action == "deregister" and decides)
    ]


def time_line(listing: Listing, limit: int = 50) -> QuerySet[ListingEvent]:
    rows: QuerySet[ListingEvent] = ListingEvent.objects.filter(kind=listing.kind_code, subject_id=listing.pk)
    return rows.order_by("-pk")[:limit]


def may_see_private(listing: Listing, person: Any) -> bool:
    decides = may(person, CataloguePermission.DECIDE, listing.scopes)
    return decides or may(person, CataloguePermission.SEE, listing.scopes) or may_run(listing, person)


# --- my resources


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address of the list asks for; what cannot be read counts as not asked for."""

    q: str = ""
    state: str = ""
    kind: str = ""
    sub: int | None = None
    health: str = ""
    sort: str = ""

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.state, self.kind, self.sub, self.health)))


def filter_from(data: Mapping[str, str]) -> Filter:
    state, kind, sub, sort = (str(data.get(name, "")) for name in ("state", "kind", "sub", "sort"))
    health = str(data.get("health", ""))
    return Filter(
        q=str(data.get("q", "")).strip()[:80],
        state=state if state in LISTING.codes or state == "open" else "",
        kind=kind if kind in KINDS else "",
        sub=int(sub) if sub.isascii() and sub.isdigit() and len(sub) < 10 else None,
        health=health if health in {"low", "fair", STALE} else "",
        sort=sort if sort.lstrip("-") in SORTS else "",
    )


def manageable(person: Any, wanted: Filter, *, now: datetime) -> QuerySet[Instrument]:
    """The instruments a person edits or runs, also those they only keep."""
    rows = own_instruments(person)
    if wanted.q:
        rows = rows.filter(_words(wanted.q) | Q(pk__in=_found(person, wanted.q, now)))
    if wanted.state:
        rows = (
            rows.filter(state__in=["draft", "returned"]) if wanted.state == "open" else rows.filter(state=wanted.state)
        )
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.sub:
        path = SubUnit.objects.filter(pk=wanted.sub).values_list("path", flat=True).first()
        rows = rows.filter(sub_unit__path__startswith=path) if path else rows.none()
    if wanted.health:
        rows = _by_health(rows, wanted.health, now)
    key = SORTS.get(wanted.sort.lstrip("-"), "")
    order = (
        F(key).desc(nulls_last=True) if wanted.sort.startswith("-") else F(key).asc(nulls_last=True) if key else "-pk"
    )
    return rows.select_related("unit", "sub_unit", "sub_unit__unit", "case").order_by(order, "pk")


def own_instruments(person: Any) -> QuerySet[Instrument]:
    belongs = Q(keepers__person__memberships__unit_id=F("unit_id"), keepers__person__memberships__state__in=BELONGS)
    kept = Instrument.objects.filter(belongs, keepers__person_id=person.pk, keepers__removed_at=None).values("pk")
    own = Instrument.objects.manageable_by(person).values("pk")
    rows: QuerySet[Instrument] = Instrument.objects.filter(Q(pk__in=own) | Q(pk__in=kept))
    return rows


def _found(person: Any, q: str, now: datetime) -> list[int]:
    """What the search understands by it: synonyms, abbreviations, pinyin; the closest hundred."""
    asked = Wanted.from_query({"q": q, "size": "100"}, person)
    return [hit.id for hit in find(asked, person=person, now=now, scope="desk").items]


def _words(q: str) -> Q:
    """Numbers and rooms too, which the search does not know."""
    fields = ("name", "english_name", "model", "manufacturer", "inner_number", "asset_number", "room")
    wanted = Q(code__iexact=q)
    for name in fields:
        wanted |= Q(**{f"{name}__icontains": q})
    return wanted


def _by_health(rows: QuerySet[Instrument], health: str, now: datetime) -> QuerySet[Instrument]:
    if health == STALE:
        return rows.filter(_stale(rows, now), state__in=PUBLIC)
    return rows.filter(health__lt=60 if health == "low" else 80)


def _stale(rows: QuerySet[Instrument], now: datetime) -> Q:
    """Not looked at for as long as the law of each unit allows; nothing where it sets no time."""
    wanted = Q(pk__in=[])
    for unit in Unit.objects.filter(pk__in=rows.order_by().values("unit_id").distinct()):
        if months := law.check_months(unit, on=local_date(now)):
            wanted |= Q(unit=unit, confirmed_at__lt=now - months * A_MONTH)
    return wanted


def counts(person: Any) -> dict[str, int]:
    """How many of one's instruments stand where."""
    rows = own_instruments(person).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(rows)


def units_to_publish_for(person: Any) -> list[Unit]:
    """Where a person may begin something new: whole units, or the units of their sub-units."""
    held = held_by(person, CataloguePermission.EDIT)
    wanted = Q(pk__in=held.units) | Q(sub_units__in=held.sub_units)
    return list(Unit.objects.joined().filter(wanted).distinct().order_by("pk"))


def sub_units_to_publish_for(person: Any, unit: Unit) -> list[SubUnit]:
    """The branches of the unit a person may file something under."""
    held = held_by(person, CataloguePermission.EDIT)
    rows = unit.sub_units.standing().select_related("unit").order_by("path")
    return [sub for sub in rows if held.covers(sub.scopes)]


def sub_units_of(person: Any) -> list[tuple[int, str]]:
    """The branches that own something in one's list, for the filter."""
    used = own_instruments(person).order_by().values("sub_unit_id").distinct()
    return [(sub.pk, sub.name) for sub in SubUnit.objects.filter(pk__in=used).order_by("path")]


def chosen(person: Any, keys: Iterable[str], limit: int = 200) -> list[Instrument]:
    """What was ticked, as far as it is one's own."""
    wanted = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 18][:limit]
    rows = own_instruments(person).filter(pk__in=wanted).select_related("unit", "sub_unit", "sub_unit__unit", "case")
    return list(rows.order_by("pk"))


COLUMNS = (
    "编号", "名称", "规格型号", "生产制造商", "仪器分类", "所在单位仪器编号", "固定资产编号", "原值（万元）",
    "管理单位", "所属部门", "状态", "完善度", "入网日期", "信息确认时间",
)  # fmt: skip


def sheet_of(rows: Iterable[Instrument]) -> list[list[str]]:
    return [
        [
            row.code,
            facts.title_of(row),
            row.model,
            row.manufacturer,
            f"{row.category} {row.category_name}".strip(),
            row.inner_number,
            row.asset_number,
            "" if row.worth_wan is None else f"{row.worth_wan.normalize():f}",
            row.unit.name,
            row.sub_unit.name if row.sub_unit else "",
            LISTING.label(row.state),
            str(row.health),
            f"{local_date(row.listed_at)}" if row.listed_at else "",
            f"{local_date(row.confirmed_at)}" if row.confirmed_at else "",
        ]
        for row in rows
    ]


def worked_on(person: Any, limit: int = 8) -> list[Instrument]:
    """What was worked on last, to begin another one from."""
    rows = Instrument.objects.manageable_by(person).exclude(name="").select_related("unit").order_by("-changed_at")
    return list(rows[:limit])


DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def week_of(listing: Instrument) -> list[tuple[str, str]]:
    """The opening hours of a week, one line a day that is open."""
    found: dict[int, list[str]] = {}
    for row in listing.opening_hours.all():
        found.setdefault(row.weekday, []).append(f"{_clock(row.opens)}–{_clock(row.closes)}")
    return [(DAYS[day], "、".join(stretches)) for day, stretches in sorted(found.items())]


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


# --- facts as rows


def rows_of(listing: Listing, person: Any, step: str = "") -> list[tuple[str, str]]:
    """Label and value of everything in force that says something; contacts masked where they are nobody's business."""
    private = may_see_private(listing, person) or listing.is_public
    found = []
    for spec in facts.specs_of(listing):
        if step and spec.step != step:
            continue
        value = facts.stored(listing, spec)
        text = shown(spec, value)
        hidden = (spec.private and not may_see_private(listing, person)) or (spec.name in PRIVATE and not private)
        if hidden and value:
            text = PRIVATE.get(spec.name, masks.phone)(str(value))
        found.append((spec.label, text))
    return found


def open_facts(listing: Listing, person: Any) -> dict[str, Any]:
    """Every fact in force by its name, for programs; what is nobody's business is left empty."""
    private = may_see_private(listing, person)
    return {
        spec.name: "" if spec.private and not private else facts.stored(listing, spec)
        for spec in facts.specs_of(listing)
        if spec.name != "below_reason" or private
    }


# --- beside a case


def case_subject(case: Case, *, viewer: Any) -> dict[str, Any]:
    """What `catalogue/_case_<kind>.html` shows."""
    model = MODELS[case.kind]
    listing: Listing = model.objects.select_related("unit", "sub_unit").get(pk=case.subject_id)
    keepers = listing.keepers.filter(removed_at=None) if isinstance(listing, Instrument) else []
    return {
        "listing": listing,
        "kind": case.kind,
        "rows": [pair for pair in rows_of(listing, viewer) if pair[1] != "—"],
        "keepers": keepers,
        "machine": LISTING,
        "removal": listing.state in {"scrapping", "leaving", "scrapped", "left"},
    }


def clock_of(
    listing: Listing, *, on: date, seen: facts.Look | None = None, calendar: Calendar | None = None
) -> law.Clock | None:
    """The 30 working days, while it is not listed yet."""
    if not isinstance(listing, Instrument) or listing.state not in {"draft", "returned", "submitted"}:
        return None
    seen = seen or facts.look(listing, on=on, twins=False)
    must = bool(seen.admission and seen.admission.decision == "must")
    return law.clock(listing.unit, seen.values.get("accepted_on"), must=must, on=on, calendar=calendar)
