"""The certification lists: provider units, user units, experts; filtered, sorted, and as a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yixiang.kernel.periods import midnight
from yixiang.kernel.reference import division
from yixiang.kernel.typed import Unreadable, day
from yixiang.units.models import Expert, IntegrityFlag, Unit, combined_reach, within
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import masks
from yixiang.units.rules.words import KINDS
from yixiang.units.states import EXPERT, JOINING

SORTS = {"name": "name", "joined": "joined_at", "region": "region", "state": "state"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a list, as its address carries them; what cannot be read counts as not asked for."""

    q: str = ""
    region: str = ""
    kind: str = ""
    side: str = ""
    state: str = ""
    flag: str = ""
    joined_from: date | None = None
    joined_to: date | None = None
    sort: str = ""

    @property
    def applied(self) -> int:
        asked = (self.region, self.kind, self.side, self.state, self.flag, self.joined_from, self.joined_to)
        return sum(bool(value) for value in asked)


def wanted_from(data: Mapping[str, str]) -> Wanted:
    def one_of(name: str, known: Any) -> str:
        value = str(data.get(name, ""))
        return value if value in known else ""

    def date_of(name: str) -> date | None:
        try:
            return day(str(data.get(name, "")))
        except Unreadable:
            return None

    region = str(data.get("region", ""))
    sort = str(data.get("sort", ""))
    return Wanted(
        q=str(data.get("q", "")).strip()[:80],
        region=region if division(region) else "",
        kind=one_of("kind", KINDS),
        side=one_of("side", {"provides", "uses"}),
        state=one_of("state", {*JOINING.codes, *EXPERT.codes}),
        flag=one_of("flag", {"any", "dishonest", "abnormal", "none"}),
        joined_from=date_of("from"),
        joined_to=date_of("to"),
        sort=sort if sort.lstrip("-") in SORTS else "",
    )


def units_listed(person: Any, wanted: Wanted) -> QuerySet[Unit]:
    rows: QuerySet[Unit] = Unit.objects.visible_to(person).filter(_where(wanted)).distinct()
    flags = IntegrityFlag.objects.filter(lifted_on=None)
    standing = Exists(flags.filter(unit=OuterRef("pk")))
    if wanted.flag == "any":
        rows = rows.filter(standing)
    elif wanted.flag == "none":
        rows = rows.filter(~standing)
    elif wanted.flag:
        rows = rows.filter(Exists(flags.filter(unit=OuterRef("pk"), kind=wanted.flag)))
    key = SORTS.get(wanted.sort.lstrip("-"), "")
    order = [f"-{key}" if wanted.sort.startswith("-") else key, "pk"] if key else ["-pk"]
    return rows.prefetch_related(Prefetch("flags", flags, to_attr="standing_flags")).order_by(*order)


def _where(wanted: Wanted) -> Q:
    where = Q()
    if wanted.q:
        where &= Q(name__icontains=wanted.q) | Q(credit_code=wanted.q.upper()) | Q(account_name__iexact=wanted.q)
    if wanted.region:
        where &= Q(region__startswith=_prefix(wanted.region))
    for name in ("kind", "state"):
        if value := getattr(wanted, name):
            where &= Q(**{name: value})
    if wanted.side:
        where &= Q(**{wanted.side: True})
    if wanted.joined_from:
        where &= Q(joined_at__gte=midnight(wanted.joined_from))
    if wanted.joined_to:
        where &= Q(joined_at__lt=midnight(date.fromordinal(wanted.joined_to.toordinal() + 1)))
    return where


def _prefix(region: str) -> str:
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region


def experts_listed(person: Any, wanted: Wanted) -> QuerySet[Expert]:
    rows: QuerySet[Expert] = Expert.objects.visible_to(person)
    if wanted.q:
        rows = rows.filter(
            Q(person__name__icontains=wanted.q) | Q(field__icontains=wanted.q)
            | Q(instruments__icontains=wanted.q) | Q(unit__name__icontains=wanted.q)
        )  # fmt: skip
    if wanted.region:
        rows = rows.filter(unit__region__startswith=_prefix(wanted.region))
    if wanted.state in EXPERT.codes:
        rows = rows.filter(state=wanted.state)
    return rows.select_related("person", "unit").order_by("-certified_at", "-pk")


UNIT_COLUMNS = (
    "单位名称", "统一社会信用代码", "单位账号", "用户类型", "单位类型", "隶属", "所在地区", "详细地址", "联络员",
    "手机", "入网状态", "入网日期", "是否失信", "是否经营异常",
)  # fmt: skip


def unit_sheet(person: Any, rows: QuerySet[Unit]) -> list[list[str]]:
    """What the list shows and a little more; contacts whole only where the role reaches."""
    open_to = combined_reach(person, UnitsPermission.SEE_PRIVATE, UnitsPermission.EDIT)
    private = set(rows.filter(within(open_to)).values_list("pk", flat=True)) if open_to else set()
    return [_unit_cells(unit, unit.pk in private) for unit in rows]


def _unit_cells(unit: Unit, private: bool) -> list[str]:
    sides = [name for name, is_so in (("管理单位", unit.provides), ("用户单位", unit.uses)) if is_so]
    standing = {flag.kind for flag in unit.standing_flags}  # type: ignore[attr-defined]
    return [
        unit.name,
        unit.credit_code,
        unit.account_name,
        "、".join(sides),
        unit.get_kind_display(),
        unit.get_affiliation_display(),
        unit.region_name,
        unit.address,
        unit.contact_name if private else masks.name(unit.contact_name),
        unit.contact_phone if private else masks.phone(unit.contact_phone),
        JOINING.label(unit.state),
        f"{unit.joined_at:%Y-%m-%d}" if unit.joined_at else "",
        "是" if "dishonest" in standing else "否",
        "是" if "abnormal" in standing else "否",
    ]


EXPERT_COLUMNS = ("姓名", "管理单位", "职称", "专业领域", "熟悉的仪器", "认证状态", "认证日期")


def expert_sheet(rows: QuerySet[Expert]) -> list[list[str]]:
    return [
        [
            expert.person.name,
            expert.unit.name,
            expert.title,
            expert.field,
            expert.instruments,
            EXPERT.label(expert.state),
            f"{expert.certified_at:%Y-%m-%d}" if expert.certified_at else "",
        ]
        for expert in rows
    ]
