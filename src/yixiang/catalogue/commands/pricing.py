"""Publishing a price list: versions that follow one another day by day, never rewritten once their day has come."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from yixiang.catalogue.commands.health import judge_again
from yixiang.catalogue.commands.writing import lock, record, refuse_closed, require_edit
from yixiang.catalogue.models import Instrument, Tariff, TariffLine, TestService
from yixiang.catalogue.queries.prices import lines_of, price_from_of, prices_of, tariffs_of
from yixiang.catalogue.rules import pricing
from yixiang.catalogue.rules.pricing import Line, Span
from yixiang.catalogue.search import indexing
from yixiang.kernel.errors import Invalid, WrongState
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person

Priced = Instrument | TestService


@transaction.atomic
def publish_tariff(
    listing: Any,
    *,
    actor: Person,
    valid_from: date,
    lines: Iterable[Line | Mapping[str, Any]],
    now: datetime,
    valid_until: date | None = None,
    basis_document: str = "",
    note: str = "",
) -> Tariff:
    """One published price for everyone outside. The version before ends on the eve; a hole or an overlap is refused."""
    listing = _locked(listing, actor)
    wanted = [line if isinstance(line, Line) else Line(**line) for line in lines]
    if faults := pricing.line_faults(wanted):
        raise Invalid("收费标准没有发布，填写的内容已保留。" + faults[0], fields={"lines": faults})
    versions = list(tariffs_of(listing).order_by("valid_from"))
    spans = [Span(one.valid_from, one.valid_until) for one in versions]
    if fault := pricing.date_fault(valid_from, valid_until, spans, today=local_date(now)):
        raise Invalid.field("valid_from", fault, code="tariff-dates")
    if versions and (eve := pricing.closing_day(valid_from, spans[-1])):
        Tariff.objects.filter(pk=versions[-1].pk).update(valid_until=eve)
    made = Tariff.objects.create(
        **{listing.kind_code: listing},
        number=max((one.number for one in versions), default=0) + 1,
        valid_from=valid_from,
        valid_until=valid_until,
        published_until=valid_until,
        basis_document=basis_document.strip()[:120],
        note=note.strip()[:300],
        published_at=now,
        published_by=actor,
    )
    TariffLine.objects.bulk_create(_row(made, position, line) for position, line in enumerate(wanted))
    _record(listing, made, wanted, versions, actor=actor, now=now)
    keep_prices(listing.kind_code, [listing.pk], on=local_date(now))
    listing.refresh_from_db(fields=["price_from", "price_basis"])
    return made


@transaction.atomic
def withdraw_tariff(tariff: Tariff, *, actor: Person, now: datetime) -> None:
    """A version that has not begun; the one before it goes on."""
    listing = _locked(tariff.instrument or tariff.service, actor)
    today = local_date(now)
    found = tariffs_of(listing).filter(pk=tariff.pk).first()
    if found is None:
        return
    if found.valid_from <= today:
        raise WrongState("这一版已经开始执行，不能撤销；可以发布新的版本接替它。", code="tariff-in-force")
    before = tariffs_of(listing).filter(valid_until=found.valid_from - timedelta(days=1)).first()
    found.delete()
    if before is not None:
        Tariff.objects.filter(pk=before.pk).update(valid_until=before.published_until)
    what = f"撤销第 {tariff.number} 版收费标准（原定 {tariff.valid_from:%Y-%m-%d} 起执行）"
    record(listing, "withdraw_tariff", what, actor=actor, now=now)
    keep_prices(listing.kind_code, [listing.pk], on=today)


def keep_prices(kind_code: str, ids: Iterable[int], *, on: date) -> int:
    """Bring `price_from` in line with the version in force on this day; says how many it changed."""
    model: Any = Instrument if kind_code == "instrument" else TestService
    keys = list(ids)
    current, moved = prices_of(kind_code, keys, on=on), []
    for pk, price, basis in model.objects.filter(pk__in=keys).values_list("pk", "price_from", "price_basis"):
        wanted = current.get(pk, (None, ""))
        if (price, basis) != wanted:
            model.objects.filter(pk=pk).update(price_from=wanted[0], price_basis=wanted[1])
            moved.append(pk)
    if moved and kind_code == "instrument":
        judge_again(moved, on=on)
        indexing.refresh(moved)
    return len(moved)


def _locked(listing: Any, actor: Person) -> Any:
    locked = lock(listing)
    require_edit(locked, actor)
    refuse_closed(locked)
    return locked


def _row(tariff: Tariff, position: int, line: Line) -> TariffLine:
    return TariffLine(
        tariff=tariff,
        audience=line.audience,
        component=line.component,
        basis=line.basis,
        price=line.price,
        name=line.name,
        note=line.note,
        position=position,
    )


def _record(
    listing: Any, made: Tariff, lines: list[Line], versions: list[Tariff], *, actor: Person, now: datetime
) -> None:
    before = _said(lines_of(versions[-1].lines.all())) if versions else ""
    what = f"发布第 {made.number} 版收费标准，{made.valid_from:%Y-%m-%d} 起执行"
    record(listing, "tariff", what, actor=actor, now=now, note=made.note, changes={"tariff": [before, _said(lines)]})


def _said(lines: Iterable[Line]) -> str:
    rows = pricing.table(lines)
    return "；".join(
        f"{row.name or '测试费'} {_plain(row.total)} 元/{row.basis_name.removeprefix('每')}" for row in rows
    )


def _plain(price: Decimal) -> str:
    return f"{price:.2f}".removesuffix(".00")


__all__ = ["Priced", "keep_prices", "price_from_of", "publish_tariff", "withdraw_tariff"]
