"""Looking for what is unusual, answering it, closing it. A closed suspicion punishes nobody by itself."""

import json
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.urls import reverse

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.kernel.reference import stem
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.policy import Jurisdiction
from yixiang.subsidies.commands.telling import tell_unit
from yixiang.subsidies.models import Flag, Watch
from yixiang.subsidies.permissions import SubsidiesPermission
from yixiang.subsidies.queries import suspecting
from yixiang.subsidies.queries.places import office_scopes, place_scopes
from yixiang.subsidies.states import FLAG

_KEEP = """
    INSERT INTO subsidies_flag
        (kind, year, unit_id, other_id, key, summary, facts, records, state, found_at, answer, finding)
    SELECT kind, %(year)s, unit_id, other_id, key, summary, facts, records, 'open', %(now)s, '', ''
    FROM jsonb_to_recordset(%(rows)s::jsonb)
         AS r(kind text, unit_id bigint, other_id bigint, key text, summary text, facts jsonb, records jsonb)
    ON CONFLICT (kind, year, unit_id, key)
    DO UPDATE SET facts = excluded.facts, records = excluded.records
    WHERE subsidies_flag.state = 'open' AND subsidies_flag.records <> excluded.records
    RETURNING id, (xmax = 0) AS made
"""


@transaction.atomic
def look(place: Jurisdiction, year: int, *, actor: Person | None, now: datetime) -> list[int]:
    """Keys of what was not known before. Safe to repeat; an open suspicion follows its records, a closed one stays."""
    if actor:
        require(actor, SubsidiesPermission.WATCH, place_scopes(place))
    watch = Watch.objects.filter(jurisdiction=place.code).first() or Watch(jurisdiction=place.code)
    found = [
        {"kind": one.kind, "unit_id": one.unit_id, "other_id": one.other_id, "key": one.key,
         "summary": suspecting.SAID[one.kind], "facts": one.facts, "records": one.records}
        for one in suspecting.suspicions(year, stem(place.region), watch)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {"year": year, "now": now, "rows": json.dumps(found, default=str)})
        made = [pk for pk, new in cursor.fetchall() if new]
    for flag in Flag.objects.filter(pk__in=made).exclude(kind="declared").select_related("unit"):
        _ask(flag, now)
    return made


def _ask(flag: Flag, now: datetime) -> None:
    tell_unit(
        flag.unit, f"请说明：{flag.get_kind_display()}", f"{flag.summary}这不是处罚；说明情况后由主管部门核查。",
        url=reverse("subsidies:flag", args=[flag.pk]), key=f"flag-{flag.pk}", now=now, kind="subsidy-flag",
        button="去说明",
    )  # fmt: skip


@transaction.atomic
def answer(flag: Flag, *, actor: Person, words: str, now: datetime) -> Flag:
    """By the unit it is about."""
    flag = _lock(flag)
    require(actor, SubsidiesPermission.ACCOUNT, [flag.unit.scope])
    state = FLAG.step(flag.state, "answer")
    flag.answer, flag.answered_at, flag.answered_by, flag.state = _said(words), now, actor, state
    flag.save()
    return flag


@transaction.atomic
def close(flag: Flag, *, actor: Person, action: str, words: str, now: datetime) -> Flag:
    """`clear` or `confirm`, with words. What follows from it is decided elsewhere, by somebody."""
    flag = _lock(flag)
    require(actor, SubsidiesPermission.WATCH, office_scopes(flag.unit))
    state = FLAG.step(flag.state, action)
    flag.finding, flag.closed_at, flag.closed_by, flag.state = _said(words), now, actor, state
    flag.save()
    tell_unit(
        flag.unit, f"{flag.get_kind_display()}：{FLAG.label(state)}", flag.finding,
        url=reverse("subsidies:flag", args=[flag.pk]), key=f"flag-{flag.pk}-{state}", now=now, kind="subsidy-flag",
    )  # fmt: skip
    return flag


@transaction.atomic
def set_watch(
    place: Jurisdiction, *, actor: Person, slack_minutes: int | None, peak_share: Decimal | None,
    split_amount: Decimal | None, split_days: int | None, split_count: int | None,
) -> Watch:  # fmt: skip
    """What is left empty is not looked for."""
    require(actor, SubsidiesPermission.WATCH, place_scopes(place))
    if peak_share is not None and not 0 < peak_share <= 1:
        raise Invalid.field("peak_share", "请填写 0 到 1 之间的数，例如 0.40 表示 40%。")
    if split_count is not None and split_count < 2:
        raise Invalid.field("split_count", "至少两单才谈得上拆分。")
    values = {
        "slack_minutes": slack_minutes, "peak_share": peak_share, "split_amount": split_amount,
        "split_days": split_days, "split_count": split_count,
    }  # fmt: skip
    watch, _new = Watch.objects.update_or_create(jurisdiction=place.code, defaults=values)
    return watch


def _lock(flag: Flag) -> Flag:
    found: Flag | None = Flag.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=flag.pk).first()
    if found is None:
        raise Unseen()
    return found


def _said(words: str) -> str:
    if len(words.strip()) < 5:
        raise Invalid.field("words", "请写明情况，至少几个字，以便核对。")
    return words.strip()[:1000]
