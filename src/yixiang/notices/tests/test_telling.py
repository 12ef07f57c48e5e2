"""Who is told, once, and by which way."""

from datetime import date, timedelta
from typing import Any

import pytest

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.notices import commands, queries
from yixiang.notices.kinds import NoticeKind, declare
from yixiang.notices.models import Notice, Outbox, Preference
from yixiang.notices.tests.conftest import NOW
from yixiang.people.models import Person

TODAY = date(2026, 11, 20)


def tell(*people: Person, kind: str = "test-news", key: str = "k1", **more: Any) -> None:
    commands.tell(people, kind=kind, subject="标题", body="内容", key=key, now=NOW, **more)


def channels() -> set[str]:
    return set(Outbox.objects.values_list("channel", flat=True))


def test_the_same_thing_is_told_once_however_often_it_is_said(person: Person) -> None:
    tell(person, kind="test-clock")
    tell(person, person, kind="test-clock")
    assert Notice.objects.count() == 1
    assert Outbox.objects.count() == 2  # one mail, one text message


def test_without_a_clock_the_mail_waits_for_the_digest(person: Person) -> None:
    tell(person)
    assert channels() == set()
    assert Notice.objects.get().digest_due


def test_with_a_clock_it_leaves_at_once(person: Person) -> None:
    tell(person, kind="test-clock", deadline=TODAY)
    assert channels() == {"email", "sms"}
    assert "期限 11月20日" in Outbox.objects.get(channel="sms").content["text"]


def test_the_choice_of_the_person_counts(person: Person) -> None:
    commands.choose(person, choices={"test-clock": {"email": "off", "sms": "off"}, "test-news": {"email": "now"}})
    tell(person, kind="test-clock")
    assert channels() == set()
    tell(person, key="k2")
    assert channels() == {"email"}


def test_without_address_or_after_leaving_nothing_goes_out(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email="", phone_verified=False)
    gone = Person.objects.create_user("gone", name="已停用", is_active=False, email="gone@example.cn")
    person.refresh_from_db()
    tell(person, gone, kind="test-clock")
    assert channels() == set()
    assert [n.person_id for n in Notice.objects.all()] == [person.pk]


def test_an_unheard_of_kind_and_an_address_outside_are_mistakes_of_the_caller(person: Person) -> None:
    with pytest.raises(ValueError, match="declared by no room"):
        tell(person, kind="nonsense")
    for url in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="into the house"):
            tell(person, url=url)


def test_a_kind_means_one_thing() -> None:
    declare(NoticeKind("test-news", "测试消息"))
    with pytest.raises(ValueError, match="declared twice"):
        declare(NoticeKind("test-news", "别的意思"))


def test_the_digest_is_one_mail_a_day_with_what_is_unread(person: Person) -> None:
    for key in ("a", "b", "c"):
        tell(person, key=key)
    commands.read(Notice.objects.get(key="c").pk, person=person, now=NOW)
    assert commands.post_digest(person.pk, on=TODAY, now=NOW)
    assert not commands.post_digest(person.pk, on=TODAY, now=NOW)
    mail = Outbox.objects.get()
    assert mail.subject == "您有 2 条新通知"
    assert [len(group["items"]) for group in mail.content["groups"]] == [2]


def test_what_comes_after_the_digest_waits_for_the_next(person: Person) -> None:
    tell(person, key="a")
    commands.post_digest(person.pk, on=TODAY, now=NOW)
    tell(person, key="b")
    assert not commands.post_digest(person.pk, on=TODAY, now=NOW)
    assert commands.post_digest(person.pk, on=TODAY + timedelta(days=1), now=NOW)
    assert Outbox.objects.count() == 2


def test_nobody_reads_the_notices_of_somebody_else(person: Person) -> None:
    tell(person)
    other = Person.objects.create_user("li", name="李工")
    with pytest.raises(Unseen):
        commands.read(Notice.objects.get().pk, person=other, now=NOW)
    assert queries.unread_count(other) == 0
    assert queries.unread_count(person) == 1


def test_unread_comes_first_then_the_newest(person: Person) -> None:
    for n, key in enumerate("abc"):
        commands.tell([person], kind="test-news", subject=key, key=key, now=NOW + timedelta(hours=n))
    commands.read(Notice.objects.get(key="c").pk, person=person, now=NOW)
    assert [n.key for n in queries.notices_of(person)] == ["b", "a", "c"]
    assert [n.key for n in queries.notices_of(person, unread_only=True, words="A")] == ["a"]


def test_only_what_exists_can_be_chosen(person: Person) -> None:
    for choice in ({"nonsense": {"email": "now"}}, {"test-news": {"sms": "digest"}}, {"test-news": {"fax": "now"}}):
        with pytest.raises(Invalid):
            commands.choose(person, choices=choice)
    assert not Preference.objects.exists()
