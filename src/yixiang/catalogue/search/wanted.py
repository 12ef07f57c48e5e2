"""What somebody looks for: read from an address, forgiving, with a kind word for what could not be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Platform
from yixiang.catalogue.rules.words import BOOKING_MODES, FUNDS, KINDS
from yixiang.catalogue.search.dictionary import class_prefix
from yixiang.catalogue.search.rows import SOON, WORTH_BANDS
from yixiang.catalogue.states import LISTING
from yixiang.kernel import reference
from yixiang.kernel.periods import day_typed
from yixiang.units.models import Unit

LONGEST, MOST_VALUES = 200, 20
SORTS = ("relevance", "used", "newest", "free", "price", "near")
SIZE, MOST = 20, 100
# facet → the letter of its lexemes; the order in which facets are shown
LETTERS = {
    "category": "c", "discipline": "s", "region": "r", "unit": "u", "platform": "p",
    "worth": "w", "funds": "f", "mode": "m", "kind": "k", "state": "st",
}  # fmt: skip


@dataclass
class Wanted:
    """`chosen`: facet → codes as in the address. `lexemes`: facet → what they are in the index."""

    q: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    lexemes: dict[str, list[str]] = field(default_factory=dict)
    price_max: Decimal | None = None
    free_from: date | None = None
    free_to: date | None = None
    free_within: int = 0  # days
    sort: str = "relevance"
    by: str = "instrument"
    near: str = ""
    cursor: str = ""
    size: int = SIZE
    notes: list[str] = field(default_factory=list)

    @classmethod
    def from_query(cls, data: Mapping[str, str], person: Any = None) -> "Wanted":
        """Never refuses: what does not exist is left out and said so."""
        wanted = cls(cursor=data.get("cursor", "")[:600])
        wanted._read_words(data.get("q", ""))
        for facet in LETTERS:
            codes = [code.strip() for code in data.get(facet, "").split(",")[:MOST_VALUES]]
            wanted._read_facet(facet, [code for code in codes if code])
        wanted._read_price(data.get("price_max", ""))
        wanted._read_days(data)
        wanted._read_order(data, person)
        return wanted

    def _read_words(self, typed: str) -> None:
        self.q = " ".join(typed.replace("\x00", " ").split())
        if len(self.q) > LONGEST:
            self.q = self.q[:LONGEST]
            self.notes.append(_("搜索词太长，只用了前 %d 个字。") % LONGEST)

    def _read_facet(self, facet: str, codes: list[str]) -> None:
        for code in codes:
            own = _KNOWN[facet](code)
            if own:
                self.chosen.setdefault(facet, []).append(code)
                self.lexemes.setdefault(facet, []).extend(f"{LETTERS[facet]}:{one}" for one in own)
            else:
                self.notes.append(_("没有“%(code)s”这个筛选项，已忽略。") % {"code": code[:40]})

    def _read_price(self, typed: str) -> None:
        if not typed:
            return
        try:
            price = Decimal(typed)
        except InvalidOperation:
            price = Decimal("NaN")
        if price.is_finite() and 0 <= price < 10**8:
            self.price_max = price
        else:
            self.notes.append(_("最高价要写成数字（元），已忽略“%s”。") % typed[:20])

    def _read_days(self, data: Mapping[str, str]) -> None:
        self.free_from, self.free_to = self._day(data.get("free_from", "")), self._day(data.get("free_to", ""))
        if self.free_from and self.free_to and self.free_from > self.free_to:
            self.free_from, self.free_to = self.free_to, self.free_from
            self.notes.append(_("空闲时间的起止写反了，已调换。"))
        if self.free_to and not self.free_from:
            self.free_from = self.free_to
        elif self.free_from and not self.free_to:
            self.free_to = self.free_from + timedelta(days=6)

        days = data.get("free", "")
        if days in map(str, SOON):
            self.free_within = int(days)
        elif days:
            self.notes.append(_("没有“%(code)s”这个筛选项，已忽略。") % {"code": days[:40]})

    def _day(self, typed: str) -> date | None:
        if not typed:
            return None
        day = day_typed(typed)
        if day is None or not 2000 <= day.year <= 2200:
            self.notes.append(_("日期要写成 2026-03-02 这样，已忽略“%s”。") % typed[:20])
            return None
        return day

    def _read_order(self, data: Mapping[str, str], person: Any) -> None:
        sort, near = data.get("sort", "") or "relevance", data.get("near", "")
        if sort not in SORTS:
            self.notes.append(_("没有“%s”这种排序，已按相关度排列。") % sort[:20])
            sort = "relevance"
        if near and not _region(near):
            self.notes.append(_("没有找到地区“%s”，已忽略。") % near[:20])
            near = ""
        if sort == "near" and not (near := near or _home_of(person)):
            self.notes.append(_("按距离排列要先选择您所在的城市，已按相关度排列。"))
            sort = "relevance"
        self.sort, self.near = sort, near
        self.by = "unit" if data.get("by") == "unit" else "instrument"
        size = data.get("size", "")
        self.size = max(1, min(int(size), MOST)) if size.isascii() and size.isdigit() and len(size) < 5 else SIZE

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.chosen or self.price_max is not None or self.free_from or self.free_within)


def _home_of(person: Any) -> str:
    """The region of the first unit one belongs to."""
    if not getattr(person, "is_authenticated", False):
        return ""
    found = Unit.objects.joined().filter(memberships__person=person).values_list("region", flat=True).first()
    return found or ""


def _class(code: str) -> list[str]:
    return [class_prefix(code)] if reference.instrument_class(code) else []


def _region(code: str) -> list[str]:
    known = len(code) == 6 and code.isascii() and code.isdigit()
    if not known or not (reference.division(code) or reference.division(reference.province_of(code))):
        return []
    return [code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code]


def unit_of(code: str) -> Unit | None:
    """By account name, credit code or key."""
    wanted = Q(account_name__iexact=code) | Q(credit_code=code)
    if code.isascii() and code.isdigit() and len(code) < 18:
        wanted |= Q(pk=int(code))
    found: Unit | None = Unit.objects.filter(wanted).order_by("pk").first() if "\x00" not in code else None
    return found


def _unit(code: str) -> list[str]:
    unit = unit_of(code)
    return [str(unit.pk)] if unit else []


def _platform(code: str) -> list[str]:
    if "\x00" in code:
        return []
    return [str(pk) for pk in Platform.objects.filter(code=code[:12]).values_list("pk", flat=True)]


def _one_of(known: Mapping[str, str]) -> Any:
    return lambda code: [code] if code in known else []


_KNOWN: dict[str, Any] = {
    "category": _class,
    "discipline": lambda code: [code] if code in reference.disciplines() else [],
    "region": _region,
    "unit": _unit,
    "platform": _platform,
    "worth": _one_of({str(band): "" for band in range(len(WORTH_BANDS) + 1)}),
    "funds": _one_of(FUNDS),
    "mode": lambda code: {"both": ["time", "samples"]}.get(code, [code] if code in BOOKING_MODES else []),
    "kind": _one_of(KINDS),
    "state": lambda code: [code] if code in LISTING.codes else [],
}
