from collections.abc import Callable
from datetime import timedelta

import pytest

from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import editing, members
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_whoever_has_no_unit_is_shown_the_way(person: Callable[..., Person]) -> None:
    (thing,) = queries.things_of(person("new"), on=TODAY)
    assert thing.step == "查找单位"


def test_a_draft_leads_back_into_the_form(draft: Unit, registrant: Person) -> None:
    (thing,) = queries.things_of(registrant, on=TODAY)
    assert (thing.title, thing.step) == ("湘江材料科技有限公司", "继续填写")


def test_a_returned_unit_is_urgent(submitted: Unit, registrant: Person, city: Person) -> None:
    assert submitted.case
    assert queries.things_of(registrant, on=TODAY)[0].text == "长沙市科学技术局"
    decide_case(submitted.case, actor=city, action="return", note="补章", now=NOW)
    assert queries.things_of(registrant, on=TODAY)[0].urgent


def test_old_facts_ask_for_confirmation(joined: Unit, registrant: Person) -> None:
    assert queries.things_of(registrant, on=TODAY)[0].step == ""
    due = queries.things_of(registrant, on=TODAY + timedelta(days=340))[0]
    late = queries.things_of(registrant, on=TODAY + timedelta(days=400))[0]
    assert (due.step, due.urgent, late.urgent) == ("确认单位信息", False, True)


def test_a_request_to_join_says_who_holds_it(joined: Unit, person: Callable[..., Person]) -> None:
    staff = person("staff")
    members.ask_to_join(staff, unit=joined, now=NOW)
    assert queries.things_of(staff, on=TODAY)[0].text == "等待湘江材料科技有限公司管理员"


def test_contacts_beside_a_case_are_whole_only_for_those_with_business(
    joined: Unit, registrant: Person, city: Person, stranger: Person
) -> None:
    case = joined.case
    assert ("联络员手机", "13800138000") in queries.case_subject(case, viewer=city)["rows"]
    assert ("联络员手机", "138****8000") in queries.case_subject(case, viewer=stranger)["rows"]


def test_a_change_shows_old_and_new_side_by_side(joined: Unit, registrant: Person) -> None:
    change = editing.edit(joined, actor=registrant, values={"headcount": "480"}, now=NOW).change
    assert change
    assert queries.case_subject(change.case, viewer=registrant)["rows"] == [("企业人数", "120", "480")]
