from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.people import hats, queries
from yixiang.people.access import may
from yixiang.people.commands import grants, people
from yixiang.people.commands.erasing import erase
from yixiang.people.commands.looking import record_look
from yixiang.people.commands.passwords import change_password
from yixiang.people.commands.tokens import make
from yixiang.people.models import Person, PersonalDataView
from yixiang.people.tests.conftest import PASSWORD, MakePerson, recorded


def test_stopping_signs_out_everywhere_and_restoring_lets_in_again(
    security: Person, person: Person, client: Client, sign_in: Any
) -> None:
    sign_in(person)
    people.stop(person, actor=security, now=timezone.now())
    assert client.get("/account/").status_code == 302
    with pytest.raises(WrongState):
        people.stop(person, actor=security, now=timezone.now())
    people.restore(person, actor=security)
    sign_in(person)
    with pytest.raises(WrongState):
        people.restore(person, actor=security)


def test_a_lock_is_opened_by_security(security: Person, make_person: MakePerson) -> None:
    locked = make_person(locked_until=timezone.now() + timedelta(minutes=9))
    people.unlock(locked, actor=security, now=timezone.now())
    locked.refresh_from_db()
    assert not locked.is_locked(timezone.now())


def test_nobody_stops_themselves_and_others_need_the_permission(security: Person, person: Person) -> None:
    with pytest.raises(NotPermitted):
        people.stop(security, actor=security, now=timezone.now())
    with pytest.raises(NotPermitted):
        people.unlock(security, actor=person, now=timezone.now())


def test_a_name_is_changed_but_not_emptied(person: Person) -> None:
    assert people.rename(person, name=" 张三丰 ").name == "张三丰"
    with pytest.raises(Invalid):
        people.rename(person, name=" ")


def test_the_last_five_passwords_are_remembered_and_no_more(person: Person) -> None:
    for n in range(7):
        change_password(person, f"Next-{n}-2026", now=timezone.now() + timedelta(minutes=n))
    assert person.old_passwords.count() == 5


def test_a_change_is_recorded_without_the_password(person: Person) -> None:
    change_password(person, "Next-1-2026", now=timezone.now())
    rows = recorded().filter(table_name="people_person", row_id=str(person.pk))
    assert rows.count() >= 2
    assert not any("md5$" in f"{row.before}{row.after}" for row in rows)


def test_looking_is_written_down_for_the_person_it_is_about(security: Person, person: Person) -> None:
    record_look(security, person, "手机号", "核实身份", timezone.now())
    view = queries.views_of(person).get()
    assert (view.viewer_label, view.what, view.purpose) == ("张三 · 安全管理员", "手机号", "核实身份")
    assert record_look(person, person, "手机号", "", timezone.now()) is None


def test_looks_cannot_be_changed_or_removed(security: Person, person: Person) -> None:
    record_look(security, person, "手机号", "核实身份", timezone.now())
    for act in (lambda: PersonalDataView.objects.update(what="x"), PersonalDataView.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_erasing_leaves_nothing_that_identifies(person: Person, client: Client, sign_in: Any, roles: None) -> None:
    sign_in(person)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    make(person, name="同步", permissions=["read"], days=9, now=timezone.now())
    grants.bestow(person, role="expert", scope="platform", by=None, now=timezone.now())
    erase(person, now=timezone.now())
    gone = Person.objects.get(pk=person.pk)
    assert (gone.name, gone.phone, gone.email, gone.is_active) == ("已注销用户", "", "", False)
    assert not gone.check_password(PASSWORD)
    assert not EmailAddress.objects.exists()
    assert not gone.tokens.filter(revoked_at=None).exists()
    assert not gone.grants.standing().exists()
    assert client.get("/account/").status_code == 302


def test_erasing_is_refused_with_a_list_of_what_is_open(person: Person) -> None:
    with pytest.raises(Refused) as refused:
        erase(person, now=timezone.now(), blockers=["您是湘江大学唯一的管理员"])
    assert refused.value.fields == {"blockers": ["您是湘江大学唯一的管理员"]}
    assert Person.objects.get().erased_at is None


def test_the_last_of_the_three_administrators_stays_until_there_is_another(
    security: Person, make_person: MakePerson
) -> None:
    with pytest.raises(Refused, match="唯一的安全管理员"):
        erase(security, now=timezone.now())
    make_person("second", role="security")
    erase(security, now=timezone.now())
    with pytest.raises(WrongState):
        erase(security, now=timezone.now())


def test_the_login_name_is_free_after_erasing(person: Person, make_person: MakePerson) -> None:
    erase(person, now=timezone.now())
    again = make_person(phone="13800138000", email="zhang@example.cn")
    assert again.pk != person.pk


def test_export_holds_everything_this_room_knows(
    security: Person, person: Person, client: Client, sign_in: Any
) -> None:
    sign_in(person)
    record_look(security, person, "手机号", "核实", timezone.now())
    make(person, name="同步", permissions=["read"], days=9, now=timezone.now())
    data = queries.export_person(person)
    assert data["账号"]["手机"] == "13800138000"
    assert len(data["接口令牌"]) == len(data["登录设备"]) == len(data["查看过我个人信息的人"]) == 1
    assert "digest" not in str(data)


def test_under_a_hat_only_that_grant_counts(roles: None, person: Person) -> None:
    now = timezone.now()
    city = grants.bestow(person, role="authority", scope="region/430000/430100", by=None, now=now)
    grants.bestow(person, role="unit_admin", scope="unit/7", by=None, now=now, scope_label="湘江大学")
    assert [h["label"] for h in hats.hats(person)] == [
        "全部身份",
        "主管部门 · 湖南省长沙市",
        "法人单位管理员 · 湘江大学",
    ]
    session: dict[str, int] = {}
    assert hats.wear(session, person, city.pk)
    person.hat = session["hat"]
    assert not may(person, "units:unit:edit", ["unit/7"])
    assert [h["id"] for h in hats.hats(person) if h["current"]] == [city.pk]
    assert hats.wear(session, person, 0)
    assert session == {}
    assert not hats.wear(session, person, 999)


def test_a_hat_taken_back_falls_off(roles: None, person: Person, client: Client, sign_in: Any) -> None:
    grant = grants.bestow(person, role="expert", scope="platform", by=None, now=timezone.now())
    sign_in(person)
    session = client.session
    session["hat"] = grant.pk
    session.save()
    client.get("/account/")
    assert client.session["hat"] == grant.pk
    grants.withdraw(grant, by=None, now=timezone.now())
    client.get("/account/")
    assert "hat" not in client.session


def test_visitors_have_no_hats(rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    assert hats.hats(AnonymousUser()) == []


def test_what_is_written_in_a_request_carries_the_name(person: Person, client: Client, sign_in: Any) -> None:
    sign_in(person)
    client.post("/account/", {"name": "张三丰"}, headers={"X-Forwarded-For": "6.6.6.6"})
    change = recorded().filter(table_name="people_person").latest("pk")
    assert (change.actor, change.ip, change.door) == (person.pk, "127.0.0.1", "page")
