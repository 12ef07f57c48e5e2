"""上机资格: asking, training, granting, taking back; the person hears of each step."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from yixiang.catalogue.commands.writing import may_run, refuse_closed
from yixiang.catalogue.commands.writing import record as note_down
from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.periods import local_date
from yixiang.kernel.states import Move
from yixiang.notices.commands import tell
from yixiang.orders.commands.telling import keepers_of
from yixiang.orders.models import Qualification
from yixiang.orders.models.access import STANDING
from yixiang.orders.permissions import OrdersPermission
from yixiang.orders.rules import saying
from yixiang.orders.rules.words import LEVELS
from yixiang.orders.states import QUALIFICATION
from yixiang.people.access import may
from yixiang.people.models import Person

LONGEST = timedelta(days=366 * 5)
MONTH = timedelta(days=30)


def may_qualify(instrument: Instrument, person: object) -> bool:
    """Whoever runs the instrument, and whoever grants for the unit."""
    return may_run(instrument, person) or may(person, OrdersPermission.QUALIFY, instrument.scopes)


@transaction.atomic
def ask(instrument: Instrument, *, actor: Person, now: datetime, words: str = "") -> Qualification:
    """By whoever wants to run it; the keepers arrange the training."""
    if not instrument.is_listed:
        raise WrongState("这台仪器现在没有开放，不能申请上机培训。")
    if may_run(instrument, actor):
        raise WrongState("您是这台仪器的机组人员，不用申请。")
    made = _create(instrument, actor, now, words=words.strip()[:300])
    tell(
        keepers_of(instrument),
        kind="booking-help",
        subject=f"申请上机培训：{instrument.name}",
        body=f"{actor.name or actor}申请学习操作“{instrument.name}”。{made.words}",
        url=reverse("orders:qualified", args=[instrument.code]),
        button="安排培训",
        key=f"qualification-{made.pk}-asked",
        now=now,
    )
    return made


def _create(instrument: Instrument, person: Person, now: datetime, words: str = "") -> Qualification:
    try:
        with transaction.atomic():
            return Qualification.objects.create(instrument=instrument, person=person, asked_at=now, words=words)
    except IntegrityError:
        raise WrongState(
            "已有一份申请或资格在这台仪器上，不用再申请；需要更高级别请联系机组。", code="asked-already"
        ) from None


@transaction.atomic
def invite(
    found: Qualification, *, actor: Person, at: datetime | None, now: datetime, place: str = "", note: str = ""
) -> Qualification:
    """To a training at a time and a place; again when it moves."""
    found, move = _begin(found, "invite", actor)
    if at is None:
        raise Invalid.field("at", "请填写培训时间。")
    if at <= now:
        raise Invalid.field("at", "培训时间已经过去。")
    found.training_at, found.training_place = at, place.strip()[:100]
    said = saying.at(at) + (f"，{found.training_place}" if found.training_place else "")
    _finish(found, move, actor, now, note, f"约培训：{said}")
    _tell(found, f"上机培训：{said}", f"请按时参加“{found.instrument.name}”的上机培训。{found.note}", now)
    return found


@transaction.atomic
def invite_person(
    instrument: Instrument,
    person: Person,
    *,
    actor: Person,
    at: datetime,
    now: datetime,
    place: str = "",
    note: str = "",
) -> Qualification:
    """Somebody who has not asked."""
    _require(instrument, actor)
    refuse_closed(instrument)
    return invite(_create(instrument, person, now), actor=actor, at=at, now=now, place=place, note=note)


@transaction.atomic
def grant(
    found: Qualification, *, actor: Person, level: str, now: datetime, until: date | None = None, note: str = ""
) -> Qualification:
    """Up to a level, until a day or for good; again to renew or to change it."""
    found, move = _begin(found, "grant", actor)
    if level not in LEVELS:
        raise Invalid.field("level", f"请选择{'、'.join(LEVELS.values())}之一。")
    if until and not local_date(now) <= until <= local_date(now) + LONGEST:
        raise Invalid.field("until", "有效期须在今天以后、五年以内。")
    found.level, found.until, found.reminded_on = level, until, None
    _finish(found, move, actor, now, note, f"授予{LEVELS[level]}资格")
    ends = f"，有效期至 {until:%Y年%m月%d日}" if until else ""
    _tell(found, f"获得上机资格：{found.instrument.name}", f"级别：{LEVELS[level]}{ends}。{found.note}", now, "去预约")
    return found


@transaction.atomic
def grant_person(
    instrument: Instrument,
    person: Person,
    *,
    actor: Person,
    level: str,
    now: datetime,
    until: date | None = None,
    note: str = "",
) -> Qualification:
    """Somebody who is known to be able, without a training; what stands already is changed."""
    _require(instrument, actor)
    refuse_closed(instrument)
    standing = Qualification.objects.filter(instrument=instrument, person=person, state__in=STANDING).first()
    found = standing or _create(instrument, person, now)
    return grant(found, actor=actor, level=level, now=now, until=until, note=note)


@transaction.atomic
def end(found: Qualification, action: str, *, actor: Person, now: datetime, note: str) -> Qualification:
    """`decline` or `withdraw`, with a reason. What is booked already stays until somebody cancels it."""
    if action not in {"decline", "withdraw"}:
        raise Unseen()
    found, move = _begin(found, action, actor)
    if not note.strip():
        raise Invalid.field("note", f"请写明{move.label}的原因。", code="reason-missing")
    _finish(found, move, actor, now, note, f"{move.label}：{LEVELS.get(found.level, '培训申请')}")
    _tell(found, f"{move.label}：{found.instrument.name}", f"{found.note}。如有疑问请联系机组。", now, "查看")
    return found


@transaction.atomic
def leave(found: Qualification, *, actor: Person, now: datetime) -> Qualification:
    """By the person: not wanted any more."""
    found = _locked(found)
    if found.person_id != actor.pk:
        raise Unseen()
    found.state = QUALIFICATION.step(found.state, "leave")
    found.decided_at = now
    found.save()
    return found


def remind_of_ends(*, now: datetime) -> int:
    """A month before a qualification ends, once for each end; afterwards it is simply over."""
    today = local_date(now)
    rows = Qualification.objects.filter(state="granted", until__gte=today, until__lte=today + MONTH, reminded_on=None)
    told = 0
    for found in rows.select_related("person", "instrument"):
        words = f"您在“{found.instrument.name}”的上机资格到 {found.until:%Y年%m月%d日} 为止，需要继续请联系机组续期。"
        with transaction.atomic():
            if rows.filter(pk=found.pk).update(reminded_on=today):
                _tell(found, f"上机资格快到期：{found.instrument.name}", words, now)
                told += 1
    return told


def _begin(found: Qualification, action: str, actor: Person) -> tuple[Qualification, Move]:
    found = _locked(found)
    if not may_qualify(found.instrument, actor):
        if found.person_id == actor.pk:
            raise NotPermitted("这一步由机组办理。")
        raise Unseen()
    return found, QUALIFICATION.move(found.state, action)


def _require(instrument: Instrument, actor: Person) -> None:
    if not may_qualify(instrument, actor):
        raise NotPermitted("只有这台仪器的机组和单位管理员可以安排培训、授予资格。")


def _locked(found: Qualification) -> Qualification:
    rows = Qualification.objects.select_for_update(of=("self",))
    again = rows.select_related("instrument__unit", "instrument__sub_unit", "person").filter(pk=found.pk).first()
    if again is None:
        raise Unseen()
    return again


def _finish(found: Qualification, move: Move, actor: Person, now: datetime, note: str, what: str) -> None:
    found.state, found.note = move.target, note.strip()[:300]
    found.decided_at, found.decided_by = now, actor
    found.save()
    who = found.person.name or str(found.person)
    note_down(found.instrument, f"qualification-{move.action}", f"{who}：{what}", actor=actor, now=now, note=found.note)


def _tell(found: Qualification, subject: str, body: str, now: datetime, button: str = "查看") -> None:
    tell(
        [found.person],
        kind="booking-help",
        subject=subject,
        body=body,
        url=reverse("orders:access"),
        button=button,
        key=f"qualification-{found.pk}-{found.state}-{now:%Y%m%d%H%M%S%f}",
        now=now,
    )
