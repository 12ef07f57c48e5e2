from collections.abc import Callable

import pytest

from yixiang.kernel.errors import NotPermitted, Unseen, WrongState
from yixiang.people.models import Person
from yixiang.units.commands import granting, members, sub_units
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Membership, Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]


@pytest.fixture
def asked(joined: Unit, person: MakePerson) -> Membership:
    return members.ask_to_join(person("staff"), unit=joined, message="材料组实验员", now=NOW)


@pytest.fixture
def staff(asked: Membership, registrant: Person) -> Membership:
    assert asked.case
    decide_case(asked.case, actor=registrant, action="approve", now=NOW)
    asked.refresh_from_db()
    return asked


def test_the_units_administrator_approves(staff: Membership) -> None:
    assert (staff.state, staff.since) == ("member", NOW)


def test_asking_twice_finds_the_first_request(asked: Membership, joined: Unit) -> None:
    assert members.ask_to_join(asked.person, unit=joined, now=NOW) == asked


def test_the_authority_does_not_decide_on_members(asked: Membership, city: Person) -> None:
    assert asked.case
    with pytest.raises(Unseen):
        decide_case(asked.case, actor=city, action="approve", now=NOW)


def test_a_returned_request_is_completed_and_asked_again(asked: Membership, registrant: Person) -> None:
    assert asked.case
    decide_case(asked.case, actor=registrant, action="return", note="请写明部门", now=NOW)
    again = members.ask_again(asked, actor=asked.person, message="检测部", now=NOW)
    assert (again.state, again.message) == ("asked", "检测部")


def test_a_cancelled_request_leaves_the_inbox(asked: Membership) -> None:
    members.cancel(asked, actor=asked.person, now=NOW)
    assert asked.case
    asked.case.refresh_from_db()
    assert asked.case.state == "withdrawn"


def test_leaving_is_asked_for_and_takes_the_roles_back(staff: Membership, registrant: Person, joined: Unit) -> None:
    granting.appoint_admin(staff, actor=registrant, now=NOW)
    leaving = members.ask_release(staff, actor=staff.person, now=NOW)
    assert staff.person.grants.standing().exists()
    assert leaving.case
    decide_case(leaving.case, actor=registrant, action="approve", now=NOW)
    leaving.refresh_from_db()
    assert leaving.state == "released"
    assert not staff.person.grants.standing().exists()


def test_a_refused_release_keeps_the_person_and_may_be_asked_again(staff: Membership, registrant: Person) -> None:
    leaving = members.ask_release(staff, actor=staff.person, now=NOW)
    assert leaving.case
    decide_case(leaving.case, actor=registrant, action="return", note="先交接钥匙", now=NOW)
    leaving.refresh_from_db()
    assert leaving.state == "member"
    assert members.ask_release(leaving, actor=staff.person, now=NOW).state == "leaving"


def test_one_person_several_units_over_time(staff: Membership, registrant: Person, joined: Unit) -> None:
    members.remove(staff, actor=registrant, note="已离职", now=NOW)
    again = members.ask_to_join(staff.person, unit=joined, now=NOW)
    assert staff.person.memberships.count() == 2
    assert again.state == "asked"


def test_whoever_is_bound_must_leave_first(staff: Membership, joined: Unit) -> None:
    other = Unit.objects.create(
        name="另一家单位", state="joined", kind="team", uses=True, region="430100", joined_at=NOW, confirmed_at=NOW
    )
    with pytest.raises(WrongState) as refused:
        members.ask_to_join(staff.person, unit=other, now=NOW)
    assert refused.value.code == "bound-elsewhere"


def test_the_last_administrator_cannot_leave(joined: Unit, registrant: Person) -> None:
    with pytest.raises(WrongState) as refused:
        members.ask_release(registrant.memberships.get(), actor=registrant, now=NOW)
    assert refused.value.code == "last-admin"


def test_nobody_speaks_for_another(staff: Membership, registrant: Person) -> None:
    with pytest.raises(Unseen):
        members.ask_release(staff, actor=registrant, now=NOW)
    with pytest.raises(NotPermitted):
        members.remove(registrant.memberships.get(), actor=staff.person, note="", now=NOW)


def test_the_laboratory_decides_on_its_own_people(
    joined: Unit, registrant: Person, staff: Membership, person: MakePerson
) -> None:
    lab = sub_units.add(joined, actor=registrant, name="扫描电镜室", now=NOW)
    granting.appoint_sub_admin(lab, staff, actor=registrant, now=NOW)
    asked = members.ask_to_join(person("student"), unit=joined, sub_unit=lab, now=NOW)
    assert asked.case
    decide_case(asked.case, actor=staff.person, action="approve", now=NOW)
    assert set(Membership.objects.visible_to(staff.person)) == {asked, staff}


def test_strangers_see_no_members(staff: Membership, stranger: Person) -> None:
    assert not Membership.objects.visible_to(stranger).exists()
