"""What the lists of units, platforms and test services ask for, and the figures beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument, Platform, TestService
from yixiang.catalogue.queries import showing
from yixiang.catalogue.rules.words import LEVELS, PLATFORM_KINDS
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.reference import class_children, instrument_class, stem
from yixiang.portal.sheet import Contact, is_mobile
from yixiang.units.models import Regulation, Unit
from yixiang.units.queries import public_units
from yixiang.units.rules import masks

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of one class."""

    code: str
    count: int


def with_counts(units: QuerySet[Unit]) -> QuerySet[Any]:
    """Each with the number of instruments it shares, the fullest first."""
    own = Instrument.objects.filter(unit=OuterRef("pk"), state__in=PUBLIC).order_by().values("unit")
    number = Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return units.annotate(shared=Coalesce(number, 0)).order_by("-shared", "-joined_at", "-pk")


def figures_of(unit: Unit, now: datetime) -> dict[str, int]:
    counted: dict[str, int] = (
        Instrument.objects.public()
        .filter(unit=unit)
        .aggregate(
            shared=Count("pk"),
            free=Count("pk", filter=Q(first_free__lt=now + WEEK)),
            served=Coalesce(Sum("service_count"), 0),
        )
    )
    return counted


def classes_of(instruments: QuerySet[Instrument]) -> list[Tally]:
    """By group of the class list, the fullest first."""
    rows = instruments.order_by().annotate(group=Left("category", 4)).values_list("group").annotate(n=Count("pk"))
    found = [Tally(f"{group}00", number) for group, number in rows if instrument_class(f"{group}00")]
    return sorted(found, key=lambda tally: (-tally.count, tally.code))


def public_regulation(unit: str, pk: int) -> Regulation | None:
    rows = Regulation.objects.filter(unit__in=public_units(), unit__account_name=unit, pk=pk, withdrawn_at=None)
    return rows.select_related("file").first()


def _given(wanted: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: wanted.get(name, "").strip().replace("\0", "")[:80] for name in names}


def _digits(region: str) -> str:
    return stem(region) if len(region) == 6 and region.isdigit() else ""


def platforms_wanted(wanted: Mapping[str, str]) -> QuerySet[Platform]:
    """Anything strange in the address is ignored."""
    given = _given(wanted, "q", "kind", "level", "region")
    found = showing.public_platforms().annotate(
        shared=Count("instruments", filter=Q(instruments__state__in=PUBLIC), distinct=True)
    )
    if given["q"]:
        words = Q(name__icontains=given["q"]) | Q(introduction__icontains=given["q"])
        found = found.filter(words | Q(unit__name__icontains=given["q"]) | Q(english_name__icontains=given["q"]))
    if given["kind"] in PLATFORM_KINDS:
        found = found.filter(kind=given["kind"])
    if given["level"] in LEVELS:
        found = found.filter(level=given["level"])
    if digits := _digits(given["region"]):
        found = found.filter(region__startswith=digits)
    return found.order_by("-shared", "pk")


def services_wanted(wanted: Mapping[str, str]) -> QuerySet[TestService]:
    given = _given(wanted, "q", "category", "accredited", "region")
    found = showing.public_services()
    for word in given["q"].split()[:5]:
        fields = ("name", "method", "standard", "description", "unit__name")
        match = Q()
        for field in fields:
            match |= Q(**{f"{field}__icontains": word})
        found = found.filter(match)
    if instrument_class(given["category"]):
        found = found.filter(category__startswith=stem(given["category"]))
    if given["accredited"]:
        found = found.filter(accredited=True)
    if digits := _digits(given["region"]):
        found = found.filter(unit__region__startswith=digits)
    return found.order_by("-service_count", F("price_from").asc(nulls_last=True), "pk")


def main_classes() -> list[tuple[str, str]]:
    """The groups of the analytical instruments, then the other main classes."""
    analytical, *others = class_children()
    return [(row.code, _(row.name)) for row in (*class_children(analytical.code), *others)]


def contact_of(listing: Any, *, whole: bool) -> Contact | None:
    """An office line is public; a mobile number is whole for people who signed in."""
    if not (listing.contact_name or listing.contact_phone):
        return None
    hidden = not whole and is_mobile(listing.contact_phone)
    phone = masks.phone(listing.contact_phone) if hidden else listing.contact_phone
    return Contact(listing.contact_name, _("联系人"), phone, listing.contact_email, hidden)
