from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.people.access import may, reach
from yixiang.people.commands import grants
from yixiang.people.models import Grant, Person, Role
from yixiang.people.tests.conftest import MakePerson

CHANGSHA = "region/430000/430100"


def test_a_grant_opens_what_its_role_holds_in_its_scope(security: Person, person: Person) -> None:
    grants.give(person, actor=security, role="authority", scope=CHANGSHA, now=timezone.now())
    assert may(person, "units:unit:decide", ["platform", "region/430000", CHANGSHA])
    assert not may(person, "units:unit:decide", ["platform", "region/370000"])
    assert reach(person, "units:unit:decide").scopes == {CHANGSHA}


def test_the_scope_gets_its_name(security: Person, person: Person) -> None:
    grant = grants.give(person, actor=security, role="authority", scope=CHANGSHA, now=timezone.now())
    assert grant.scope_label == "湖南省长沙市"


def test_only_the_security_administrator_gives(roles: None, person: Person, make_person: MakePerson) -> None:
    authority = make_person("boss", role="platform_admin")
    with pytest.raises(NotPermitted):
        grants.give(person, actor=authority, role="expert", scope="platform", now=timezone.now())


def test_nobody_gives_to_themselves(security: Person) -> None:
    with pytest.raises(NotPermitted):
        grants.give(security, actor=security, role="expert", scope="platform", now=timezone.now())


@pytest.mark.parametrize("scope", ["unit/999", "region/999999", "moon", "region/430100"])
def test_a_scope_nobody_knows_is_refused(security: Person, person: Person, scope: str) -> None:
    with pytest.raises(Invalid):
        grants.give(person, actor=security, role="unit_admin", scope=scope, now=timezone.now())


def test_a_role_goes_only_where_it_can_reach(security: Person, person: Person) -> None:
    with pytest.raises(Refused, match="不能授予"):
        grants.give(person, actor=security, role="unit_admin", scope="platform", now=timezone.now())


@pytest.mark.parametrize(("first", "second"), [("audit", "system"), ("security", "audit"), ("system", "expert")])
def test_the_three_offices_are_never_merged(roles: None, person: Person, first: str, second: str) -> None:
    grants.bestow(person, role=first, scope="platform", by=None, now=timezone.now())
    with pytest.raises(Refused, match="三员分立"):
        grants.bestow(person, role=second, scope="platform", by=None, now=timezone.now())


def test_the_database_refuses_to_merge_them_too(roles: None, person: Person) -> None:
    for code in ("audit", "system"):
        role = Role.objects.get(code=code)
        make = {"person": person, "role": role, "scope": "platform", "separation": role.separation}
        if code == "audit":
            Grant.objects.create(**make)
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                Grant.objects.create(**make)


def test_an_office_that_ran_out_does_not_stand_in_the_way(roles: None, person: Person) -> None:
    now = timezone.now()
    grants.bestow(person, role="audit", scope="platform", by=None, now=now, ends_at=now + timedelta(days=1))
    later = now + timedelta(days=2)
    grants.bestow(person, role="system", scope="platform", by=None, now=later)
    assert [g.role.code for g in person.grants.standing(later)] == ["system"]


def test_giving_twice_changes_nothing(security: Person, person: Person) -> None:
    now = timezone.now()
    first = grants.give(person, actor=security, role="expert", scope="platform", now=now)
    again = grants.give(
        person, actor=security, role="expert", scope="platform", now=now, ends_at=now + timedelta(days=9)
    )
    assert first.pk == again.pk
    assert again.ends_at is not None


def test_a_grant_cannot_end_before_it_begins(security: Person, person: Person) -> None:
    now = timezone.now()
    with pytest.raises(Refused, match="到期时间"):
        grants.give(person, actor=security, role="expert", scope="platform", now=now, ends_at=now)


def test_taking_back_keeps_the_history(security: Person, person: Person) -> None:
    grant = grants.give(person, actor=security, role="authority", scope=CHANGSHA, now=timezone.now())
    grants.take_back(grant, actor=security, now=timezone.now())
    assert not may(person, "units:unit:decide", [CHANGSHA])
    assert person.grants.get().ended_by == security
    with pytest.raises(WrongState):
        grants.take_back(grant, actor=security, now=timezone.now())


def test_nobody_takes_back_their_own(security: Person) -> None:
    with pytest.raises(NotPermitted):
        grants.take_back(security.grants.get(), actor=security, now=timezone.now())


def test_leaving_a_unit_ends_every_role_inside(roles: None, person: Person) -> None:
    now = timezone.now()
    for role, scope in (("unit_admin", "unit/7"), ("sub_unit_admin", "unit/7/sub/1"), ("user", "unit/71")):
        grants.bestow(person, role=role, scope=scope, by=None, now=now, scope_label="某单位")
    assert grants.withdraw_within(person, scope="unit/7", by=None, now=now) == 2
    assert [g.scope for g in person.grants.standing()] == ["unit/71"]


def test_a_stopped_person_gets_nothing(roles: None, make_person: MakePerson) -> None:
    with pytest.raises(WrongState):
        grants.bestow(make_person(is_active=False), role="expert", scope="platform", by=None, now=timezone.now())


def test_a_unit_can_be_chosen_once_somebody_has_a_role_there(
    security: Person, person: Person, make_person: MakePerson
) -> None:
    grants.bestow(person, role="unit_admin", scope="unit/7", by=None, now=timezone.now(), scope_label="湘江大学")
    other = make_person("wang")
    grant = grants.give(other, actor=security, role="user", scope="unit/7", now=timezone.now())
    assert grant.scope_label == "湘江大学"
