"""Platforms and test services: one's own on the desk, the public ones for everyone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from yixiang.catalogue.models import Instrument, Platform, TestService
from yixiang.catalogue.rules.words import PLATFORM_KINDS
from yixiang.catalogue.states import LISTING
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.reference import division, instrument_class

GROUPS: dict[str, type[Platform] | type[TestService]] = {"platform": Platform, "service": TestService}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what does not exist counts as not asked for."""

    q: str = ""
    state: str = ""
    kind: str = ""
    region: str = ""
    category: str = ""
    unit: str = ""

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.state, self.kind, self.region, self.category, self.unit)))


def wanted_from(data: Mapping[str, Any]) -> Wanted:
    said = {name: str(data.get(name) or "").strip()[:80] for name in Wanted.__slots__}
    return Wanted(
        q=said["q"],
        state=said["state"] if said["state"] in LISTING.codes else "",
        kind=said["kind"] if said["kind"] in PLATFORM_KINDS else "",
        region=said["region"] if division(said["region"]) else "",
        category=said["category"] if instrument_class(said["category"]) else "",
        unit=said["unit"],
    )


def own(person: Any, kind_code: str, wanted: Wanted) -> QuerySet[Any]:
    """What this person edits or runs."""
    rows = GROUPS[kind_code].objects.manageable_by(person)
    return _counted(_filtered(rows, kind_code, wanted)).select_related("unit", "sub_unit").order_by("-pk")


def public(kind_code: str, wanted: Wanted) -> QuerySet[Any]:
    rows = GROUPS[kind_code].objects.public()
    return _counted(_filtered(rows, kind_code, wanted)).select_related("unit", "sub_unit")


def group_for(person: Any, kind_code: str, code: str) -> Any:
    """By its public code; what the person may not see does not exist."""
    model = GROUPS.get(kind_code)
    found = model.objects.visible_to(person).filter(code=code).select_related("unit", "sub_unit") if model else None
    first = found.first() if found is not None else None
    if first is None:
        raise Unseen()
    return first


def _filtered(rows: QuerySet[Any], kind_code: str, wanted: Wanted) -> QuerySet[Any]:
    for word in wanted.q.split()[:6]:
        rows = rows.filter(_says(kind_code, word))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.kind and kind_code == "platform":
        rows = rows.filter(kind=wanted.kind)
    if wanted.region:
        place = "region" if kind_code == "platform" else "unit__region"
        rows = rows.filter(**{f"{place}__startswith": _inside(wanted.region)})
    if wanted.category and kind_code == "service":
        rows = rows.filter(category__startswith=_inside(wanted.category))
    if wanted.unit:
        rows = rows.filter(unit__account_name=wanted.unit)
    return rows


def _says(kind_code: str, word: str) -> Q:
    own_words = ("english_name", "introduction") if kind_code == "platform" else ("method", "standard", "description")
    wanted = Q()
    for name in ("name", "unit__name", *own_words):
        wanted |= Q(**{f"{name}__icontains": word})
    return wanted


def _inside(code: str) -> str:
    """`430100` → `4301`: the beginning that everything below shares."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    listed = Q(instruments__state="listed")
    counted: QuerySet[Any] = rows.annotate(instrument_count=Count("instruments", filter=listed, distinct=True))
    return counted


def choosable(person: Any, group: Any, q: str = "") -> QuerySet[Instrument]:
    """The unit's instruments that this person may put into it."""
    rows = Instrument.objects.manageable_by(person).filter(unit_id=group.unit_id).exclude(name="")
    for word in q.split()[:6]:
        said = Q()
        for name in ("name", "model", "inner_number", "english_name", "code"):
            said |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(said)
    found: QuerySet[Instrument] = rows.select_related("platform", "sub_unit").order_by("name", "pk")
    return found


def ids_of(person: Any, codes: Iterable[str]) -> list[int]:
    """The keys behind public codes; one that this person may not see is named, not skipped."""
    wanted = set(codes)
    known = dict(Instrument.objects.visible_to(person).filter(code__in=wanted).values_list("code", "pk"))
    if strange := wanted - set(known):
        raise Invalid.field("codes", f"没有这些仪器：{'、'.join(sorted(strange)[:5])[:80]}。")
    return list(known.values())
