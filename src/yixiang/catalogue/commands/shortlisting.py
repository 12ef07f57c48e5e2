"""The shortlist of one person: put aside, take out, clear what is closed, bring along what a visitor chose."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument, Shortlisted
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.models import Person

MOST = 200


def shown(codes: Iterable[str]) -> dict[str, int]:
    """Code → number of those that anybody may see, in no order."""
    return dict(Instrument.objects.public().filter(code__in=list(codes)[:MOST]).values_list("code", "pk"))


@transaction.atomic
def put_aside(code: str, *, actor: Person, now: datetime) -> int:
    """How many are on the list afterwards; once more is no mistake."""
    number = shown([code]).get(code)
    if number is None:
        raise Unseen()
    kept = Shortlisted.objects.filter(person=actor)
    if kept.count() >= MOST and not kept.filter(instrument_id=number).exists():
        raise Invalid(_("预选清单最多放 %(most)d 台仪器。请先移出一些再加。") % {"most": MOST}, code="shortlist-full")
    Shortlisted.objects.get_or_create(person=actor, instrument_id=number, defaults={"added_at": now})
    return kept.count()


@transaction.atomic
def take_out(codes: Iterable[str], *, actor: Person) -> int:
    """How many are left."""
    kept = Shortlisted.objects.filter(person=actor)
    kept.filter(instrument__code__in=list(codes)).delete()
    return kept.count()


@transaction.atomic
def clear_stopped(*, actor: Person) -> int:
    """Takes out what can no longer be used; how many are left."""
    kept = Shortlisted.objects.filter(person=actor)
    kept.exclude(instrument__in=Instrument.objects.listed()).delete()
    return kept.count()


@transaction.atomic
def bring_along(codes: Iterable[str], *, actor: Person, now: datetime) -> int:
    """What was chosen before signing in joins the list; what does not fit or is gone is left behind."""
    kept = Shortlisted.objects.filter(person=actor)
    room = max(0, MOST - kept.count())
    rows = [Shortlisted(person=actor, instrument_id=pk, added_at=now) for pk in shown(codes).values()]
    Shortlisted.objects.bulk_create(rows[:room], ignore_conflicts=True)
    return kept.count()
