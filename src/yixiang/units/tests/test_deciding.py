from collections.abc import Callable

import pytest

from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.people.models import Person
from yixiang.units.commands import registering
from yixiang.units.commands.deciding import decide_case
from yixiang.units.commands.leaving import leave
from yixiang.units.models import Unit
from yixiang.units.tests.conftest import filled_draft
from yixiang.units.tests.sample import NOW, OTHER_CODE

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]


def test_city_then_province_and_the_unit_has_joined(joined: Unit, registrant: Person) -> None:
    assert joined.state == "joined"
    assert joined.confirmed_at == NOW
    assert registrant.grants.standing().get(scope=joined.scope).role.code == "unit_admin"
    assert registrant.memberships.get().state == "member"
    assert registrant.notices.filter(subject__startswith="单位已入网").exists()


def test_after_the_city_the_unit_still_waits(submitted: Unit, city: Person, province: Person) -> None:
    assert submitted.case
    outcome = decide_case(submitted.case, actor=city, action="approve", now=NOW)
    submitted.refresh_from_db()
    assert (outcome.final, submitted.state) == (False, "submitted")
    assert province.notices.filter(kind="review-waiting").count() == 1


def test_returning_says_why_and_resubmitting_starts_over(submitted: Unit, city: Person, registrant: Person) -> None:
    assert submitted.case
    with pytest.raises(Invalid):
        decide_case(submitted.case, actor=city, action="return", now=NOW)
    decide_case(submitted.case, actor=city, action="return", note="申请书没有盖章", now=NOW)
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert "申请书没有盖章" in registrant.notices.get().body
    unit = registering.submit(submitted, actor=registrant, now=NOW)
    assert unit.case == submitted.case
    assert unit.case.state == "open"


def test_rejected_units_free_their_code_and_may_apply_again(submitted: Unit, city: Person, registrant: Person) -> None:
    assert submitted.case
    decide_case(submitted.case, actor=city, action="reject", note="不属于受理范围", now=NOW)
    assert not Unit.objects.claiming(OTHER_CODE).exists()
    submitted.refresh_from_db()
    unit = registering.reopen(submitted, actor=registrant, now=NOW)
    assert registering.submit(unit, actor=registrant, now=NOW).case != submitted.case


def test_a_reviewer_elsewhere_does_not_see_the_case(submitted: Unit, stranger: Person) -> None:
    assert submitted.case
    with pytest.raises(Unseen):
        decide_case(submitted.case, actor=stranger, action="approve", now=NOW)
    assert not Unit.objects.visible_to(stranger).exists()


def test_nobody_decides_on_their_own_unit(submitted: Unit, registrant: Person, person: MakePerson) -> None:
    assert submitted.case
    person("registrant", "authority", "region/430000/430100")
    with pytest.raises(NotPermitted):
        decide_case(submitted.case, actor=registrant, action="approve", now=NOW)


def test_a_decision_on_an_old_version_changes_nothing(submitted: Unit, city: Person) -> None:
    assert submitted.case
    decide_case(submitted.case, actor=city, action="return", note="补充", version=1, now=NOW)
    with pytest.raises(WrongState) as refused:
        decide_case(submitted.case, actor=city, action="approve", version=1, now=NOW)
    assert refused.value.code == "decided-already"


def test_the_time_line_tells_the_whole_story(joined: Unit) -> None:
    actions = list(joined.events.filter(thing="unit").order_by("pk").values_list("action", flat=True))
    assert actions == ["start", "commit", "submit", "pass_on", "approve"]


def test_a_user_unit_gets_the_smaller_role(
    person: MakePerson, scan: Callable[[Person], File], city: Person, province: Person
) -> None:
    firm = person("firm")
    unit = registering.submit(filled_draft(firm, scan, provides=""), actor=firm, now=NOW)
    for reviewer in (city, province):
        decide_case(unit.case, actor=reviewer, action="approve", now=NOW)
    assert firm.grants.standing().get().role.code == "user_unit_admin"


def test_leaving_takes_all_roles_and_closes_what_waits(joined: Unit, province: Person, registrant: Person) -> None:
    unit = leave(joined, actor=province, note="单位注销", now=NOW)
    assert unit.state == "left"
    assert not registrant.grants.standing().exists()
    assert registrant.memberships.get().state == "released"


def test_only_the_authority_lets_a_unit_leave(joined: Unit, registrant: Person) -> None:
    with pytest.raises(NotPermitted):
        leave(joined, actor=registrant, note="不想用了", now=NOW)


def test_an_unknown_kind_of_case_is_not_ours(submitted: Unit, city: Person) -> None:
    assert submitted.case
    submitted.case.kind = "order"
    with pytest.raises(Refused):
        decide_case(submitted.case, actor=city, action="approve", now=NOW)
