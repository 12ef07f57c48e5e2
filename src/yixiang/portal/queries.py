"""Figures of the home page and what the search box finds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from yixiang.articles import queries as articles
from yixiang.articles.rendering import plain
from yixiang.kernel.reference import region_path, stem
from yixiang.people.access import reach
from yixiang.people.models import Person
from yixiang.people.permissions import PeoplePermission
from yixiang.policy.packs import Jurisdiction
from yixiang.policy.shelf import library
from yixiang.portal.guide import topics
from yixiang.reviews.models import Case
from yixiang.units.models import Unit
from yixiang.units.queries import public_units
from yixiang.units.rules.words import KINDS


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: int
    url: str


def units_wanted(wanted: Mapping[str, str]) -> QuerySet[Unit]:
    """The public units that the filters in the address ask for; anything strange in them is ignored."""
    given = {name: wanted.get(name, "").strip()[:80] for name in ("q", "region", "kind", "side")}
    found = public_units()
    if given["q"]:
        found = found.filter(name__icontains=given["q"])
    if len(given["region"]) == 6 and given["region"].isdigit():
        found = found.filter(region__startswith=stem(given["region"]))
    if given["kind"] in KINDS:
        found = found.filter(kind=given["kind"])
    if given["side"] in {"provides", "uses"}:
        found = found.filter(**{given["side"]: True})
    return found


def figures() -> list[Figure]:
    """Live, and each opens to the records behind it."""
    counted = public_units().aggregate(
        joined=Count("pk"),
        provides=Count("pk", filter=Q(provides=True)),
        uses=Count("pk", filter=Q(uses=True)),
    )
    listing = reverse("portal:units")
    return [
        Figure("入网单位", counted["joined"], listing),
        Figure("提供仪器的单位", counted["provides"], f"{listing}?side=provides"),
        Figure("使用仪器的单位与团队", counted["uses"], f"{listing}?side=uses"),
        Figure("公开规则", len(library().packs()), reverse("portal:policies")),
    ]


@dataclass(frozen=True, slots=True)
class Served:
    """A jurisdiction of this installation and how many units it has."""

    jurisdiction: Jurisdiction
    units: int


def jurisdictions() -> list[Served]:
    """A unit counts for the smallest jurisdiction it lies in, so that Xuchang is not Henan."""
    by_region: dict[str, int] = dict(
        public_units().values_list("region").annotate(n=Count("pk")).values_list("region", "n")
    )
    chosen = [library().jurisdictions[code] for code in settings.JURISDICTIONS]
    return [Served(j, sum(n for region, n in by_region.items() if j.region in region_path(region))) for j in chosen]


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    title: str
    text: str
    url: str


def search(q: str, person: Any, *, now: datetime, each: int = 8) -> list[tuple[str, list[Hit]]]:
    """Over everything that exists and this person may see; empty groups are left out."""
    q = q.strip()[:80]
    if not q:
        return []
    groups = [
        ("单位", _units(q, each)),
        ("审核事项", _cases(q, person, each)),
        ("人员", _people(q, person, each)),
        (
            "帮助",
            [
                Hit("帮助", t.title, t.summary, reverse("portal:help-topic", args=[t.slug]))
                for t in topics()
                if t.matches(q)
            ],
        ),
        ("政策与规则", _policies(q)),
        ("资讯", _articles(q, now, each)),
    ]
    return [(label, hits[:each]) for label, hits in groups if hits]


def _units(q: str, each: int) -> list[Hit]:
    found = public_units().filter(Q(name__icontains=q) | Q(account_name__istartswith=q) | Q(credit_code=q.upper()))
    return [
        Hit(
            "单位",
            u.name,
            f"{u.get_kind_display()} · {u.region_name}",
            reverse("portal:unit", args=[u.account_name]),
        )
        for u in found.order_by("name")[:each]
    ]


def _cases(q: str, person: Any, each: int) -> list[Hit]:
    if not person.is_authenticated:
        return []
    found = Case.objects.visible_to(person).filter(Q(title__icontains=q) | Q(applicant_label__icontains=q))
    return [
        Hit("审核事项", c.title, c.get_state_display(), reverse("portal:case", args=[c.pk]))
        for c in found.order_by("-opened_at")[:each]
    ]


def _people(q: str, person: Any, each: int) -> list[Hit]:
    if not reach(person, PeoplePermission.SEE):
        return []
    found = Person.objects.filter(Q(name__icontains=q) | Q(username__istartswith=q))
    return [
        Hit("人员", p.name, p.username, reverse("people:person", args=[p.pk]))
        for p in found.order_by("username")[:each]
    ]


def _policies(q: str) -> list[Hit]:
    places = library().jurisdictions
    return [
        Hit(
            "政策与规则",
            f"{places[pack.jurisdiction].name} · {pack.title}",
            f"自 {pack.start:%Y-%m-%d} 起施行",
            reverse("portal:policy", args=[pack.jurisdiction, pack.subject.name]),
        )
        for pack in library().packs()
        if q in pack.title or q in places[pack.jurisdiction].name
    ]


def _articles(q: str, now: datetime, each: int) -> list[Hit]:
    return [
        Hit(a.get_kind_display(), a.title, a.summary or plain(a.body, 80), articles.address_of(a))
        for a in articles.found_for(q, now=now, limit=each)
    ]
