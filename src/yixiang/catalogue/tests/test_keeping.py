"""Who runs an instrument: members of its unit or people without an account, one of them in charge."""

from datetime import date

import pytest

from yixiang.catalogue.commands import keeping
from yixiang.catalogue.commands.keeping import About
from yixiang.catalogue.commands.writing import may_run
from yixiang.catalogue.models import Instrument, Keeper
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, MakePerson, belong
from yixiang.kernel.errors import Invalid, NotPermitted
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument()


@pytest.fixture
def member(one: Instrument, person: MakePerson) -> Person:
    made = person("li")
    belong(made, one.unit)
    return made


def test_the_first_keeper_is_in_charge(one: Instrument, admin: Person) -> None:
    first = keeping.add_keeper(one, About(name="李工", level="middle", since=date(2020, 5, 1)), actor=admin, now=NOW)
    second = keeping.add_keeper(one, About(name="王工"), actor=admin, now=NOW)
    assert (first.main, second.main, first.years(date(2026, 4, 30))) == (True, False, 5)


def test_a_keeper_with_an_account_runs_the_instrument(one: Instrument, admin: Person, member: Person) -> None:
    assert not may_run(one, member)
    keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    assert may_run(one, member)


def test_a_keeper_who_left_the_unit_runs_nothing(one: Instrument, admin: Person, member: Person) -> None:
    keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    member.memberships.update(state="released")
    assert not may_run(one, member)


def test_a_token_without_the_permission_does_not_carry_it(one: Instrument, admin: Person, member: Person) -> None:
    keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    member.token_permissions = {CataloguePermission.SEE}  # type: ignore[attr-defined]
    assert not may_run(one, member)


def test_a_keeper_from_another_unit_is_refused_with_a_way_out(one: Instrument, admin: Person, outsider: Person) -> None:
    with pytest.raises(Invalid) as refused:
        keeping.add_keeper(one, About(person=outsider), actor=admin, now=NOW)
    assert "不是湘江大学的成员" in refused.value.fields["person"][0]
    assert "只填写姓名" in refused.value.fields["person"][0]
    assert not Keeper.objects.exists()


def test_nobody_is_a_keeper_twice(one: Instrument, admin: Person, member: Person) -> None:
    keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    with pytest.raises(Invalid, match="已经是"):
        keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (About(), "name"),
        (About(name="李工", level="genius"), "level"),
        (About(name="李工", since=date(2027, 1, 1)), "since"),
        (About(name="李工", since=date(1900, 1, 1)), "since"),
        (About(name="李工", phone="110"), "phone"),
        (About(name="李工", email="somewhere"), "email"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(about: About, field: str, one: Instrument, admin: Person) -> None:
    with pytest.raises(Invalid) as refused:
        keeping.add_keeper(one, about, actor=admin, now=NOW)
    assert list(refused.value.fields) == [field]


def test_one_is_in_charge_at_a_time(one: Instrument, admin: Person) -> None:
    keeping.add_keeper(one, About(name="李工"), actor=admin, now=NOW)
    second = keeping.add_keeper(one, About(name="王工"), actor=admin, now=NOW)
    keeping.make_main(second, actor=admin, now=NOW)
    assert list(one.keepers.filter(main=True).values_list("name", flat=True)) == ["王工"]


def test_whoever_is_removed_stays_in_the_history(one: Instrument, admin: Person, member: Person) -> None:
    keeper = keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    keeping.remove_keeper(keeper, actor=admin, now=NOW)
    keeping.remove_keeper(keeper, actor=admin, now=NOW)
    keeper.refresh_from_db()
    assert (keeper.removed_at, keeper.main, may_run(one, member)) == (NOW, False, False)
    again = keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    assert again.pk != keeper.pk


def test_changing_a_keeper_keeps_the_account(one: Instrument, admin: Person, member: Person) -> None:
    keeper = keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    keeping.change_keeper(keeper, About(name="李明", title="高级工程师", level="associate"), actor=admin, now=NOW)
    keeper.refresh_from_db()
    assert (keeper.name, keeper.level, keeper.person, keeper.main) == ("李明", "associate", member, True)


def test_others_appoint_nobody(one: Instrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        keeping.add_keeper(one, About(name="李工"), actor=outsider, now=NOW)
