"""Sign-ins and everything else that changes no row."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from yixiang.audit import commands
from yixiang.audit.models import Event
from yixiang.audit.tests.conftest import ZHANG
from yixiang.kernel.acting import acting
from yixiang.people.models import Person, PersonalDataView


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


@pytest.mark.django_db
def test_signing_in_and_out_is_noted_with_the_person() -> None:
    person = Person.objects.create_user("wang", name="王工")
    browser = Client()
    browser.force_login(person)
    browser.logout()
    assert kinds() == ["signed-in", "signed-out"]
    assert set(Event.objects.values_list("actor", "actor_name", "subject")) == {(person.pk, "王工", "wang")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tried", "noted"),
    [("nobody", "nobody"), ("zhang.san@example.cn", "z***n@example.cn"), ("13812345678", "138****5678")],
)
def test_a_failed_sign_in_is_noted_with_what_was_tried_masked_and_without_the_password(tried: str, noted: str) -> None:
    with acting(ZHANG):
        assert authenticate(None, username=tried, password="Secret-1") is None
    event = Event.objects.get()
    assert (event.kind, event.subject, event.ip) == ("sign-in-failed", noted, "10.0.0.7")
    assert "Secret-1" not in str(event.__dict__)


@pytest.mark.django_db
def test_a_look_at_personal_data_reaches_the_trail_by_itself() -> None:
    person = Person.objects.create_user("wang", name="王工")
    with acting(ZHANG):
        PersonalDataView.objects.create(subject=person, viewer=None, viewer_label="张三", what="手机号", purpose="联系")
    event = Event.objects.get(kind="personal-data")
    assert (event.subject, event.actor_name, event.request) == ("手机号", "张三", "req-0001")
    assert event.detail == {"人员编号": person.pk, "用途": "联系"}


@pytest.mark.django_db
def test_only_kinds_that_exist_are_noted() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        commands.note_event("nonsense")
