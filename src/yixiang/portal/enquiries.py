"""咨询单: one sheet to one unit about chosen instruments, printed or sent from one's own mailbox. Nothing is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yixiang.catalogue.models import Instrument
from yixiang.portal.cards import Card, cards_of
from yixiang.portal.moments import local_day
from yixiang.portal.sheet import Contact, contacts
from yixiang.portal.structured import landing_page
from yixiang.units.models import Unit

FIELDS = {"sender": 60, "from_unit": 120, "reach": 120, "samples": 500, "when": 200, "question": 1000}
MOST = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    unit: Unit
    instruments: list[Instrument]
    cards: list[Card]
    contacts: list[Contact]
    mails: list[str]
    links: list[str]


def sheet(codes: Iterable[str], *, known_person: bool, now: datetime) -> Sheet | None:
    """The listed ones of the first one's unit; another unit gets a sheet of its own."""
    found = Instrument.objects.listed().filter(code__in=list(codes)[:MOST]).select_related("unit")
    rows = list(found.prefetch_related("keepers").order_by("name"))
    same = [row for row in rows if row.unit_id == rows[0].unit_id]
    if not same:
        return None
    people: dict[tuple[str, str], Contact] = {}
    for row in same:
        for contact in contacts(row, on=local_day(now), whole=known_person)[:1]:
            people.setdefault((contact.name, contact.phone), contact)
    mails = list(dict.fromkeys(row.contact_email for row in same if row.contact_email))
    return Sheet(
        same[0].unit, same, cards_of(same, now=now), list(people.values()), mails, [landing_page(r) for r in same]
    )


def mail(sheet: Sheet, words: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body, as plain as a letter."""
    subject = _("仪器使用咨询：%(name)s") % {"name": sheet.instruments[0].name}
    if len(sheet.instruments) > 1:
        subject += _(" 等 %(count)d 台") % {"count": len(sheet.instruments)}
    labels = {
        "samples": _("样品与测试要求"),
        "when": _("希望的时间"),
        "question": _("想了解的问题"),
        "sender": _("咨询人"),
        "from_unit": _("所在单位"),
        "reach": _("联系方式"),
    }
    lines = [_("您好，我想咨询以下仪器：")]
    for row, link in zip(sheet.instruments, sheet.links, strict=True):
        lines.append(f"- {row.name}（{row.model or row.code}）{link}")
    lines += ["", *(f"{label}：{words[name]}" for name, label in labels.items() if words.get(name))]
    return subject, "\r\n".join(lines)
