"""Reading suspicions for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from yixiang.kernel.errors import Unseen
from yixiang.people.access import may
from yixiang.subsidies.models import Flag
from yixiang.subsidies.models.flag import KINDS
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries.places import office_scopes
from yixiang.subsidies.states import FLAG

COLUMNS = ("类别", "年度", "管理单位", "对方", "说明", "依据", "相关订单", "状态", "单位说明", "核查结论")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what cannot be read counts as not asked for."""

    q: str = ""
    kind: str = ""
    state: str = ""
    year: int = 0

    @property
    def applied(self) -> int:
        return sum(map(bool, (self.kind, self.state, self.year)))


def wanted_from(data: Mapping[str, str]) -> Wanted:
    given = {name: str(data.get(name, "")).strip().replace("\0", "")[:80] for name in ("q", "kind", "state", "year")}
    year = given["year"]
    return Wanted(
        given["q"],
        given["kind"] if given["kind"] in KINDS else "",
        given["state"] if given["state"] in FLAG.codes else "",
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
    )


def flags_for(person: Any, wanted: Wanted) -> QuerySet[Flag]:
    rows: QuerySet[Flag] = Flag.objects.visible_to(person)
    if wanted.q:
        rows = rows.filter(unit__name__icontains=wanted.q)
    for name in ("kind", "state", "year"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    return rows.select_related("unit", "other").order_by("-year", "-found_at", "-pk")


def flag_for(person: Any, pk: int) -> Flag:
    rows = Flag.objects.visible_to(person).select_related("unit", "other", "answered_by", "closed_by")
    found: Flag | None = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def acts_of(found: Flag, person: Any) -> list[str]:
    """The unit explains, the office above it closes."""
    closes = may(person, SubsidiesPermission.WATCH, office_scopes(found.unit))
    held = {"answer": may(person, SubsidiesPermission.ACCOUNT, [found.unit.scope]), "clear": closes, "confirm": closes}
    return [move.action for move in FLAG.allowed(found.state) if held[move.action]]


def counts(person: Any) -> dict[str, int]:
    return dict(Flag.objects.visible_to(person).values_list("state").annotate(n=Count("pk")))


def years_of(person: Any) -> list[int]:
    return sorted(set(Flag.objects.visible_to(person).values_list("year", flat=True)), reverse=True)


def cells(one: Flag) -> list[str]:
    return [
        one.get_kind_display(), str(one.year), one.unit.name, one.other.name if one.other else "", one.summary,
        "；".join(f"{label}：{value}" for label, value in one.facts),
        "、".join(record["number"] for record in one.records), FLAG.label(one.state), one.answer, one.finding,
    ]  # fmt: skip
