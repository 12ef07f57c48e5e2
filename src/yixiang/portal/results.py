"""What a search page shows around the hits: facets as links, chips of what is applied, cards."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yixiang.catalogue.rules.words import BOOKING_MODES, FUNDS, KINDS
from yixiang.catalogue.search.finding import Found, Wanted, find
from yixiang.catalogue.search.wanted import unit_of
from yixiang.kernel import reference
from yixiang.kernel.errors import Invalid
from yixiang.portal.cards import Card, card
from yixiang.portal.moments import day_words
from yixiang.web.places import class_words, region_words

SORTS = {
    "relevance": "综合排序",
    "free": "最早可约的在前",
    "price": "价格从低到高",
    "used": "服务次数最多",
    "newest": "购置日期最近",
    "near": "离我最近",
}
FACETS = {
    "free": "什么时候用",
    "price_max": "价格不超过",
    "category": "仪器分类",
    "region": "地区",
    "mode": "预约方式",
    "worth": "原值",
    "unit": "单位",
    "platform": "平台",
    "discipline": "学科领域",
    "funds": "经费来源",
    "kind": "类型",
}
ONE_ONLY = {"category", "region", "free", "price_max"}  # another choice takes the place of the chosen one
QUICK = ("free", "price_max")  # shown as buttons, not as lists
OPEN_AT_FIRST = ("category", "region", "mode")
IN_SIGHT = 6


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    count: int
    chosen: bool
    depth: int
    url: str


@dataclass(frozen=True, slots=True)
class Facet:
    key: str
    title: str
    choices: list[Choice]
    open: bool

    @property
    def first(self) -> list[Choice]:
        return self.choices if len(self.choices) <= IN_SIGHT + 2 else self.choices[:IN_SIGHT]

    @property
    def rest(self) -> list[Choice]:
        return self.choices[len(self.first) :]


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    url: str


@dataclass
class Results:
    """Everything the page shows, ready to be written down."""

    wanted: Wanted
    found: Any
    cards: list[Card]
    nearest: list[Card]
    units: list[tuple[Any, list[Card]]]
    facets: list[Facet]
    chips: list[Chip]
    sorts: list[tuple[str, str]]
    quick: dict[str, Facet]
    more: str = ""
    clear: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    cities: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


def results(request: HttpRequest, *, now: datetime) -> Results:
    wanted = Wanted.from_query(request.GET.dict(), request.user)
    found = _found(wanted, request, now)
    facets = {key: facet for key, title in FACETS.items() if (facet := _facet(request, key, title, found))}
    return Results(
        wanted=wanted,
        found=found,
        cards=[card_of(hit, now) for hit in found.items],
        nearest=[card_of(hit, now) for hit in found.nearest],
        units=[(unit, [card_of(hit, now) for hit in unit.hits]) for unit in found.units_found],
        facets=[facet for key, facet in facets.items() if key not in QUICK],
        quick={key: facet for key, facet in facets.items() if key in QUICK},
        chips=_chips(request, wanted),
        sorts=[(code, _(words)) for code, words in SORTS.items()],
        more=_address(request, cursor=found.next) if found.next else "",
        cities=cities() if request.GET.get("sort") == "near" and wanted.sort != "near" else [],
        clear=_address(request, ("q", "sort", "by")),
        kept={name: value for name, value in request.GET.dict().items() if name not in {"q", "cursor"}},
    )


def cities() -> list[tuple[str, list[tuple[str, str]]]]:
    """Province → its cities, for whoever wants what is near and has not said where they are."""
    return [
        (region_words(province.code), [(city.code, words("region", city.code)) for city in _cities_of(province)])
        for province in reference.children()
    ]


def _cities_of(province: reference.Division) -> list[reference.Division]:
    """Of a municipality, the municipality itself."""
    own = [city for city in reference.children(province.code) if not city.placeholder]
    return own or [province]


def _found(wanted: Wanted, request: HttpRequest, now: datetime) -> Found:
    """A page that cannot be read, or belongs to another order, is the first one."""
    try:
        return find(wanted, person=request.user, now=now)
    except Invalid as refused:
        wanted.cursor = ""
        wanted.notes.append(refused.message)
        return find(wanted, person=request.user, now=now)


def card_of(hit: Any, now: datetime) -> Card:
    return card(hit, now=now, unit=(hit.unit_code, hit.unit_name), picture=hit.cover)


def _address(request: HttpRequest, only: tuple[str, ...] = (), /, **changes: str | None) -> str:
    """The address of this page with some of its words changed, from its first page on unless a cursor is given."""
    words = {name: pair for name, pair in _given(request).items() if not only or name in only}
    for name, value in changes.items():
        words.pop(name, None)
        if value:
            words[name] = _pair(name, value)
    return f"{request.path}?{'&'.join(words.values())}" if words else request.path


def _given(request: HttpRequest) -> dict[str, str]:
    """Written for an address once for all the links of a page."""
    found: dict[str, str] | None = getattr(request, "given_words", None)
    if found is None:
        found = {name: _pair(name, value) for name, value in request.GET.dict().items() if name != "cursor"}
        request.given_words = found  # type: ignore[attr-defined]
    return found


@lru_cache(maxsize=8192)
def _pair(name: str, value: str) -> str:
    return urlencode({name: value})


def _facet(request: HttpRequest, key: str, title: str, found: Any) -> Facet | None:
    values = found.facets.get(key, [])
    shown = [value for value in values if value.count or value.chosen]
    if not shown:
        return None
    chosen = [value.code for value in shown if value.chosen]
    choices = [
        Choice(words(key, v.code, v.name), v.count, v.chosen, v.depth, _toggle(request, key, v, chosen)) for v in shown
    ]
    return Facet(key, _(title), choices, key in OPEN_AT_FIRST or bool(chosen))


def _toggle(request: HttpRequest, key: str, value: Any, chosen: list[str]) -> str:
    if key in ONE_ONLY:
        return _address(request, **{key: _parent(key, value.code) if value.chosen else value.code})
    codes = [code for code in chosen if code != value.code] if value.chosen else [*chosen, value.code]
    return _address(request, **{key: ",".join(codes)})


def _parent(key: str, code: str) -> str:
    """What remains when one leaves a branch of a tree: the branch it grows from."""
    if key == "category":
        row = reference.instrument_class(code)
        return row.parent if row else ""
    if key != "region":
        return ""
    above = [step for step in reference.region_path(code) if step != code]
    return above[-1] if above else ""


def words(key: str, code: str, name: str = "") -> str:
    """What a facet value is called in the language of the page."""
    if key == "category":
        return class_words(code) or name
    if key == "region":
        row = reference.division(code)
        return region_words(code).split(",")[0] if get_language() == "en" else (row.name if row else name)
    if key == "free":
        return _("%(days)s 天内") % {"days": code}
    if key == "price_max":
        return f"¥{code}"
    tables = {"mode": BOOKING_MODES, "funds": FUNDS, "kind": KINDS}
    own = tables.get(key, {}).get(code, "")
    return _(own) if own else _(name) if name else code


def _chips(request: HttpRequest, wanted: Wanted) -> list[Chip]:
    """Everything applied, each with a way out."""
    found = []
    for key, codes in wanted.chosen.items():
        for code in codes:
            left = ",".join(one for one in codes if one != code)
            found.append(Chip(_chip_words(key, code), _address(request, **{key: left})))
    if wanted.price_max is not None:
        words_ = _("每项不超过 ¥%(price)s") % {"price": f"{wanted.price_max.normalize():f}"}
        found.append(Chip(words_, _address(request, price_max=None)))
    if wanted.free_within:
        found.append(Chip(words("free", str(wanted.free_within)), _address(request, free=None)))
    if wanted.free_from and wanted.free_to:
        label = _("%(start)s 至 %(end)s 有空") % {
            "start": day_words(wanted.free_from),
            "end": day_words(wanted.free_to),
        }
        found.append(Chip(label, _address(request, free_from=None, free_to=None)))
    return found


def _chip_words(key: str, code: str) -> str:
    if key == "unit":
        unit = unit_of(code)
        return unit.name if unit else code
    return words(key, code)


def free_this_week() -> str:
    """The address behind the figure on the home page."""
    return f"{reverse('portal:instruments')}?free=7"
