from collections.abc import Callable

import pytest

from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person
from yixiang.reviews.models import Case
from yixiang.units.commands import editing, experts, granting, members, registering
from yixiang.units.commands.leaving import leave
from yixiang.units.models import Membership, Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]


def test_leaving_says_why(joined: Unit, city: Person) -> None:
    with pytest.raises(Invalid):
        leave(joined, actor=city, note=" ", now=NOW)


def test_nothing_of_a_left_unit_waits_in_an_inbox(
    joined: Unit, registrant: Person, city: Person, person: MakePerson
) -> None:
    members.ask_to_join(person("staff"), unit=joined, now=NOW)
    editing.edit(joined, actor=registrant, values={"headcount": "480"}, now=NOW)
    experts.apply(registrant, unit=joined, title="高工", field="电镜", now=NOW)
    leave(joined, actor=city, note="注销", now=NOW)
    assert not Case.objects.filter(state__in=["open", "returned"]).exists()
    assert not Membership.objects.live().exists()


def test_a_left_unit_may_come_back(
    joined: Unit, registrant: Person, city: Person, scan: Callable[[Person], File]
) -> None:
    left = leave(joined, actor=city, note="注销", now=NOW)
    back = registering.reopen(left, actor=registrant, now=NOW)
    assert (back.state, back.joined_at) == ("draft", NOW)


def test_a_second_administrator_lets_the_first_go(joined: Unit, registrant: Person, person: MakePerson) -> None:
    asked = members.ask_to_join(person("staff"), unit=joined, now=NOW)
    with pytest.raises(WrongState):
        granting.appoint_admin(asked, actor=registrant, now=NOW)
    Membership.objects.filter(pk=asked.pk).update(state="member", since=NOW)
    asked.refresh_from_db()
    granting.appoint_admin(asked, actor=registrant, now=NOW)
    granting.dismiss_admin(registrant.memberships.get(), actor=asked.person, now=NOW)
    assert [grant.person for grant in granting.admin_grants(joined)] == [asked.person]


def test_one_administrator_alone_is_not_dismissed(joined: Unit, registrant: Person) -> None:
    with pytest.raises(WrongState):
        granting.dismiss_admin(registrant.memberships.get(), actor=registrant, now=NOW)


def test_only_joined_units_take_members(submitted: Unit, person: MakePerson) -> None:
    with pytest.raises(WrongState):
        members.ask_to_join(person("staff"), unit=submitted, now=NOW)


def test_a_second_thought_about_leaving(joined: Unit, registrant: Person, person: MakePerson) -> None:
    member = registrant.memberships.get()
    granting.make_admin(joined, person("second"), by=None, now=NOW)
    leaving = members.ask_release(member, actor=registrant, now=NOW)
    assert members.stay(leaving, actor=registrant, now=NOW).state == "member"
    assert members.move_to_sub_unit(member, actor=registrant, sub_unit=None, now=NOW).sub_unit is None


def test_whoever_is_bound_elsewhere_submits_no_new_unit(
    joined: Unit, registrant: Person, scan: Callable[[Person], File]
) -> None:
    from yixiang.units.tests.conftest import filled_draft

    unit = filled_draft(registrant, scan, account_name="zweite", credit_code="91430100MA4L16JQ9D")
    with pytest.raises(WrongState) as refused:
        registering.submit(unit, actor=registrant, now=NOW)
    assert refused.value.code == "bound-elsewhere"


def test_a_certified_expert_keeps_their_page_fresh(joined: Unit, registrant: Person, city: Person) -> None:
    expert = experts.apply(registrant, unit=joined, title="高工", field="电镜", now=NOW)
    assert experts.update(expert, actor=registrant, instruments="质谱", introduction="", now=NOW).instruments == "质谱"
    with pytest.raises(Invalid):
        experts.apply(registrant, unit=joined, title=" ", field="", now=NOW)
    with pytest.raises(NotPermitted):
        experts.retire(expert, actor=Person.objects.create(username="x", name="x"), now=NOW)
