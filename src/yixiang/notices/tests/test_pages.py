"""The doors of this room."""

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.notices import commands, queries
from yixiang.notices.forms import PreferencesForm
from yixiang.notices.models import Notice, Preference
from yixiang.notices.tests.conftest import NOW
from yixiang.people.models import Person


@pytest.fixture
def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def notice(person: Person) -> Notice:
    commands.tell([person], kind="test-clock", subject="审核通过", url="/desk/units/1/", key="a", now=NOW)
    return Notice.objects.get()


def test_the_list_shows_what_is_unread_and_filters_it(browser: Client, notice: Notice, person: Person) -> None:
    commands.tell([person], kind="test-news", subject="别的事", key="b", now=NOW)
    page = browser.get(reverse("notices:list"), {"kind": "test-clock", "state": "unread", "q": "审核"})
    text = page.content.decode()
    assert "审核通过" in text
    assert "未读" in text
    assert "别的事" not in text


def test_an_empty_list_says_what_belongs_there(browser: Client) -> None:
    assert "还没有通知" in browser.get(reverse("notices:list")).content.decode()
    assert "没有符合条件" in browser.get(reverse("notices:list"), {"q": "x\0y"}).content.decode()


def test_a_list_of_fifty_costs_as_many_queries_as_one_of_one(
    browser: Client, person: Person, django_assert_max_num_queries: object
) -> None:
    for n in range(50):
        commands.tell([person], kind="test-news", subject=f"第{n}条", key=str(n), now=NOW)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert "下一页" in browser.get(reverse("notices:list")).content.decode()


def test_opening_reads_it_and_goes_there(browser: Client, notice: Notice, person: Person) -> None:
    answer = browser.get(reverse("notices:open", args=[notice.pk]))
    assert answer["Location"] == "/desk/units/1/"
    assert queries.unread_count(person) == 0


def test_a_row_that_somehow_leads_outside_is_not_followed(browser: Client, notice: Notice) -> None:
    Notice.objects.update(url="//evil.example/")
    assert browser.get(reverse("notices:open", args=[notice.pk]))["Location"] == reverse("notices:list")


def test_marking_one_goes_back_where_one_was_but_never_outside(browser: Client, notice: Notice) -> None:
    url = reverse("notices:read", args=[notice.pk])
    here = reverse("notices:list") + "?page=2"
    assert browser.post(url, {"next": here})["Location"] == here
    assert browser.post(url, {"next": "https://evil.example"})["Location"] == reverse("notices:list")
    assert browser.get(url).status_code == 405


def test_marking_all(browser: Client, notice: Notice, person: Person) -> None:
    browser.post(reverse("notices:read-all"))
    assert queries.unread_count(person) == 0


def test_the_notice_of_somebody_else_is_not_found(notice: Notice) -> None:
    other = Client()
    other.force_login(Person.objects.create_user("li", name="李工"))
    assert other.get(reverse("notices:open", args=[notice.pk])).status_code == 404


def test_one_chooses_per_kind_and_only_the_changed_choice_is_kept(browser: Client, person: Person) -> None:
    url = reverse("notices:preferences")
    form = PreferencesForm(queries.choices_of(person))
    data = {name: form[name].value() for name in form.fields}
    assert "测试期限" in browser.get(url).content.decode()
    assert browser.post(url, data | {"email-test-news": "off"}).status_code == 302
    chosen = Preference.objects.get()
    assert (chosen.kind, chosen.channel, chosen.mode) == ("test-news", "email", "off")
    assert browser.post(url, data | {"sms-test-news": "digest"}).status_code == 422


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    for name in ("notices:list", "notices:preferences"):
        assert client.get(reverse(name)).status_code == 302
