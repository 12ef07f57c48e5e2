"""Changing what is listed: at once, recorded, never half."""

from datetime import timedelta

import pytest

from yixiang.catalogue.commands import editing
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.tests.conftest import NOW, keeping
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def test_a_change_is_in_force_at_once_without_review(listed: Instrument, admin: Person) -> None:
    done = editing.edit(listed, actor=admin, typed={"room": "理科楼 B201", "worth": "321.5"}, now=LATER)
    listed.refresh_from_db()
    assert set(done.changed) == {"room", "worth"}
    assert (listed.room, listed.worth, listed.state) == ("理科楼 B201", 3_215_000, "listed")
    assert listed.case
    assert listed.case.state == "approved"


def test_what_stood_there_before_is_kept(listed: Instrument, admin: Person) -> None:
    editing.edit(listed, actor=admin, typed={"worth": "321.5", "funds": "central,local"}, now=LATER)
    line = ListingEvent.objects.filter(action="edit").get()
    assert line.changes["原值（万元）"] == ["320 万元", "321.5 万元"]
    assert line.changes["主要购置经费来源"] == ["地方财政资金", "中央财政资金、地方财政资金"]
    assert line.by == admin


def test_a_telephone_number_is_changed_but_not_told(listed: Instrument, admin: Person) -> None:
    editing.edit(listed, actor=admin, typed={"contact_phone": "13800138000"}, now=LATER)
    line = ListingEvent.objects.filter(action="edit").get()
    assert "13800138000" not in str(line.changes)
    listed.refresh_from_db()
    assert listed.contact_phone == "13800138000"


def test_one_wrong_field_keeps_all_as_it_was(listed: Instrument, admin: Person) -> None:
    with pytest.raises(Invalid) as refused:
        editing.edit(listed, actor=admin, typed={"room": "B201", "accepted_on": "2027-01-01"}, now=LATER)
    assert set(refused.value.fields) == {"accepted_on"}
    listed.refresh_from_db()
    assert listed.room == "理科楼 A103"


def test_only_what_is_given_is_looked_at(listed: Instrument, admin: Person) -> None:
    listed.opening_hours.all().delete()
    listed.keepers.all().delete()
    assert editing.edit(listed, actor=admin, typed={"room": "B201"}, now=LATER).changed == ("room",)


def test_a_lower_worth_asks_for_the_reason_it_needs(listed: Instrument, admin: Person) -> None:
    with pytest.raises(Invalid) as refused:
        editing.edit(listed, actor=admin, typed={"worth": "8", "funds": "own", "below_reason": ""}, now=LATER)
    assert set(refused.value.fields) == {"below_reason"}


def test_an_instrument_stays_an_instrument(listed: Instrument, admin: Person) -> None:
    assert editing.edit(listed, actor=admin, typed={"kind": "facility"}, now=LATER).changed == ()


def test_looking_without_changing_counts_as_confirming(listed: Instrument, admin: Person) -> None:
    version = listed.version
    editing.edit(listed, actor=admin, typed={"room": "理科楼 A103"}, now=LATER)
    listed.refresh_from_db()
    assert (listed.confirmed_at, listed.version) == (LATER, version)
    assert not ListingEvent.objects.filter(action="edit").exists()


def test_the_later_of_two_colleagues_is_told(listed: Instrument, admin: Person) -> None:
    seen = listed.version
    editing.edit(listed, actor=admin, typed={"room": "B201"}, version=seen, now=LATER)
    with pytest.raises(Refused) as refused:
        editing.edit(listed, actor=admin, typed={"room": "C301"}, version=seen, now=LATER)
    assert refused.value.code == "version-changed"


def test_a_draft_is_not_edited_here(submitted: Instrument, admin: Person) -> None:
    with pytest.raises(WrongState):
        editing.edit(submitted, actor=admin, typed={"room": "B201"}, now=LATER)


def test_another_unit_changes_nothing(listed: Instrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        editing.edit(listed, actor=outsider, typed={"room": "B201"}, now=LATER)


def test_a_keeper_confirms_what_stands(listed: Instrument, person) -> None:
    keeper = keeping(person("operator"), listed)
    assert editing.confirm(listed, actor=keeper, now=LATER).confirmed_at == LATER
