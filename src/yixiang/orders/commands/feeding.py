"""日历订阅: a secret address made, renewed, switched off. The secret is told once and kept nowhere."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen
from yixiang.orders.models import Feed
from yixiang.orders.queries import feeds
from yixiang.people.models import Person
from yixiang.units.models import Unit

MOST = 30
USED_STEP = timedelta(hours=12)  # programs look every half hour; that they do is enough to know


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_feed(
    *, actor: Person, now: datetime, instrument: Instrument | None = None, unit: Unit | None = None
) -> tuple[Feed, str]:
    """The feed and its secret. Whoever had one of the same thing gets a new address, and the old one is dead."""
    if getattr(actor, "token_permissions", None) is not None:
        raise NotPermitted("日历地址在网页上生成，不能由令牌生成。")
    if instrument is not None and not feeds.instruments_for(actor).filter(pk=instrument.pk).exists():
        raise Unseen()
    if unit is not None and not feeds.units_for(actor).filter(pk=unit.pk).exists():
        raise Unseen()
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks at once make one standing address
    standing = Feed.objects.filter(person=actor, revoked_at=None)
    standing.filter(instrument=instrument, unit=unit).update(revoked_at=now)
    if standing.count() >= MOST:
        raise Invalid(f"最多同时保留 {MOST} 个日历地址，请先停用不用的。")
    secret = secrets.token_urlsafe(32)
    kind = "instrument" if instrument else "unit" if unit else "person"
    made = Feed.objects.create(
        person=actor, kind=kind, instrument=instrument, unit=unit, digest=digest(secret), created_at=now
    )
    return made, secret


@transaction.atomic
def revoke_feed(feed_id: int, *, actor: Person, now: datetime) -> Feed:
    """One's own only; twice is fine, because what is wanted is already so."""
    feed: Feed | None = Feed.objects.select_for_update(of=("self",)).filter(person=actor, pk=feed_id).first()
    if feed is None:
        raise Unseen()
    if feed.revoked_at is None:
        feed.revoked_at = now
        feed.save(update_fields=["revoked_at"])
    return feed


def feed_of(secret: str, *, now: datetime) -> Feed:
    """What a calendar program asks for; anything that is not right does not exist."""
    rows = Feed.objects.select_related("person", "instrument", "unit")
    wanted = {"revoked_at": None, "person__is_active": True, "person__erased_at": None}
    feed: Feed | None = rows.filter(digest=digest(secret), **wanted).first()
    if feed is None:
        raise Unseen("这个日历地址已经停用，或者不完整。请到工作台的“日历订阅”重新取得。")
    if feed.last_used_at is None or now - feed.last_used_at > USED_STEP:
        Feed.objects.filter(pk=feed.pk).update(last_used_at=now)
    return feed
