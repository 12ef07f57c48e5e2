from collections.abc import Callable

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person
from yixiang.units.commands import granting, sub_units
from yixiang.units.models import SubUnit, Unit
from yixiang.units.tests.sample import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(joined: Unit, registrant: Person) -> SubUnit:
    return sub_units.add(joined, actor=registrant, name="材料学院", kind="school", now=NOW)


@pytest.fixture
def lab(joined: Unit, registrant: Person, school: SubUnit) -> SubUnit:
    return sub_units.add(joined, actor=registrant, name="电镜室", parent=school, now=NOW)


def test_the_path_names_everything_above(school: SubUnit, lab: SubUnit) -> None:
    assert lab.path == f"/{school.pk}/{lab.pk}/"
    assert lab.ancestors == [school.pk, lab.pk]
    assert set(SubUnit.objects.below(school)) == {school, lab}


def test_whoever_administers_the_school_reaches_the_laboratory(school: SubUnit, lab: SubUnit) -> None:
    assert school.scope in lab.scopes
    assert lab.scope not in school.scopes


def test_one_level_has_each_name_once(joined: Unit, registrant: Person, school: SubUnit, lab: SubUnit) -> None:
    with pytest.raises(Invalid):
        sub_units.add(joined, actor=registrant, name=" 材料学院 ", now=NOW)
    assert sub_units.add(joined, actor=registrant, name="材料学院", parent=lab, now=NOW).depth == 3


def test_moving_takes_the_subtree_along(joined: Unit, registrant: Person, school: SubUnit, lab: SubUnit) -> None:
    top = sub_units.add(joined, actor=registrant, name="工学部", kind="school", now=NOW)
    sub_units.change(school, actor=registrant, name="材料学院", kind="school", parent=top, now=NOW)
    lab.refresh_from_db()
    assert lab.path == f"/{top.pk}/{school.pk}/{lab.pk}/"
    assert lab.depth == 3


def test_nothing_moves_below_itself(registrant: Person, school: SubUnit, lab: SubUnit) -> None:
    with pytest.raises(Invalid):
        sub_units.change(school, actor=registrant, name="材料学院", kind="school", parent=lab, now=NOW)


def test_only_an_empty_one_is_closed(registrant: Person, school: SubUnit, lab: SubUnit) -> None:
    with pytest.raises(WrongState):
        sub_units.close(school, actor=registrant, now=NOW)
    sub_units.close(lab, actor=registrant, now=NOW)
    assert sub_units.close(school, actor=registrant, now=NOW).closed_at == NOW


def test_closing_takes_the_administrator_back(joined: Unit, registrant: Person, lab: SubUnit) -> None:
    member = registrant.memberships.get()
    granting.appoint_sub_admin(lab, member, actor=registrant, now=NOW)
    sub_units.close(lab, actor=registrant, now=NOW)
    assert not registrant.grants.standing().filter(scope=lab.scope).exists()


def test_a_dismissed_administrator_holds_the_sub_unit_no_longer(registrant: Person, lab: SubUnit) -> None:
    granting.appoint_sub_admin(lab, registrant.memberships.get(), actor=registrant, now=NOW)
    granting.dismiss_sub_admin(lab, registrant, actor=registrant, now=NOW)
    assert not registrant.grants.standing().filter(scope=lab.scope).exists()
    assert lab.unit.events.filter(action="dismiss_sub").exists()


def test_others_do_not_touch_the_tree(joined: Unit, city: Person, person: Callable[..., Person]) -> None:
    for actor in (city, person("nobody")):
        with pytest.raises(NotPermitted):
            sub_units.add(joined, actor=actor, name="新部门", now=NOW)
