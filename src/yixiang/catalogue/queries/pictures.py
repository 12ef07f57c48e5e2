"""Which pictures somebody may look at."""

from typing import Any

from django.urls import reverse

from yixiang.catalogue.models import Instrument, Picture, Platform

OWNERS: dict[str, Any] = {"instruments": Instrument, "platforms": Platform}


def picture_of(owner: str, code: str, pk: int) -> tuple[Picture, Any] | None:
    """The picture and what it shows, whoever asks."""
    if owner not in OWNERS:
        return None
    kind = OWNERS[owner].kind_code
    found = Picture.objects.filter(pk=pk, **{f"{kind}__code": code})
    picture = found.select_related("file", f"{kind}__unit").first()
    return (picture, getattr(picture, kind)) if picture else None


def is_open(listing: Any) -> bool:
    """Whether a visitor may see it."""
    return bool(listing.is_public and listing.unit.state == "joined")


def sees(person: Any, listing: Any) -> bool:
    return bool(type(listing).objects.visible_to(person).filter(pk=listing.pk).exists())


def address_of(picture: Picture, listing: Any, size: str = "card") -> str:
    """`listing` is given because whoever draws many has read it already."""
    return reverse("picture", args=[f"{listing.kind_code}s", listing.code, picture.pk, size])
