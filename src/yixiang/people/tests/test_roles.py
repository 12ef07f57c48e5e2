from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people import rules
from yixiang.people.commands import roles as commands
from yixiang.people.models import Person, Role
from yixiang.people.tests.conftest import MakePerson, recorded

FILE = settings.HOME / "reference" / "roles.toml"


def test_the_built_in_roles_load_and_loading_again_changes_nothing(roles: None) -> None:
    before = recorded().filter(table_name="people_role").count()
    assert len(commands.load_roles(FILE)) == Role.objects.count() == 14
    assert recorded().filter(table_name="people_role").count() == before


def test_a_changed_file_changes_the_role(roles: None, tmp_path: Path) -> None:
    changed = tmp_path / "roles.toml"
    changed.write_text(FILE.read_text().replace('name = "专家"', 'name = "评审专家"'))
    commands.load_roles(changed)
    assert Role.objects.get(code="expert").name == "评审专家"


def test_an_unknown_permission_refuses_the_whole_file(db: None, tmp_path: Path) -> None:
    wrong = tmp_path / "roles.toml"
    wrong.write_text('[x]\nname = "x"\nreaches = ["unit"]\npermissions = ["units:unit:fly"]\n')
    with pytest.raises(CommandError, match="units:unit:fly"):
        call_command("load_roles", wrong)
    assert not Role.objects.exists()


def test_the_management_command_says_how_many(db: None) -> None:
    said = StringIO()
    call_command("load_roles", stdout=said)
    assert said.getvalue() == "14 roles\n"


def test_business_roles_hold_nothing_of_the_three_offices(roles: None) -> None:
    for role in Role.objects.all():
        assert rules.offices_of(role.permissions) == ([role.separation] if role.separation else [])


def test_a_role_is_composed_changed_and_dropped(security: Person) -> None:
    role = commands.compose(
        "审单位的人", actor=security, description="", permissions=["units:unit:decide"], reaches=["region"]
    )
    assert (role.built_in, role.separation) == (False, "")
    more = ["units:unit:decide", "units:unit:flag"]
    commands.recompose(role, actor=security, name="审核员", description="", permissions=more, reaches=["region"])
    assert Role.objects.get(pk=role.pk).permissions == more
    commands.drop(role, actor=security)
    assert not Role.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize(
    ("permissions", "field"),
    [
        (["people:grant:give", "audit:record:read"], "permissions"),
        (["people:grant:give", "units:unit:decide"], "permissions"),
        (["units:unit:fly"], "permissions"),
        ([], "permissions"),
    ],
)
def test_a_role_that_merges_offices_or_names_nothing_is_refused(
    security: Person, permissions: list[str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        commands.compose("新角色", actor=security, description="", permissions=permissions, reaches=["platform"])
    assert field in refused.value.fields


def test_a_deputy_of_one_office_can_be_composed(security: Person) -> None:
    role = commands.compose(
        "审计查看员", actor=security, description="", permissions=["audit:record:read"], reaches=["platform"]
    )
    assert role.separation == "audit"


def test_two_roles_do_not_share_a_name(security: Person) -> None:
    with pytest.raises(Invalid):
        commands.compose("专家", actor=security, description="", permissions=["units:unit:flag"], reaches=["unit"])


def test_built_in_roles_stay_as_delivered(security: Person) -> None:
    expert = Role.objects.get(code="expert")
    with pytest.raises(WrongState):
        commands.drop(expert, actor=security)
    with pytest.raises(WrongState):
        commands.recompose(
            expert, actor=security, name="x", description="", permissions=["units:unit:flag"], reaches=["unit"]
        )


def test_a_role_in_use_is_not_dropped_and_does_not_become_an_office(security: Person, make_person: MakePerson) -> None:
    role = commands.compose(
        "审核员", actor=security, description="", permissions=["units:unit:flag"], reaches=["platform"]
    )
    make_person("wang", role=role.code)
    with pytest.raises(WrongState):
        commands.drop(role, actor=security)
    with pytest.raises(WrongState):
        commands.recompose(
            role, actor=security, name="x", description="", permissions=["audit:record:read"], reaches=["platform"]
        )


def test_only_the_security_administrator_composes(roles: None, make_person: MakePerson) -> None:
    for code in ("system", "audit", "platform_admin"):
        with pytest.raises(NotPermitted):
            commands.compose("x", actor=make_person(code, role=code), description="", permissions=[], reaches=[])
