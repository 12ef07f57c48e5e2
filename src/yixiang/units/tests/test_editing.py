from datetime import timedelta
from decimal import Decimal

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person
from yixiang.units import law, queries
from yixiang.units.commands import editing
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=100)


def test_an_address_changes_at_once_and_counts_as_confirmation(joined: Unit, registrant: Person) -> None:
    edited = editing.edit(joined, actor=registrant, values={"address": "麓谷大道 8 号"}, now=LATER)
    assert edited.change is None
    assert (edited.unit.address, edited.unit.confirmed_at) == ("麓谷大道 8 号", LATER)


def test_headcount_waits_for_review_with_the_old_value_in_force(joined: Unit, registrant: Person) -> None:
    edited = editing.edit(joined, actor=registrant, values={"headcount": "480", "address": "新址"}, now=LATER)
    assert edited.change
    assert edited.change.values == {"headcount": "480"}
    joined.refresh_from_db()
    assert (joined.headcount, joined.address, joined.state) == (120, "新址", "joined")


def test_the_approved_change_comes_into_force(joined: Unit, registrant: Person, city: Person, province: Person) -> None:
    values = {"last_year_revenue": Decimal("41000000.00")}
    change = editing.edit(joined, actor=registrant, values=values, now=LATER).change
    assert change
    assert change.case
    for reviewer in (city, province):
        decide_case(change.case, actor=reviewer, action="approve", now=LATER)
    joined.refresh_from_db()
    change.refresh_from_db()
    assert (joined.last_year_revenue, change.state) == (41_000_000, "applied")


def test_a_returned_change_is_taken_up_again(joined: Unit, registrant: Person, city: Person) -> None:
    change = editing.edit(joined, actor=registrant, values={"headcount": "4800"}, now=LATER).change
    assert change
    assert change.case
    decide_case(change.case, actor=city, action="return", note="请核对人数", now=LATER)
    again = editing.edit(joined, actor=registrant, values={"headcount": "480"}, now=LATER).change
    assert again == change
    assert again.values == {"headcount": "480"}
    assert again.case
    assert again.case.state == "open"


def test_a_second_change_waits_for_the_first(joined: Unit, registrant: Person) -> None:
    editing.edit(joined, actor=registrant, values={"headcount": "480"}, now=LATER)
    with pytest.raises(WrongState):
        editing.edit(joined, actor=registrant, values={"headcount": "481"}, now=LATER)
    assert joined.changes.get().values == {"headcount": "480"}


def test_a_withdrawn_change_leaves_everything_as_it_was(joined: Unit, registrant: Person) -> None:
    change = editing.edit(joined, actor=registrant, values={"headcount": "480"}, now=LATER).change
    assert change
    assert editing.withdraw_change(change, actor=registrant, now=LATER).state == "withdrawn"
    assert change.case
    change.case.refresh_from_db()
    assert change.case.state == "withdrawn"


def test_wrong_values_change_nothing(joined: Unit, registrant: Person) -> None:
    with pytest.raises(Invalid) as refused:
        editing.edit(joined, actor=registrant, values={"headcount": "很多", "address": "新址"}, now=LATER)
    assert set(refused.value.fields) == {"headcount"}
    joined.refresh_from_db()
    assert joined.address == "岳麓区麓山南路 1 号"


def test_an_old_page_cannot_overwrite_a_newer_edit(joined: Unit, registrant: Person) -> None:
    version = joined.version
    editing.edit(joined, actor=registrant, values={"address": "甲"}, version=version, now=LATER)
    with pytest.raises(WrongState):
        editing.edit(joined, actor=registrant, values={"address": "乙"}, version=version, now=LATER)


def test_personal_values_stay_out_of_the_time_line(joined: Unit, registrant: Person) -> None:
    editing.edit(joined, actor=registrant, values={"contact_phone": "13900139000"}, now=LATER)
    event = joined.events.first()
    assert event
    assert "联络员手机" in event.what
    assert "139" not in event.note


def test_reviewers_do_not_edit(joined: Unit, city: Person) -> None:
    with pytest.raises(NotPermitted):
        editing.edit(joined, actor=city, values={"address": "别处"}, now=LATER)


def test_after_a_year_nothing_new_begins_until_the_facts_are_confirmed(joined: Unit, registrant: Person) -> None:
    on = (NOW + timedelta(days=366)).date()
    assert not queries.may_start_new(joined, on=on).allowed
    unit = editing.confirm(joined, actor=registrant, now=NOW + timedelta(days=366))
    assert queries.may_start_new(unit, on=on).allowed


def test_a_unit_that_begins_to_provide_gets_the_larger_role(joined: Unit, registrant: Person) -> None:
    editing.edit(joined, actor=registrant, values={"provides": ""}, now=LATER)
    assert registrant.grants.standing().get().role.code == "user_unit_admin"


def test_hunan_never_asks_about_vouchers(joined: Unit, registrant: Person) -> None:
    assert not law.asks_voucher(queries.facts_of(joined), on=LATER.date())
    editing.edit(joined, actor=registrant, values={"wants_voucher": True}, now=LATER)
    joined.refresh_from_db()
    assert joined.wants_voucher is False
