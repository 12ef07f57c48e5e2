"""Instruments under way in the demo: handed in, returned, still being typed, about to be scrapped."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from yixiang.catalogue.commands import deciding, keeping, pricing, publishing, standing, timing
from yixiang.catalogue.models import Instrument
from yixiang.demo import stock
from yixiang.demo.cast import Place
from yixiang.kernel.reference import disciplines
from yixiang.people.access import forget_grants
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

STORY = (("010803", "submitted", 2), ("010104", "submitted", 6), ("010402", "returned", 9), ("010902", "draft", 1))
WEEK = [(day, opens, closes) for day in range(5) for opens, closes in ((510, 720), (840, 1050))]


def write(place: Place, people: dict[str, Person], unit: Unit, now: datetime) -> None:
    """What the laboratory has in hand on the first morning."""
    actor = people[f"{place.prefix}.lab"]
    forget_grants(actor)
    lab = SubUnit.objects.select_related("unit").get(unit=unit, name="电子显微实验室")
    dice = random.Random(f"{place.prefix}.lab")  # noqa: S311
    for number, (code, until, days) in enumerate(STORY, 1):
        at = now - timedelta(days=days)
        kind = next(kind for kind in stock.of_groups(code))
        typed = _typed(dice, kind, unit, actor, at.date())
        typed |= {"inner_number": f"LAB-2026-{number:03d}", "asset_number": f"ZC2026{number:05d}"}
        draft = publishing.start(unit, actor=actor, now=at, sub_unit=lab)
        Instrument.objects.filter(pk=draft.pk).update(code=f"{place.prefix}lab{number:03d}", demo=True)
        draft.refresh_from_db()
        if until == "draft":
            typed = dict(list(typed.items())[:9])
        draft = publishing.save_draft(draft, actor=actor, typed=typed, now=at)
        if until != "draft":
            _equip(draft, kind, actor, dice, at)
            _hand_in(draft, place, people, actor, until, at, now)
    _leave(place, actor, lab, now)


def _typed(dice: random.Random, kind: stock.Kind, unit: Unit, actor: Person, today: date) -> dict[str, str]:
    facts = stock.facts(dice, kind, today)
    accepted = today - timedelta(days=dice.randrange(8, 30))
    names = disciplines()
    return {
        "kind": "instrument",
        "name": facts["name"],
        "english_name": facts["english_name"],
        "model": facts["model"],
        "manufacturer": facts["manufacturer"],
        "country": facts["country"],
        "category": kind.code,
        "use": facts["use"],
        "disciplines": f"{names['430'].name}，{names['140'].name}",
        "worth": str(facts["worth"] / 10_000),
        "funds": "地方财政资金",
        "origin": "购置",
        "bought_on": (accepted - timedelta(days=90)).isoformat(),
        "accepted_on": accepted.isoformat(),
        "region": unit.region,
        "street": "演示路 2 号",
        "room": "材料楼 B108",
        "technical": facts["technical"],
        "function": facts["function"],
        "service_content": facts["service_content"],
        "requirement": facts["requirement"],
        "share_mode": "outside",
        "condition": "1",
        "supervised": "否",
        "department": "材料科学与工程学院",
        "contact_name": actor.name,
        "contact_phone": actor.phone,
        "contact_email": actor.email,
        "booking_mode": "both",
    }


def _equip(draft: Instrument, kind: stock.Kind, actor: Person, dice: random.Random, at: datetime) -> None:
    about = keeping.About(
        name=stock.person_name(dice), title="实验师", level="middle", since=date(at.year - 6, 7, 1), main=True
    )
    keeping.add_keeper(draft, about, actor=actor, now=at)
    timing.set_hours(draft, actor=actor, stretches=WEEK, now=at)
    lines: list[Any] = stock.price_lines(dice, kind)
    pricing.publish_tariff(draft, actor=actor, valid_from=timezone.localdate(at), lines=lines, now=at)


def _hand_in(
    draft: Instrument, place: Place, people: dict[str, Person], actor: Person, until: str, at: datetime, now: datetime
) -> None:
    handed = publishing.submit(draft, actor=actor, now=at + timedelta(hours=1))
    if until != "returned" or handed.case is None:
        return
    level = handed.case.rounds[handed.case.round]["level"]
    reviewer = people[f"{place.prefix}.{'city' if level == 'city' and place.city else 'authority'}"]
    note = "主要技术指标没有写明波长范围和分辨率，请补充。"
    deciding.decide_case(handed.case, actor=reviewer, action="return", note=note, now=min(at + timedelta(days=2), now))


def _leave(place: Place, actor: Person, lab: SubUnit, now: datetime) -> None:
    """One old instrument waits for its scrapping to be approved."""
    old = Instrument.objects.filter(unit=lab.unit, state="stopped").order_by("pk").first()
    if old is None:
        return
    Instrument.objects.filter(pk=old.pk).update(sub_unit=lab)
    old.refresh_from_db()
    note = "使用满 15 年，光源停产，维修费用已超过残值。"
    standing.act(old, "ask_scrap", actor=actor, note=note, now=now - timedelta(days=3))
