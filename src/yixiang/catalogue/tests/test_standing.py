"""Stopping, restarting, asking to go and thinking better of it."""

from typing import Any

import pytest

from yixiang.catalogue.commands import standing
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.tests.conftest import NOW, keeping
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db


def test_stopping_says_why_and_restarting_takes_it_back(listed: Instrument, admin: Person) -> None:
    stopped = standing.act(listed, "stop", actor=admin, note="等待更换灯丝", now=NOW)
    assert (stopped.state, stopped.state_note) == ("stopped", "等待更换灯丝")
    again = standing.act(stopped, "restart", actor=admin, now=NOW)
    assert (again.state, again.state_note) == ("listed", "")
    lines = ListingEvent.objects.filter(subject_id=listed.pk, kind="instrument")
    assert [line.action for line in lines[:2]] == ["restart", "stop"]


@pytest.mark.parametrize("action", ["stop", "ask_scrap", "ask_leave"])
def test_without_a_reason_nothing_happens(listed: Instrument, admin: Person, action: str) -> None:
    with pytest.raises(Invalid):
        standing.act(listed, action, actor=admin, note="  ", now=NOW)
    listed.refresh_from_db()
    assert listed.state == "listed"


def test_a_keeper_stops_and_others_of_the_unit_hear_of_it(listed: Instrument, admin: Person, person: Any) -> None:
    keeper = keeping(person("operator"), listed)
    standing.act(listed, "stop", actor=keeper, note="漏液", now=NOW)
    assert admin.notices.filter(subject__startswith="已停用").exists()
    assert not keeper.notices.filter(subject__startswith="已停用").exists()


def test_a_keeper_asks_for_no_removal(listed: Instrument, person: Any) -> None:
    keeper = keeping(person("operator"), listed)
    with pytest.raises(NotPermitted):
        standing.act(listed, "ask_scrap", actor=keeper, note="太旧", now=NOW)


def test_another_unit_moves_nothing(listed: Instrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        standing.act(listed, "stop", actor=outsider, note="竞争对手", now=NOW)


def test_asking_to_leave_waits_for_the_province(listed: Instrument, admin: Person, province: Person) -> None:
    asked = standing.act(listed, "ask_leave", actor=admin, note="移交外地校区", now=NOW)
    assert asked.case
    assert (asked.state, asked.case.title) == ("leaving", f"退出平台：{listed.name}")
    assert [stage["level"] for stage in asked.case.rounds] == ["province"]
    assert asked.case.facts[0]["value"] == "移交外地校区"


def test_thinking_better_of_it_closes_the_case(listed: Instrument, admin: Person, province: Person) -> None:
    asked = standing.act(listed, "ask_scrap", actor=admin, note="太旧", now=NOW)
    stayed = standing.act(asked, "stay", actor=admin, now=NOW)
    assert stayed.case
    assert (stayed.state, stayed.case.state) == ("stopped", "withdrawn")


def test_the_authority_takes_something_off(listed: Instrument, province: Person, admin: Person) -> None:
    gone = standing.act(listed, "deregister", actor=province, note="非科研仪器", now=NOW)
    assert (gone.state, gone.closed_at) == ("left", NOW)
    assert "非科研仪器" in admin.notices.get(subject__startswith="已注销").body


def test_the_owner_cannot_deregister(listed: Instrument, admin: Person) -> None:
    with pytest.raises(NotPermitted):
        standing.act(listed, "deregister", actor=admin, note="不想共享", now=NOW)


@pytest.mark.parametrize("action", ["approve", "approve_scrap", "decline", "submit", "nonsense"])
def test_what_belongs_to_a_case_is_no_act(listed: Instrument, province: Person, action: str) -> None:
    with pytest.raises(Unseen):
        standing.act(listed, action, actor=province, note="x", now=NOW)


def test_what_is_not_listed_cannot_be_stopped(submitted: Instrument, admin: Person) -> None:
    with pytest.raises(WrongState):
        standing.act(submitted, "stop", actor=admin, note="x", now=NOW)
