"""The home page: what is here, by class and in figures, what is used most, what is new."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.articles import queries as articles
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.search.finding import Wanted, find
from yixiang.kernel.reference import class_children, stem
from yixiang.portal.cards import Card
from yixiang.portal.queries import Served, jurisdictions
from yixiang.portal.results import card_of, free_this_week
from yixiang.units.queries import public_units
from yixiang.web.places import class_words

WEEK = timedelta(days=7)
MOST_USED = 4
FACTOR, WORTH_KEEPING = 200, 0.02  # cheaper figures are simply counted again


@dataclass(frozen=True, slots=True)
class Tile:
    """One class of instruments, drawn."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int
    url: str


@dataclass(frozen=True, slots=True)
class Landing:
    total: int
    analytical: list[Tile]
    others: list[Tile]
    figures: list[Figure]
    used: list[Card]
    notices: list[Any]
    places: list[Served]


def landing(*, now: datetime) -> Landing:
    found = find(Wanted.from_query({"sort": "used", "size": str(MOST_USED)}), now=now)
    counts = tallies()
    analytical, *others = class_children()
    return Landing(
        total=found.total,
        analytical=[_tile(row.code, counts) for row in class_children(analytical.code)],
        others=[_tile(row.code, counts) for row in others],
        figures=figures(found.total, now),
        used=[card_of(hit, now) for hit in found.items],
        notices=articles.latest(["notice", "news"], limit=5, now=now),
        places=jurisdictions(),
    )


def _tile(code: str, counts: dict[str, int]) -> Tile:
    prefix = stem(code)
    return Tile(code, class_words(code), sum(n for group, n in counts.items() if group.startswith(prefix)))


def figures(listed: int, now: datetime) -> list[Figure]:
    """Live, and each opens to the records behind it."""
    instruments = reverse("portal:instruments")
    free, served = dear.get("use", lambda: _use(now))
    return [
        Figure(_("台仪器开放共享"), listed, instruments),
        Figure(_("台 7 天内可约"), free, free_this_week()),
        Figure(
            _("家单位提供仪器"),
            public_units().filter(provides=True).count(),
            f"{reverse('portal:units')}?side=provides",
        ),
        Figure(_("次累计对外服务"), served, f"{instruments}?sort=used"),
    ]


def _use(now: datetime) -> tuple[int, int]:
    counted = Instrument.objects.public().aggregate(
        free=Count("pk", filter=Q(state="listed", first_free__lt=now + WEEK)), served=Coalesce(Sum("service_count"), 0)
    )
    return counted["free"], counted["served"]


def tallies() -> dict[str, int]:
    """Group of the class list (four digits) → listed instruments."""
    counted: dict[str, int] = dear.get("tallies", _tallies)
    return counted


def _tallies() -> dict[str, int]:
    rows = Instrument.objects.public().order_by().annotate(group=Left("category", 4))
    return dict(rows.values_list("group").annotate(n=Count("pk")))


class Dear:
    """Figures over the whole catalogue, kept as long as two hundred countings take (150 ms → 30 s)."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, Any]] = {}

    def get(self, name: str, count: Callable[[], Any]) -> Any:
        began = time.monotonic()
        until, value = self._kept.get(name, (0.0, None))
        if until < began:
            value = count()
            ended = time.monotonic()
            self._kept[name] = ended + FACTOR * (ended - began) if ended - began > WORTH_KEEPING else 0.0, value
        return value


dear = Dear()
