"""What the public pages show of instruments, platforms and test services."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from yixiang.catalogue.models import Instrument, Picture, Platform, Shortlisted, TestService
from yixiang.kernel.reference import stem

GONE = ("scrapped", "left")  # once public, gone for good
AWAY = ("scrapping", "leaving")  # once public, on the way out


def public_instrument(code: str) -> Instrument | None:
    found: Instrument | None = (
        Instrument.objects.public().filter(code=code).select_related("unit", "sub_unit", "platform").first()
    )
    return found


def former_instrument(code: str) -> Instrument | None:
    """One that was public and is not any more; a draft never was."""
    once = Instrument.objects.filter(code=code, listed_at__isnull=False).exclude(state="draft")
    found: Instrument | None = once.select_related("unit").first()
    return found


def newest(region: str = "", category: str = "", unit: str = "") -> QuerySet[Instrument]:
    """Newly listed, of a division, a class with everything below it, or a unit."""
    found: QuerySet[Instrument] = Instrument.objects.listed().select_related("unit")
    if region:
        found = found.filter(region__startswith=stem(region))
    if category:
        found = found.filter(category__startswith=stem(category))
    if unit:
        found = found.filter(unit__account_name=unit)
    return found.order_by("-listed_at", "-pk")


def similar(instrument: Instrument, *, limit: int = 4) -> list[Instrument]:
    """Of the same class; in the same city before the same province before farther away, free sooner before later."""
    same = Instrument.objects.listed().exclude(pk=instrument.pk).select_related("unit")
    here = When(region__startswith=instrument.region[:4] or "-", then=Value(0))
    there = When(region__startswith=instrument.region[:2] or "-", then=Value(1))
    alike = same.filter(category=instrument.category).annotate(
        away=Case(here, there, default=Value(2), output_field=IntegerField())
    )
    return list(alike.order_by("away", F("first_free").asc(nulls_last=True), "-health", "pk")[:limit])


def covers(instruments: Iterable[int]) -> dict[int, Picture]:
    """The first picture of each."""
    found: dict[int, Picture] = {}
    rows = Picture.objects.filter(instrument_id__in=list(instruments)).select_related("file")
    for picture in rows.order_by("instrument_id", "position", "pk"):
        found.setdefault(picture.instrument_id or 0, picture)
    return found


def public_picture(file: UUID) -> Picture | None:
    """Shown with an instrument or a platform that anybody may see."""
    shown = Q(instrument__in=Instrument.objects.public()) | Q(platform__in=Platform.objects.public())
    return Picture.objects.filter(shown, file=file).select_related("file").first()


def public_platforms() -> QuerySet[Platform]:
    found: QuerySet[Platform] = Platform.objects.public().select_related("unit")
    return found


def public_services() -> QuerySet[TestService]:
    found: QuerySet[TestService] = TestService.objects.public().select_related("unit", "platform")
    return found


def services_on(instrument: Instrument) -> list[TestService]:
    return list(public_services().filter(instruments=instrument)[:12])


def shortlist_of(person: Any) -> QuerySet[Instrument]:
    """Newest first, also what has been stopped or withdrawn since."""
    rows = Shortlisted.objects.filter(person=person)
    found: QuerySet[Instrument] = (
        Instrument.objects.filter(pk__in=rows.values("instrument")).exclude(state="draft").select_related("unit")
    )
    return found.order_by("unit__name", "name")
