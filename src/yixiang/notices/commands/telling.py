"""Telling people: rows for the bell, messages for the outbox; what reading and choosing change."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.later import later
from yixiang.notices.kinds import NoticeKind, declared, kind_of, label_of
from yixiang.notices.models import Notice, Outbox, Preference
from yixiang.people.models import Person


@transaction.atomic
def tell(
    people: Iterable[Person],
    *,
    kind: str,
    subject: str,
    key: str,
    now: datetime,
    body: str = "",
    url: str = "",
    button: str = "",
    deadline: date | None = None,
) -> None:
    """Each person once per `key`, however often it is said; what leaves the house follows their choice."""
    what = kind_of(kind)
    if url and not is_local(url):
        raise ValueError(f"a notice leads into the house, not to {url!r}")
    listeners = {person.pk: person for person in people if person.is_active}
    modes = _modes(what, listeners)
    told = set(Notice.objects.filter(key=key, person_id__in=listeners).values_list("person_id", flat=True))
    fresh = [
        Notice(
            person=person,
            kind=kind,
            subject=subject[:200],
            body=body,
            url=url,
            button=button or _("查看"),
            deadline=deadline,
            urgent=what.clock,
            key=key,
            created_at=now,
            digest_due=modes[pk]["email"] == "digest" and bool(person.email),
        )
        for pk, person in listeners.items()
        if pk not in told
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    _put_into_outbox([notice for notice in fresh if "now" in modes[notice.person_id].values()], modes)


def is_local(url: str) -> bool:
    """A path of this site. `//host` and `/\\host` are other sites to a browser."""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and not any(c in url for c in "\r\n\t\\")


def _modes(kind: NoticeKind, people: Mapping[int, Person]) -> dict[int, dict[str, str]]:
    modes = {pk: {"email": kind.email_mode, "sms": kind.sms} for pk in people}
    chosen: dict[int, dict[str, str]] = {pk: dict(mode) for pk, mode in modes.items()}
    for row in Preference.objects.filter(kind=kind.code, person_id__in=people):
        chosen[row.person_id][row.channel] = row.mode
    return chosen


def _put_into_outbox(notices: list[Notice], modes: Mapping[int, Mapping[str, str]]) -> None:
    messages = []
    for notice in notices:
        person, mode = notice.person, modes[notice.person_id]
        if mode["email"] == "now" and person.email:
            key = f"notice-{person.pk}-{notice.key}-email"
            messages.append(_message("email", person, person.email, notice.subject, mail_of([notice]), key))
        if mode["sms"] == "now" and person.phone and person.phone_verified:
            key = f"notice-{person.pk}-{notice.key}-sms"
            messages.append(_message("sms", person, person.phone, "", {"text": text_of(notice)}, key))
    post(messages)


def _message(channel: str, person: Person, address: str, subject: str, content: dict[str, Any], key: str) -> Outbox:
    return Outbox(channel=channel, person=person, address=address, subject=subject, content=content, key=key[:160])


def post(messages: list[Outbox]) -> None:
    """Into the outbox, once per key, and a job for each."""
    Outbox.objects.bulk_create(messages, ignore_conflicts=True)
    rows = Outbox.objects.filter(key__in=[message.key for message in messages], state="queued")
    for pk in rows.values_list("pk", flat=True):
        later("notices.deliver", outbox_id=pk)


def text_of(notice: Notice) -> str:
    """A text message: the thing and the deadline; the rest is behind the sign-in."""
    subject = notice.subject[:60]
    if notice.deadline is None:
        return _("%(subject)s。请登录平台查看。") % {"subject": subject}
    due = f"{notice.deadline.month}月{notice.deadline.day}日"
    return _("%(subject)s，期限 %(due)s。请登录平台办理。") % {"subject": subject, "due": due}


def mail_of(notices: list[Notice], *, digest: bool = False) -> dict[str, Any]:
    """What the mail templates need, as plain data: the mail says what was true when it was asked for."""
    groups: dict[str, list[dict[str, str]]] = {}
    for notice in notices:
        groups.setdefault(label_of(notice.kind), []).append(
            {
                "subject": notice.subject,
                "body": notice.body,
                "url": notice.url,
                "button": notice.button,
                "deadline": notice.deadline.isoformat() if notice.deadline else "",
            }
        )
    return {
        "name": str(notices[0].person),
        "digest": digest,
        "groups": [{"label": label, "items": items} for label, items in groups.items()],
    }


@transaction.atomic
def post_digest(person_id: int, *, on: date, now: datetime) -> bool:
    """One mail with everything still unread; at most one a day, so a job run twice sends nothing twice."""
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    waiting = Notice.objects.filter(person=person, digest_due=True)
    key = f"digest-{person.pk}-{on.isoformat()}"
    if Outbox.objects.filter(key=key).exists():
        return False
    notices = list(waiting.filter(read_at=None, created_at__lte=now).order_by("kind", "created_at"))
    waiting.filter(created_at__lte=now).update(digest_due=False)
    if not notices or not person.email or not person.is_active:
        return False
    for notice in notices:
        notice.person = person
    subject = _("您有 %(count)d 条新通知") % {"count": len(notices)}
    post([_message("email", person, person.email, subject, mail_of(notices, digest=True), key)])
    return True


@transaction.atomic
def read(notice_id: int, *, person: Person, now: datetime) -> Notice:
    notice: Notice | None = Notice.objects.visible_to(person).filter(pk=notice_id).first()
    if notice is None:
        raise Unseen(_("没有找到这条通知，它可能已经过期被清理。"))
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def read_all(person: Person, *, now: datetime) -> int:
    return int(Notice.objects.visible_to(person).unread().update(read_at=now))


@transaction.atomic
def choose(person: Person, *, choices: Mapping[str, Mapping[str, str]]) -> None:
    """`{kind: {"email": mode, "sms": mode}}`; kinds left out keep what they have."""
    known = {kind.code for kind in declared()}
    possible = {"email": {"off", "digest", "now"}, "sms": {"off", "now"}}
    rows = []
    for code, wanted in choices.items():
        for channel, mode in wanted.items():
            if code not in known or mode not in possible.get(channel, set()):
                raise Invalid(_("选择的接收方式不存在，请刷新页面后重新选择。"))
            rows.append(Preference(person=person, kind=code, channel=channel, mode=mode))
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind", "channel"], update_fields=["mode"]
    )
