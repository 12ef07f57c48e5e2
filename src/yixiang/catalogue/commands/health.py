"""Keeping the score of listings true, and asking contacts whether they still answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from yixiang.catalogue.commands.telling import tell_owner
from yixiang.catalogue.commands.writing import lock, may_run, record
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.queries.health import judge_many
from yixiang.catalogue.search import indexing
from yixiang.catalogue.states import PUBLIC
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen
from yixiang.kernel.later import later
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person
from yixiang.units.models import Unit

SALT = "yixiang.catalogue.contact"
LINK_DAYS = 30
ASK_AGAIN_DAYS = 7
MOST_AT_ONCE = 500


# --- the score


def judge_again(ids: Iterable[int], *, on: date) -> list[int]:
    """Write score and losses where they have changed; gives the keys of those."""
    instruments = list(Instrument.objects.filter(pk__in=list(ids)).select_related("unit").order_by("pk"))
    judged = judge_many(instruments, on=on)
    moved = []
    for one in instruments:
        score, losses = judged[one.pk].score, [loss.code for loss in judged[one.pk].losses]
        if (one.health, one.losses) != (score, losses):
            Instrument.objects.filter(pk=one.pk).update(health=score, losses=losses)
            moved.append(one.pk)
    return moved


@transaction.atomic
def refresh_health(ids: Iterable[int], *, on: date) -> int:
    """Score and search row; says how many changed."""
    moved = judge_again(ids, on=on)
    if moved:
        indexing.refresh(moved)
    return len(moved)


def follow(ids: Iterable[int], *, on: date) -> None:
    """After a command changed these: the score first, then the search row that carries it."""
    keys = list(ids)
    judge_again(keys, on=on)
    indexing.refresh(keys)


# --- asking the contact


@dataclass(slots=True)
class Asked:
    """How many letters left, for how many instruments, and why the others were left out."""

    letters: int = 0
    instruments: int = 0
    skipped: list[tuple[Instrument, str]] = field(default_factory=list)


@transaction.atomic
def ask_contact(instruments: Iterable[Instrument], *, actor: Person, now: datetime) -> Asked:
    """One letter per contact, whatever the number of instruments; none to a contact who was asked this week."""
    asked, wanted = Asked(), list(instruments)
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"一次最多请 {MOST_AT_ONCE} 台仪器的联系人确认。")
    recent = _asked_lately([one.pk for one in wanted], now)
    letters: dict[tuple[int, str], list[Instrument]] = {}
    for one in wanted:
        if not may_run(one, actor):
            raise NotPermitted()
        if reason := _not_to_ask(one, recent):
            asked.skipped.append((one, reason))
            continue
        letters.setdefault((one.unit_id, one.contact_email.lower()), []).append(one)
        record(one, "ask_contact", "请联系人确认信息", actor=actor, now=now)
    for (_unit, address), theirs in letters.items():
        _send(theirs, address, now)
        asked.letters += 1
        asked.instruments += len(theirs)
    return asked


def _asked_lately(keys: list[int], now: datetime) -> set[int]:
    since = now - timedelta(days=ASK_AGAIN_DAYS)
    rows = ListingEvent.objects.filter(kind="instrument", subject_id__in=keys, action="ask_contact", at__gt=since)
    return set(rows.values_list("subject_id", flat=True))


def _not_to_ask(one: Instrument, recent: set[int]) -> str:
    if one.state not in PUBLIC:
        return "没有入网"
    if not one.contact_email:
        return "没有联系人邮箱"
    return f"{ASK_AGAIN_DAYS} 天内已经发过" if one.pk in recent else ""


def _send(theirs: list[Instrument], address: str, now: datetime) -> None:
    unit = theirs[0].unit
    link = settings.BASE_URL.rstrip("/") + reverse("confirm-contact", args=[token_for(unit, address, now=now)])
    names = "\n".join(f"· {one.name} {one.model}".rstrip() for one in theirs[:20])
    more = f"\n……共 {len(theirs)} 台" if len(theirs) > 20 else ""
    text = (
        f"{theirs[0].contact_name or '您好'}：\n\n"
        f"{unit.name}把您登记为下列仪器的联系人，外面的用户会按这个邮箱和电话找您。\n\n"
        f"{names}{more}\n\n请打开下面的链接核对，点一下即可确认，不用登录：\n{link}\n\n"
        f"链接 {LINK_DAYS} 天内有效。如果您已不再负责，也请在页面上告诉我们。"
    )
    subject = f"请确认：您还是“{theirs[0].name}”{'等仪器' if len(theirs) > 1 else ''}的联系人吗？"
    later("notices.send_mail", address=address, subject=subject, text=text)


# --- what the link says


def token_for(unit: Unit, address: str, *, now: datetime) -> str:
    until = local_date(now) + timedelta(days=LINK_DAYS)
    return signing.dumps({"u": unit.pk, "e": address.lower(), "x": until.isoformat()}, salt=SALT, compress=True)


@dataclass(frozen=True, slots=True)
class Contact:
    unit: int
    address: str


def read_token(token: str, *, on: date) -> Contact:
    """Refused alike whether it was made up, altered or has run out."""
    try:
        said = signing.loads(token, salt=SALT)
        if date.fromisoformat(said["x"]) >= on:
            return Contact(said["u"], said["e"])
    except (signing.BadSignature, KeyError, ValueError, TypeError):
        pass
    raise Unseen("这个链接已经过期或不完整。请直接联系仪器所在单位的管理员，或请他们重新发送。")


def instruments_of(contact: Contact) -> list[Instrument]:
    """What names this address as its contact today; an instrument that got another contact is no longer shown."""
    rows = Instrument.objects.public().filter(unit_id=contact.unit, contact_email__iexact=contact.address)
    return list(rows.select_related("unit", "sub_unit").order_by("name", "pk")[:MOST_AT_ONCE])


@transaction.atomic
def answer_contact(contact: Contact, ids: Iterable[int], *, mine: bool, now: datetime) -> list[Instrument]:
    """The contact says that it is right, or that somebody else must be found: then the unit hears of it."""
    wanted = set(ids)
    answered = [lock(one) for one in instruments_of(contact) if one.pk in wanted]
    for one in answered:
        one.reached_at = now if mine else None
        one.save(update_fields=["reached_at"])
        what = "联系人确认信息无误" if mine else "联系人表示不再负责"
        record(one, "contact_right" if mine else "contact_gone", what, actor=None, now=now)
        if not mine:
            _tell_gone(one, now)
    follow([one.pk for one in answered], on=local_date(now))
    return answered


def _tell_gone(one: Instrument, now: datetime) -> None:
    tell_owner(
        one,
        subject=f"需要新的联系人：{one.name}",
        body=f"“{one.name}”登记的联系人{one.contact_name}表示不再负责这台仪器，请尽快改为现在的联系人。",
        key=f"contact-gone-{one.pk}-{local_date(now):%Y%m%d}",
        kind="resource-check",
        button="修改联系人",
        now=now,
    )
