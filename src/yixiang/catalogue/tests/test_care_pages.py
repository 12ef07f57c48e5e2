"""Through the HTML doors: the screen that mends many instruments, and the letter to their contacts."""

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.catalogue.commands import health
from yixiang.catalogue.models import Instrument, Tariff
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, browser, text
from yixiang.catalogue.tests.test_health import FULL
from yixiang.catalogue.tests.test_support_pages import PAGES, rows
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument(**FULL)


@pytest.fixture
def client(admin: Person) -> Client:
    return browser(admin)


def test_the_screen_shows_the_worst_first_and_how_to_mend(
    one: Instrument, instrument: MakeInstrument, client: Client
) -> None:
    poor = instrument(name="旧天平")
    health.refresh_health([one.pk, poor.pk], on=NOW.date())
    page = text(client.get(PAGES["health"](one)))
    assert page.index("旧天平") < page.index(one.name)
    assert reverse("catalogue:keepers", args=[poor.code]) in page
    only = text(client.get(PAGES["health"](one) + "?lost=technical"))
    assert "旧天平" in only
    assert one.code not in only


def test_everything_unchanged_is_confirmed_in_one_click(instrument: MakeInstrument, client: Client) -> None:
    many = [instrument() for _n in range(3)]
    client.post(reverse("catalogue:health-act", args=["confirm"]), {"all": "1"})
    assert not Instrument.objects.filter(pk__in=[one.pk for one in many], confirmed_at=NOW).exists()


def test_ticked_instruments_are_mended_on_one_form(instrument: MakeInstrument, client: Client) -> None:
    many = [instrument(hours=()) for _n in range(2)]
    chosen = {"chosen": [one.pk for one in many]}
    url = reverse("catalogue:health-act", args=["hours"])
    assert "用于这 2 台" in text(client.post(url, chosen))
    assert 'value="全天"' in text(client.post(url, chosen | {"preset": "always"}))
    done = client.post(url, chosen | {"save": "1", "day_0": "9:00-17:00"})
    assert done.status_code == 302
    assert [one.opening_hours.count() for one in many] == [1, 1]


def test_what_could_not_be_mended_is_named(instrument: MakeInstrument, client: Client) -> None:
    one = instrument(name="没有邮箱的")
    page = text(client.post(reverse("catalogue:health-act", args=["ask"]), {"chosen": [one.pk]}))
    assert "没有邮箱的" in page
    assert "没有联系人邮箱" in page


def test_a_price_list_for_many_keeps_what_was_typed_wrong(instrument: MakeInstrument, client: Client) -> None:
    one, url = instrument(), reverse("catalogue:health-act", args=["prices"])
    sent = {"chosen": [one.pk], "save": "1", "valid_from": "2099-01-01"}
    page = client.post(url, sent | rows({"labour": "面议"}))
    assert page.status_code == 422
    assert 'value="面议"' in text(page)
    assert client.post(url, sent | rows({"labour": "100"})).status_code == 302
    assert Tariff.objects.get().instrument == one


def test_others_instruments_are_not_mended(one: Instrument, outsider: Person, instrument: MakeInstrument) -> None:
    instrument(unit=outsider.memberships.get().unit)
    browser(outsider).post(reverse("catalogue:health-act", args=["confirm"]), {"chosen": [one.pk]})
    one.refresh_from_db()
    assert one.confirmed_at == NOW


# --- the contact's letter


def letter(one: Instrument) -> str:
    from django.utils import timezone

    return reverse("confirm-contact", args=[health.token_for(one.unit, one.contact_email, now=timezone.now())])


def test_the_contact_answers_without_an_account(instrument: MakeInstrument) -> None:
    one = instrument(**FULL | {"reached_at": None})
    looked = Client().get(letter(one))
    assert looked.status_code == 200
    assert one.name in text(looked)
    assert looked["Referrer-Policy"] == "no-referrer"
    one.refresh_from_db()
    assert one.reached_at is None
    thanks = Client().post(letter(one), {"chosen": [one.pk], "answer": "mine"})
    assert "谢谢" in text(thanks)
    one.refresh_from_db()
    assert one.reached_at is not None


def test_the_contact_may_answer_differently_for_each(instrument: MakeInstrument, admin: Person) -> None:
    kept, gone = instrument(**FULL | {"name": "留下的"}), instrument(**FULL | {"name": "离开的"})
    first = Client().post(letter(kept), {"chosen": [gone.pk], "answer": "gone"})
    assert "还有下面这些没有回答" in text(first)
    assert "留下的" in text(first)
    assert admin.notices.filter(subject__contains="离开的").exists()


def test_answering_nothing_asks_again(one: Instrument) -> None:
    assert "请至少勾选一台" in text(Client().post(letter(one), {"answer": "mine"}))


def test_a_broken_letter_says_whom_to_ask() -> None:
    answer = Client().get("/confirm-contact/not-a-token")
    assert answer.status_code == 404
    assert "管理员" in text(answer)
