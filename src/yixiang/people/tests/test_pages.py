"""Every page of this room opens for whom it is meant, and only for them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from yixiang.people.commands.looking import record_look
from yixiang.people.models import Person, PersonalDataView, Role
from yixiang.people.tests.conftest import MakePerson

ROOM = Path(__file__).parents[1] / "jinja2"
OWN = ["", "tokens/", "data/", "password/change/", "email/", "phone/change/", "2fa/", "sessions/", "3rdparty/"]
OPEN = ["login/", "signup/", "login/code/", "password/reset/", "inactive/", "password/reset/done/"]
OPEN += ["3rdparty/login/cancelled/", "3rdparty/login/error/"]


@pytest.fixture
def desk(client: Client, security: Person, sign_in: Any) -> Client:
    signed_in: Client = sign_in(security)
    return signed_in


@pytest.mark.parametrize("name", sorted(str(p.relative_to(ROOM)) for p in ROOM.rglob("*.*")))
def test_every_template_compiles(name: str) -> None:
    assert get_template(name).backend.name == "jinja2"


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPEN)
def test_entrance_pages_are_open(client: Client, path: str) -> None:
    page = client.get(f"/account/{path}")
    assert page.status_code in {200, 401}
    assert "<h1>" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*OWN, "people/", "people/1/", "roles/", "roles/new/", "roles/1/"])
def test_visitors_are_sent_to_the_door(client: Client, path: str) -> None:
    assert client.get(f"/account/{path}").url.startswith("/account/login/?next=")


@pytest.mark.parametrize("path", OWN)
def test_own_pages_open(client: Client, person: Person, sign_in: Any, path: str) -> None:
    sign_in(person)
    assert client.get(f"/account/{path}").status_code == 200


def test_only_the_security_administrator_sees_the_desk(
    client: Client, roles: None, person: Person, make_person: MakePerson, sign_in: Any
) -> None:
    for number, who in enumerate([person, make_person("boss", role="platform_admin"), make_person("a", role="audit")]):
        browser = sign_in(who, browser=Client())
        for path in ("people/", f"people/{person.pk}/", f"people/{person.pk}/look/", "roles/", "roles/new/"):
            assert browser.get(f"/account/{path}").status_code == 403, (number, path)


def test_the_list_finds_masks_and_filters(desk: Client, person: Person, make_person: MakePerson) -> None:
    make_person("stopped", name="停用者", is_active=False)
    page = desk.get("/account/people/").content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "停用者" in page
    assert "停用者" not in desk.get("/account/people/?state=active").content.decode()
    found = desk.get("/account/people/?q=13800138000").content.decode()
    assert "zhang" in found
    assert "停用者" not in found
    assert "安全管理员" in desk.get("/account/people/?role=security&sort=-name").content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_costs_the_same_for_one_and_for_many(
    desk: Client, make_person: MakePerson, django_assert_max_num_queries: Any, count: int
) -> None:
    for n in range(count):
        make_person(f"person{n}", role="expert")
    with django_assert_max_num_queries(10):
        desk.get("/account/people/")


def test_a_role_is_given_and_taken_back_in_the_desk(desk: Client, person: Person) -> None:
    url = f"/account/people/{person.pk}/"
    assert "长沙市" in desk.get(url).content.decode()
    role = Role.objects.get(code="authority")
    form = {"role": role.pk, "scope": "region/430000/430100", "ends_on": "2099-12-31"}
    assert desk.post(url, form).url == url
    grant = person.grants.standing().get()
    assert timezone.localtime(grant.ends_at).strftime("%F %H") == "2099-12-31 23"
    desk.post(f"{url}grants/{grant.pk}/take-back/")
    assert not person.grants.standing().exists()
    assert "以前的角色" in desk.get(url).content.decode()


def test_a_refusal_keeps_what_was_chosen(desk: Client, person: Person) -> None:
    role = Role.objects.get(code="unit_admin")
    page = desk.post(f"/account/people/{person.pk}/", {"role": role.pk, "scope": "platform"}).content.decode()
    assert "不能授予" in page
    assert f'value="{role.pk}" selected' in page


def test_units_are_found_by_name(desk: Client, person: Person, make_person: MakePerson) -> None:
    make_person("wang", role="unit_admin", scope="unit/7")
    assert "测试 unit/7" in desk.get(f"/account/people/{person.pk}/?unit=测试").content.decode()
    assert "测试 unit/7" not in desk.get(f"/account/people/{person.pk}/?unit=别的").content.decode()


def test_contacts_in_full_cost_a_purpose_and_leave_a_trace(desk: Client, person: Person) -> None:
    url = f"/account/people/{person.pk}/look/"
    assert "13800138000" not in desk.get(url).content.decode()
    assert "13800138000" not in desk.post(url, {"purpose": ""}).content.decode()
    assert "13800138000" in desk.post(url, {"purpose": "核实身份"}).content.decode()
    assert PersonalDataView.objects.get().subject == person


def test_who_looked_is_shown_to_the_owner(client: Client, security: Person, person: Person, sign_in: Any) -> None:
    record_look(security, person, "手机号与邮箱", "核实身份", timezone.now())
    sign_in(person)
    assert "核实身份" in client.get("/account/data/").content.decode()


def test_accounts_are_stopped_restored_and_unlocked_in_the_desk(desk: Client, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(locked_until=timezone.now() + timedelta(minutes=9))
    url = f"/account/people/{person.pk}/"
    assert "解除锁定" in desk.get(url).content.decode()
    for action in ("unlock", "stop", "restore"):
        assert desk.post(f"{url}{action}/").url == url
    assert "所有设备上立即退出" in desk.get(f"{url}stop/").content.decode()
    assert desk.get(f"{url}unlock/").status_code == 405
    person.refresh_from_db()
    assert person.is_active
    assert not person.is_locked(timezone.now())


def test_one_does_not_manage_oneself(desk: Client, security: Person) -> None:
    url = f"/account/people/{security.pk}/"
    assert "这是您自己" in desk.get(url).content.decode()
    assert desk.post(f"{url}stop/").status_code == 403


def test_somebody_who_is_not_there_is_not_found(desk: Client) -> None:
    assert desk.get("/account/people/999999/").status_code == 404
    assert desk.get("/account/roles/999999/").status_code == 404
    assert desk.post("/account/people/999999/grants/1/take-back/").status_code == 404


def test_a_role_is_composed_changed_and_dropped_in_the_desk(desk: Client) -> None:
    assert "审计" in desk.get("/account/roles/new/?like=authority").content.decode()
    form = {"name": "审核员", "description": "", "permissions": ["units:unit:decide"], "reaches": ["region"]}
    assert desk.post("/account/roles/new/", form).url == "/account/roles/"
    role = Role.objects.get(name="审核员")
    assert "审核员" in desk.get(f"/account/roles/{role.pk}/").content.decode()
    desk.post(f"/account/roles/{role.pk}/", form | {"name": "审单位"})
    assert "审单位" in desk.get("/account/roles/").content.decode()
    assert "不能恢复" in desk.get(f"/account/roles/{role.pk}/drop/").content.decode()
    desk.post(f"/account/roles/{role.pk}/drop/")
    assert not Role.objects.filter(pk=role.pk).exists()


def test_a_role_that_merges_offices_is_refused_and_keeps_its_ticks(desk: Client) -> None:
    both = ["people:grant:give", "audit:record:read"]
    page = desk.post(
        "/account/roles/new/", {"name": "全能", "permissions": both, "reaches": ["platform"]}
    ).content.decode()
    assert "三员分立：" in page
    assert 'value="audit:record:read" checked' in page


def test_a_built_in_role_is_only_read(desk: Client) -> None:
    role = Role.objects.get(code="authority")
    assert "照此新建" in desk.get(f"/account/roles/{role.pk}/").content.decode()
    assert desk.post(f"/account/roles/{role.pk}/drop/").status_code == 409
