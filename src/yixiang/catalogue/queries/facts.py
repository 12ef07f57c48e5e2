"""One listing as facts: what is in force, what was typed, what still keeps it from being handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Q

from yixiang.catalogue import joining, law
from yixiang.catalogue.joining import Practice
from yixiang.catalogue.models import Instrument, Keeper, Listing, TestService
from yixiang.catalogue.rules import fields, publishing
from yixiang.catalogue.rules.fields import Spec
from yixiang.catalogue.rules.wording import as_typed
from yixiang.policy import Verdict

Problems = dict[str, list[str]]
NO_TARIFF = "请发布对外收费标准，或在“参考收费标准”中说明怎样收费。"
NO_PRICE = "请先发布对外收费标准：检测项目要写明价格才能对外展示，不收费的填 0 元。"


def specs_of(listing: Listing) -> tuple[Spec, ...]:
    """The table of this kind of thing; a draft follows the kind typed last."""
    return fields.table_of(listing.kind_code, getattr(listing, "kind", ""))


def stored(listing: Listing, spec: Spec) -> Any:
    if spec.in_json:
        return cast(Instrument, listing).facility.get(spec.name, "")
    return getattr(listing, spec.name)


def values_of(listing: Listing) -> dict[str, Any]:
    """The facts in force."""
    return {spec.name: stored(listing, spec) for spec in specs_of(listing)}


def typed_of(listing: Listing) -> dict[str, str]:
    """What a form shows: the facts in force, overlaid with what was typed since."""
    base = {spec.name: as_typed(spec, stored(listing, spec)) for spec in specs_of(listing)}
    return {**base, **{name: text for name, text in listing.typed.items() if name in base}}


def title_of(listing: Listing) -> str:
    """The name people know it by, also while it is only typed."""
    return str(listing.typed.get("name") or listing.name or "未命名")


# --- ready to be handed in?


@dataclass(frozen=True)
class Look:
    """Everything typed, read and judged at once: for the task list, the check page and handing in."""

    values: dict[str, Any]
    problems: Problems
    admission: Verdict | None = None
    keepers: Verdict | None = None
    published: Verdict | None = None
    platform: Verdict | None = None


FOR_LOOKING = ("keepers", "opening_hours", "tariffs__lines")  # fetched before, a list costs no question a row


def look(listing: Listing, *, on: date, twins: bool = True) -> Look:
    """`twins` asks the table whether the number is taken; a list of many leaves that to handing in."""
    reading = fields.read(typed_of(listing), specs_of(listing))
    values = {**{spec.name: None for spec in specs_of(listing)}, **reading.values}
    found = {**fields.missing(values, specs_of(listing)), **publishing.contradictions(values, on=on)}
    found |= _twins(listing, values) if twins else {}
    found |= reading.problems
    if isinstance(listing, TestService):
        return Look(values, {**_unpriced(listing, on), **found})
    if not isinstance(listing, Instrument):
        return Look(values, found, platform=law.platform(listing.unit, values, on=on))
    return _look_by_law(listing, values, found, on)


def _unpriced(listing: TestService, on: date) -> Problems:
    """A test is offered at a price; the law, where it has a word on it, is named."""
    if has_tariff(listing, on=on):
        return {}
    verdict = law.prices(listing.unit, published=False, components=(), on=on)
    cited = next((step for step in verdict.failed if step.article), None) if verdict else None
    return {"tariff": [NO_PRICE + (f"（{cited.article}）" if cited else "")]}


def _look_by_law(listing: Instrument, values: dict[str, Any], found: Problems, on: date) -> Look:
    unit = listing.unit
    admission = law.admission(unit, values, on=on)
    if admission:
        found |= publishing.sharing(admission.decision, values, str(admission.value.get("refusal", "")))
    keepers = law.keepers(unit, practices_of(listing, on=on), on=on)
    if keepers and keepers.value.get("blocks"):
        found["keepers"] = [f"还没有符合要求的机组人员：{keepers.failed[0].because}"]
    priced = has_tariff(listing, on=on)
    if not priced and not values.get("fee_note"):
        found["tariff"] = [NO_TARIFF]
    if values.get("booking_mode") in publishing.BOOKED_BY_TIME and not listing.opening_hours.all():
        found["hours"] = ["选择了预约机时，请设置开放时间。"]
    published = law.published(unit, _present(listing, values, priced), on=on)
    if published:
        found = {**_unpublished(published, found), **found}
    return Look(values, found, admission, keepers, published)


def practices_of(listing: Instrument, *, on: date) -> list[Practice]:
    return [Practice(keeper.years(on), cast(joining.Level, keeper.level)) for keeper in keepers_of(listing)]


def keepers_of(listing: Instrument) -> list[Keeper]:
    """Those who run it now."""
    return [keeper for keeper in listing.keepers.all() if keeper.removed_at is None]


def has_tariff(listing: Instrument | TestService, *, on: date) -> bool:
    """A price for outside in force now or later."""
    lasting = [row for row in listing.tariffs.all() if row.valid_until is None or row.valid_until >= on]
    return any(line.audience == "outside" for row in lasting for line in row.lines.all())


def _present(listing: Instrument, values: Mapping[str, Any], priced: bool) -> list[joining.Field]:
    """The law's words for what is there."""
    there: dict[joining.Field, bool] = {
        "model": bool(values.get("model")) or listing.is_facility,
        "place": bool(values.get("region") and values.get("street")),
        "contact": bool(values.get("contact_phone")),
        "service": bool(values.get("service_content")),
        "tariff": priced or bool(values.get("fee_note")),
        "keeper": bool(keepers_of(listing)),
        "supervised": True,
    }
    return [name for name in joining.FIELDS if there.get(name, bool(values.get(name)))]


FIELD_OF = {"contact": "contact_phone", "service": "service_content", "place": "street", "keeper": "keepers"}


def _unpublished(verdict: Verdict, found: Problems) -> Problems:
    """Only what no other line has said already."""
    named = {FIELD_OF.get(step.fact, step.fact): step for step in verdict.failed}
    return {name: [f"{step.because}（{step.article}）"] for name, step in named.items() if name not in found}


def _twins(listing: Listing, values: Mapping[str, Any]) -> Problems:
    """Within a unit a number names one thing."""
    number = str(values.get("inner_number") or "")
    model: Any = type(listing)
    if (
        not number
        or not model.objects.filter(unit=listing.unit_id, inner_number=number).exclude(pk=listing.pk).exists()
    ):
        return {}
    return {"inner_number": [f"本单位已有编号为“{number}”的登记，请核对是否重复。"]}


# --- near duplicates, for whoever decides


def alike(listing: Instrument, limit: int = 5) -> list[Instrument]:
    """In the same unit by asset number or by name and model; anywhere by customs declaration."""
    same = Q()
    if listing.asset_number:
        same |= Q(unit=listing.unit_id, asset_number=listing.asset_number)
    if listing.model:
        same |= Q(unit=listing.unit_id, name__iexact=listing.name, model__iexact=listing.model)
    if listing.declaration_number:
        same |= Q(declaration_number=listing.declaration_number, declaration_item=listing.declaration_item)
    if not same:
        return []
    others = Instrument.objects.filter(same).exclude(pk=listing.pk).exclude(state__in=["draft", "rejected"])
    return list(others.select_related("unit")[:limit])
