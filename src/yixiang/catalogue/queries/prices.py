"""Price lists as somebody reads them: the one in force on a day, split by component, and the versions before it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from yixiang.catalogue.models import Tariff, TariffLine
from yixiang.catalogue.rules import pricing
from yixiang.catalogue.rules.pricing import Line, Row


def tariff_on(listing: Any, day: date) -> Tariff | None:
    """The version in force on this day, its lines read with it."""
    return tariffs_of(listing).filter(_covering(day)).first()


def tariffs_of(listing: Any) -> QuerySet[Tariff]:
    """Every version of an instrument or a test service, the newest first."""
    owner = {listing.kind_code: listing}
    return Tariff.objects.filter(**owner).prefetch_related("lines").select_related("published_by")


def next_tariff(listing: Any, day: date) -> Tariff | None:
    """A version that is published and has not begun."""
    return tariffs_of(listing).filter(valid_from__gt=day).order_by("valid_from").first()


def price_table(tariff: Tariff | None) -> list[Row]:
    return pricing.table(lines_of(tariff.lines.all())) if tariff else []


def price_from_of(lines: Iterable[TariffLine | Line]) -> tuple[Decimal | None, str]:
    return pricing.price_from(lines_of(lines))


def lines_of(lines: Iterable[TariffLine | Line]) -> list[Line]:
    return [Line(one.component, one.basis, one.price, one.audience, one.name, one.note) for one in lines]


def prices_of(kind_code: str, ids: Iterable[int], *, on: date) -> dict[int, tuple[Decimal | None, str]]:
    """Listing → (price from, basis) on this day, for many at once; one without a tariff is left out."""
    owner = f"{kind_code}_id"
    wanted = Tariff.objects.filter(_covering(on), **{f"{owner}__in": list(ids)}).prefetch_related("lines")
    return {getattr(tariff, owner): price_from_of(tariff.lines.all()) for tariff in wanted}


def _covering(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))
