"""The score of a listing, and the contact who is asked whether they still answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.catalogue.commands import health, pricing
from yixiang.catalogue.commands.keeping import About, add_keeper
from yixiang.catalogue.models import Instrument, ListingEvent, Picture
from yixiang.catalogue.queries.health import judge_many, overview
from yixiang.catalogue.rules.health import LAW_FIELDS, MORE_FIELDS, Facts, judge
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument
from yixiang.catalogue.tests.test_picturing import take
from yixiang.kernel.errors import NotPermitted, Unseen
from yixiang.kernel.periods import local_date
from yixiang.people.models import Person

TODAY = date(2026, 3, 2)
ALL = frozenset((*LAW_FIELDS, *MORE_FIELDS))
WHOLE = Facts(there=ALL, confirmed_on=TODAY, reached_on=TODAY, price="clear", pictures=1, services=12)
FULL: dict[str, Any] = {
    "technical": "1 nm", "bought_on": date(2024, 1, 5), "street": "麓山南路 1 号", "service_content": "形貌观察",
    "english_name": "FE-SEM", "function": "看", "requirement": "样品干燥", "manufacturer": "日立",
    "contact_name": "李明", "contact_phone": "13800000000", "contact_email": "li@example.com",
    "reached_at": NOW, "service_count": 40,
}  # fmt: skip


def test_a_whole_listing_has_every_point() -> None:
    assert judge(WHOLE, on=TODAY) == judge(WHOLE, on=TODAY + timedelta(days=31))
    assert judge(WHOLE, on=TODAY).score == 100


def test_nothing_known_scores_nothing() -> None:
    judged = judge(Facts(there=frozenset()), on=TODAY)
    assert judged.score == 0
    assert len(judged.losses) == len(ALL) + 5


@pytest.mark.parametrize(("days", "score"), [(31, 100), (32, 93), (93, 93), (94, 85)])
def test_information_ages_by_the_month_the_law_sets(days: int, score: int) -> None:
    facts = Facts(
        ALL, confirmed_on=TODAY - timedelta(days=days), reached_on=TODAY, price="clear", pictures=1, hours=120
    )
    assert judge(facts, on=TODAY).score == score


def test_the_fields_of_the_law_weigh_more_than_others() -> None:
    def without(name: str) -> int:
        return judge(Facts(ALL - {name}, price="clear", pictures=1), on=TODAY).score

    assert without("technical") < without("english_name")


@given(st.sets(st.sampled_from(sorted(ALL))), st.integers(0, 800), st.integers(0, 3), st.integers(0, 20))
def test_the_score_is_a_hundred_less_what_is_lost(there: set[str], age: int, pictures: int, services: int) -> None:
    facts = Facts(frozenset(there), confirmed_on=TODAY - timedelta(days=age), pictures=pictures, services=services)
    judged = judge(facts, on=TODAY)
    assert judged.score == 100 - sum(loss.points for loss in judged.losses)
    assert 0 <= judged.score <= 100


@pytest.fixture
def whole(instrument: MakeInstrument, admin: Person) -> Instrument:
    one = instrument(**FULL)
    pricing.publish_tariff(one, actor=admin, valid_from=TODAY, lines=[Line("labour", "hour", Decimal(300))], now=NOW)
    add_keeper(one, About(name="李明"), actor=admin, now=NOW)
    take(one, admin)
    one.refresh_from_db()
    return one


@pytest.mark.django_db
class TestKept:
    def test_commands_keep_the_score(self, whole: Instrument) -> None:
        assert (whole.health, whole.losses) == (100, [])

    def test_a_removed_picture_is_missed_at_once(self, whole: Instrument) -> None:
        Picture.objects.all().delete()
        assert health.refresh_health([whole.pk], on=TODAY) == 1
        whole.refresh_from_db()
        assert (whole.health, whole.losses) == (92, ["no_picture"])
        assert health.refresh_health([whole.pk], on=TODAY) == 0

    def test_a_price_list_that_ends_soon_is_told(self, whole: Instrument, admin: Person) -> None:
        until = TODAY + timedelta(days=30)
        pricing.publish_tariff(
            whole,
            actor=admin,
            valid_from=TODAY + timedelta(days=1),
            valid_until=until,
            lines=[Line("labour", "hour", Decimal(300))],
            now=NOW,
        )
        on = TODAY + timedelta(days=2)
        assert [loss.code for loss in judge_many([whole], on=on)[whole.pk].losses] == ["price_ends"]
        after = judge_many([whole], on=until + timedelta(days=1))[whole.pk]
        assert "no_price" in {loss.code for loss in after.losses}

    def test_a_facility_is_not_asked_for_a_model(self, instrument: MakeInstrument) -> None:
        one = instrument(kind="facility", model="", booking_mode="samples", hours=())
        lost = {loss.code for loss in judge_many([one], on=TODAY)[one.pk].losses}
        assert lost.isdisjoint({"model", "manufacturer", "hours"})

    def test_judging_many_takes_five_queries(
        self, instrument: MakeInstrument, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        made = [instrument().pk for _n in range(7)]
        many = list(Instrument.objects.filter(pk__in=made).select_related("unit"))
        with django_assert_num_queries(4):
            judge_many(many, on=TODAY)

    def test_the_overview_counts_what_is_lost(self, instrument: MakeInstrument) -> None:
        made = [instrument().pk for _n in range(3)]
        health.refresh_health(made, on=TODAY)
        seen = overview(Instrument.objects.filter(pk__in=made))
        assert seen.count == 3
        assert ("no_picture", "没有图片", 3) in seen.losses


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was queued to leave by mail."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(health, "later", lambda name, **said: sent.append({"name": name, **said}))
    return sent


@pytest.mark.django_db
class TestContacts:
    def test_one_letter_per_contact(
        self, instrument: MakeInstrument, admin: Person, letters: list[dict[str, Any]]
    ) -> None:
        both = [instrument(**FULL), instrument(**FULL | {"name": "透射电镜"})]
        other = instrument(**FULL | {"contact_email": "wang@example.com"})
        asked = health.ask_contact([*both, other], actor=admin, now=NOW)
        assert (asked.letters, asked.instruments) == (2, 3)
        assert "透射电镜" in letters[0]["text"]
        assert "/confirm-contact/" in letters[0]["text"]

    def test_nobody_is_asked_twice_a_week(
        self, instrument: MakeInstrument, admin: Person, letters: list[dict[str, Any]]
    ) -> None:
        one, silent = instrument(**FULL), instrument()
        health.ask_contact([one], actor=admin, now=NOW)
        again = health.ask_contact([one, silent], actor=admin, now=NOW + timedelta(days=6))
        assert [reason for _one, reason in again.skipped] == ["7 天内已经发过", "没有联系人邮箱"]
        assert health.ask_contact([one], actor=admin, now=NOW + timedelta(days=8)).letters == 1
        assert len(letters) == 2

    def test_others_send_no_letters(self, instrument: MakeInstrument, outsider: Person) -> None:
        with pytest.raises(NotPermitted):
            health.ask_contact([instrument(**FULL)], actor=outsider, now=NOW)

    def test_the_contact_says_it_is_right(self, instrument: MakeInstrument) -> None:
        one = instrument(**FULL | {"reached_at": None})
        later = NOW + timedelta(days=1)
        health.answer_contact(contact_of(one), [one.pk], mine=True, now=later)
        one.refresh_from_db()
        assert one.reached_at == later

    def test_the_unit_hears_of_a_contact_who_has_gone(self, instrument: MakeInstrument, admin: Person) -> None:
        one = instrument(**FULL)
        health.answer_contact(contact_of(one), [one.pk], mine=False, now=NOW)
        one.refresh_from_db()
        assert one.reached_at is None
        assert ListingEvent.objects.filter(action="contact_gone", by=None).exists()
        assert admin.notices.filter(subject__contains="需要新的联系人").exists()

    def test_a_link_answers_only_for_its_own_contact(self, instrument: MakeInstrument) -> None:
        one, other = instrument(**FULL), instrument(**FULL | {"contact_email": "wang@example.com", "reached_at": None})
        assert health.answer_contact(contact_of(one), [other.pk], mine=True, now=NOW) == []

    @pytest.mark.parametrize("days", [31, 400])
    def test_a_link_runs_out(self, days: int, instrument: MakeInstrument) -> None:
        one = instrument(**FULL)
        token = health.token_for(one.unit, one.contact_email, now=NOW)
        with pytest.raises(Unseen):
            health.read_token(token, on=TODAY + timedelta(days=days))

    @pytest.mark.parametrize("token", ["", "abc", "a:b:c", "x" * 3000])
    def test_a_made_up_link_is_refused(self, token: str) -> None:
        with pytest.raises(Unseen):
            health.read_token(token, on=TODAY)


def contact_of(one: Instrument, now: datetime = NOW) -> health.Contact:
    return health.read_token(health.token_for(one.unit, one.contact_email, now=now), on=local_date(now))
