"""The facts a unit states about itself: how each is read from what was typed, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from yixiang.kernel import reference
from yixiang.kernel.typed import (
    Reader,
    Reading,
    Unreadable,
    amount,
    choice,
    code,
    day,
    email,
    flag,
    half,
    paragraph,
    phone,
    region,
    text,
    whole,
)
from yixiang.units.rules import names
from yixiang.units.rules.words import AFFILIATIONS, KINDS, NATURES

Step = Literal["basic", "details", "account"]


@dataclass(frozen=True, slots=True)
class Spec:
    """One field of the form."""

    name: str
    label: str
    step: Step
    read: Reader
    limit: int = 0
    hint: str = ""
    enterprise: bool = False
    choices: Mapping[str, str] | None = None
    private: bool = False


# --- readers of this form


def industry(typed: str) -> str:
    found: str = choice({row.code: row.name for row in reference.industries().values()})(typed)
    return found


def account(typed: str) -> str:
    plain = half(typed).strip().lower()
    if plain and (problem := names.account_problem(plain)):
        raise Unreadable(problem)
    return plain


# --- the form

SPECS: tuple[Spec, ...] = (
    Spec("name", "单位名称", "basic", text, 120, "与营业执照或事业单位法人证书上的名称一致。"),
    Spec("kind", "单位类型", "basic", choice(KINDS), choices=KINDS),
    Spec("credit_code", "统一社会信用代码", "basic", code, 18, "18 位，见营业执照或法人证书。个人组成的学生团队不填。"),
    Spec("affiliation", "隶属", "basic", choice(AFFILIATIONS), choices=AFFILIATIONS),
    Spec("region", "所在地区", "basic", region, hint="入网由该地区的主管部门审核。"),
    Spec("address", "详细地址", "basic", text, 200),
    Spec("provides", "提供仪器设备共享", "basic", flag, hint="本单位有仪器设备对外开放共享（管理单位）。"),
    Spec("uses", "使用仪器设备", "basic", flag, hint="本单位预约使用其他单位的仪器设备（用户单位）。"),
    Spec("legal_representative", "法定代表人", "details", text, 60),
    Spec("founded", "成立日期", "details", day),
    Spec("industry", "所属行业", "details", industry),
    Spec("nature", "单位性质", "details", choice(NATURES), choices=NATURES),
    Spec("introduction", "单位简介", "details", paragraph, 2000),
    Spec("contact_name", "协作共用联络员", "details", text, 60, private=True),
    Spec("contact_phone", "联络员手机", "details", phone, 20, private=True),
    Spec("contact_email", "联络员邮箱", "details", email, 254, private=True),
    Spec("headcount", "企业人数", "details", whole, hint="在职职工人数，以最近一次年报为准。", enterprise=True),
    Spec(
        "last_year_revenue", "上年营业收入（元）", "details", amount, hint="也可写成 3500万、1.2亿。", enterprise=True
    ),
    Spec("high_tech", "高新技术企业", "details", flag, enterprise=True),
    Spec("high_tech_until", "高新技术企业证书有效期至", "details", day, enterprise=True),
    Spec("technology_sme", "科技型中小企业", "details", flag, enterprise=True),
    Spec("technology_sme_year", "科技型中小企业入库年度", "details", whole, enterprise=True),
    Spec("student_startup", "大学生创业企业", "details", flag, enterprise=True),
    Spec("wants_voucher", "申请创新券", "details", flag, enterprise=True),
    Spec("account_name", "单位账号", "account", account, 30, "由单位名称首字母生成，可修改。"),
)
BY_NAME: Mapping[str, Spec] = {spec.name: spec for spec in SPECS}


def as_typed(value: Any) -> str:
    """The other way round: what a stored or sent value looks like in a text box."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


def read(typed: Mapping[str, str]) -> Reading:
    """Reads the fields that are there; fields nobody sent are left alone."""
    reading = Reading()
    for spec in SPECS:
        if spec.name not in typed:
            continue
        try:
            value = spec.read(typed[spec.name])
        except Unreadable as unreadable:
            reading.add(spec.name, str(unreadable))
            continue
        if spec.limit and isinstance(value, str) and len(value) > spec.limit:
            reading.add(spec.name, f"最多 {spec.limit} 个字，现在有 {len(value)} 个字。")
            continue
        reading.values[spec.name] = value
    return reading


def complete(values: Mapping[str, Any], *, on: date) -> dict[str, list[str]]:
    """What is still missing or contradicts itself before the facts may be submitted."""
    found: dict[str, list[str]] = {}
    for name in required(values):
        if values.get(name) in {None, ""}:
            found[name] = [f"请填写{BY_NAME[name].label}。"]
    if not (values.get("provides") or values.get("uses")):
        found["provides"] = ["请至少选择一项：提供仪器设备共享，或使用仪器设备。"]
    region = str(values.get("region") or "")
    if region.endswith("0000") and any(not row.placeholder for row in reference.children(region)):
        found["region"] = ["请选择到市（州）或区县一级，以便确定审核部门。"]
    if values.get("founded") and values["founded"] > on:
        found["founded"] = ["成立日期不能晚于今天。"]
    year = values.get("technology_sme_year") if values.get("technology_sme") else None
    if year and not 2000 <= year <= on.year:
        found["technology_sme_year"] = [f"入库年度应在 2000 至 {on.year} 之间。"]
    if values.get("kind") == "team" and values.get("provides"):
        found["provides"] = ["学生团队只能作为用户单位入网。"]
    return found


def required(values: Mapping[str, Any]) -> list[str]:
    team, enterprise = values.get("kind") == "team", values.get("kind") == "enterprise"
    needed = ["name", "kind", "region", "address", "contact_name", "contact_phone", "account_name"]
    if not team:
        needed += ["credit_code", "legal_representative", "affiliation"]
    if enterprise:
        needed += ["headcount", "last_year_revenue"]
        needed += ["high_tech_until"] if values.get("high_tech") else []
        needed += ["technology_sme_year"] if values.get("technology_sme") else []
    return needed


def settled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that make no sense for this kind are cleared, so that a unit never carries a leftover claim."""
    result = dict(values)
    if result.get("kind") == "team":
        result["credit_code"] = ""
    if result.get("kind") != "enterprise":
        empty = {"headcount": None, "last_year_revenue": None, "high_tech_until": None, "technology_sme_year": None}
        result.update(empty)
        result.update(dict.fromkeys(["high_tech", "technology_sme", "student_startup"], False))
    if not result.get("high_tech"):
        result["high_tech_until"] = None
    if not result.get("technology_sme"):
        result["technology_sme_year"] = None
    return result


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) where they differ."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def shown(name: str, value: Any) -> str:
    """The value as people read it on a check page, in a sheet and beside a case."""
    spec = BY_NAME[name]
    if value in {None, ""}:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec.choices:
        return spec.choices.get(str(value), str(value))
    if name == "region":
        return reference.region_name(str(value))
    if name == "industry":
        row = reference.industries().get(str(value))
        return row.name if row else str(value)
    if isinstance(value, Decimal):
        return f"{value:,.2f} 元"
    return as_typed(value)
