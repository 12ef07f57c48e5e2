"""Everything the page of one instrument shows, read in a fixed number of queries."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument, Keeper, Tariff
from yixiang.catalogue.queries import free_time, prices, showing
from yixiang.catalogue.rules.pricing import Row
from yixiang.catalogue.rules.words import COMPONENTS
from yixiang.kernel.periods import midnight
from yixiang.kernel.reference import disciplines
from yixiang.portal.cards import Card, card, cards_of
from yixiang.portal.moments import clock, local_day, near_day
from yixiang.units.rules import masks

DAYS = 14


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar: what is free of it, in hours as people say them."""

    day: date
    words: str
    stretches: tuple[tuple[str, str, int, int], ...]  # from and to in words, the minute it begins, how many it lasts
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """The coming days, and the hours between which anything is free at all."""

    days: list[Day]

    @property
    def some(self) -> bool:
        return any(day.stretches for day in self.days)

    @property
    def low(self) -> int:
        begins = [stretch[2] for day in self.days for stretch in day.stretches]
        return min([480, *begins]) // 120 * 120

    @property
    def high(self) -> int:
        ends = [stretch[2] + stretch[3] for day in self.days for stretch in day.stretches]
        return -(-max([1080, *ends]) // 120) * 120

    @property
    def hours(self) -> list[int]:
        """The marks of the scale: every two hours, or four when it is a long day."""
        step = 2 if self.high - self.low <= 840 else 4
        return list(range(self.low // 60, self.high // 60 + 1, step))


@dataclass(frozen=True, slots=True)
class PriceList:
    """The tariff in force with one row per item and basis, and the version already announced."""

    tariff: Tariff | None
    rows: list[Row]
    following: Tariff | None
    next_rows: list[Row]

    @property
    def components(self) -> list[tuple[str, str]]:
        used = {part for row in (*self.rows, *self.next_rows) for part in row.parts}
        return [(code, _(label)) for code, label in COMPONENTS.items() if code in used]

    @property
    def has_inside(self) -> bool:
        return any(row.inside is not None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    role: str
    phone: str
    email: str
    masked: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    instrument: Instrument
    card: Card
    pictures: list[Any]
    prices: PriceList
    calendar: Calendar
    contacts: list[Contact]
    alike: list[Card]
    services: list[Any]
    disciplines: list[str]


def sheet(instrument: Instrument, *, now: datetime, known_person: bool) -> Sheet:
    pictures = list(instrument.pictures.select_related("file"))
    first = pictures[0].file_id if pictures else None
    shown = card(instrument, now=now, unit=(instrument.unit.account_name, instrument.unit.name), picture=first)
    known = disciplines()
    return Sheet(
        instrument=instrument,
        card=shown,
        pictures=pictures,
        prices=price_list(instrument, on=local_day(now)),
        calendar=calendar(instrument, now=now),
        contacts=contacts(instrument, on=local_day(now), whole=known_person),
        alike=cards_of(showing.similar(instrument), now=now),
        services=showing.services_on(instrument),
        disciplines=[_(known[code].name) for code in instrument.disciplines if code in known],
    )


def price_list(listing: Any, *, on: date) -> PriceList:
    versions = [one for one in prices.tariffs_of(listing) if one.valid_until is None or one.valid_until >= on]
    current = next((one for one in versions if one.covers(on)), None)
    following = min((one for one in versions if one.valid_from > on), key=lambda one: one.valid_from, default=None)
    return PriceList(current, prices.price_table(current), following, prices.price_table(following))


def calendar(instrument: Instrument, *, now: datetime) -> Calendar:
    """The next two weeks, today first; empty when time is not what one books."""
    if not free_time.can_be_booked(instrument):
        return Calendar([])
    first = local_day(now)
    slots = free_time.free(instrument, midnight(first), midnight(first + timedelta(days=DAYS)), now=now)
    days: dict[date, list[free_time.Slot]] = {first + timedelta(days=n): [] for n in range(DAYS)}
    for slot in slots:
        for part in _by_day(slot):
            days.setdefault(local_day(part.start), []).append(part)
    return Calendar([_day(day, parts, first) for day, parts in list(days.items())[:DAYS]])


def _day(day: date, parts: list[free_time.Slot], today: date) -> Day:
    stretches = []
    for part in parts:
        begins = int((part.start - midnight(day)).total_seconds()) // 60
        stretches.append((clock(part.start), _end(part), begins, part.minutes))
    return Day(day, near_day(day, today), tuple(stretches), all(part.certain for part in parts))


def _by_day(slot: free_time.Slot) -> list[free_time.Slot]:
    """A stretch through the night belongs to both days."""
    parts, start = [], slot.start
    while (border := midnight(local_day(start) + timedelta(days=1))) < slot.end:
        parts.append(free_time.Slot(start, border, slot.certain))
        start = border
    return [*parts, free_time.Slot(start, slot.end, slot.certain)]


def _end(part: free_time.Slot) -> str:
    return "24:00" if clock(part.end) == "0:00" else clock(part.end)


def contacts(instrument: Instrument, *, on: date, whole: bool) -> list[Contact]:
    """An office line is public. A mobile number is whole for people who signed in, a keeper's only if published."""
    found = []
    if instrument.contact_name or instrument.contact_phone:
        phone, hidden = instrument.contact_phone, not whole and is_mobile(instrument.contact_phone)
        words = masks.phone(phone) if hidden else phone
        found.append(Contact(instrument.contact_name, _("联系人"), words, instrument.contact_email, hidden))
    return found + [_keeper(keeper, on) for keeper in instrument.keepers.all() if keeper.removed_at is None]


def is_mobile(phone: str) -> bool:
    digits = re.sub(r"\D", "", phone)
    return len(digits) == 11 and digits.startswith("1")


def _keeper(keeper: Keeper, on: date) -> Contact:
    years = keeper.years(on)
    role = [_("机组负责人") if keeper.main else _("机组人员"), keeper.title]
    role.append(_("从业 %(years)d 年") % {"years": years} if years else "")
    phone = keeper.phone if keeper.public else masks.phone(keeper.phone)
    email = keeper.email if keeper.public else masks.email(keeper.email) if keeper.email else ""
    return Contact(keeper.name, " · ".join(filter(None, role)), phone, email, not keeper.public)
