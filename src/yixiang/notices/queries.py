"""What a person has been told, and how they want to be told."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from yixiang.notices.kinds import Mode, NoticeKind, declared
from yixiang.notices.models import Notice, Notices, Preference


def unread_count(person: Any) -> int:
    """For the bell; one look into a partial index."""
    return int(Notice.objects.visible_to(person).unread().count())


def notices_of(person: Any, *, kind: str = "", unread_only: bool = False, words: str = "") -> Notices:
    """Unread first, the newest on top."""
    found: Notices = Notice.objects.visible_to(person)
    if kind:
        found = found.filter(kind=kind)
    if unread_only:
        found = found.unread()
    if words:
        found = found.filter(Q(subject__icontains=words) | Q(body__icontains=words))
    return found.order_by(F("read_at").desc(nulls_first=True), "-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Choice:
    """How one kind reaches one person now, chosen or by default."""

    kind: NoticeKind
    email: Mode
    sms: str


def choices_of(person: Any) -> list[Choice]:
    chosen: dict[tuple[str, str], Any] = {
        (p.kind, p.channel): p.mode for p in Preference.objects.filter(person_id=person.pk)
    }
    return [
        Choice(
            kind,
            chosen.get((kind.code, "email"), kind.email_mode),
            chosen.get((kind.code, "sms"), kind.sms),
        )
        for kind in declared()
    ]
