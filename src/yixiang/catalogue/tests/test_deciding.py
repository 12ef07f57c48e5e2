"""What a decision does to the thing decided on, round by round."""

from decimal import Decimal

import pytest

from yixiang.catalogue.commands import pricing, publishing, standing
from yixiang.catalogue.commands.deciding import decide_case
from yixiang.catalogue.models import Instrument, Platform, TestService
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.tests.conftest import NOW
from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.models import Person
from yixiang.reviews.models import Case
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db


def case_of(listing: Instrument) -> Case:
    listing.refresh_from_db()
    assert listing.case
    return listing.case


def test_city_then_province_and_it_is_listed(listed: Instrument, admin: Person) -> None:
    assert (listed.state, listed.listed_at, listed.confirmed_at) == ("listed", NOW, NOW)
    assert admin.notices.filter(subject__startswith="已入网").exists()


def test_after_the_city_it_still_waits(submitted: Instrument, city: Person, province: Person) -> None:
    outcome = decide_case(case_of(submitted), actor=city, action="approve", now=NOW)
    submitted.refresh_from_db()
    assert (outcome.final, submitted.state) == (False, "submitted")
    assert province.notices.filter(kind="review-waiting").count() == 1


def test_a_keeper_with_an_account_hears_of_the_result(submitted: Instrument, city: Person, person) -> None:
    who = person("operator")
    submitted.keepers.update(person=who)
    decide_case(case_of(submitted), actor=city, action="reject", note="不属于科研仪器", now=NOW)
    assert who.notices.filter(subject__startswith="未获准入网").exists()


def test_what_is_returned_says_why_and_comes_back_to_the_first_round(
    submitted: Instrument, city: Person, admin: Person
) -> None:
    with pytest.raises(Invalid):
        decide_case(case_of(submitted), actor=city, action="return", now=NOW)
    decide_case(case_of(submitted), actor=city, action="return", note="型号与实物不符", now=NOW)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.state_note) == ("returned", "型号与实物不符")
    former = submitted.case
    mended = publishing.save_draft(submitted, actor=admin, typed={"model": "SU8020"}, now=NOW)
    again = publishing.submit(mended, actor=admin, now=NOW)
    assert (again.case, again.model) == (former, "SU8020")


def test_what_was_refused_may_apply_again(submitted: Instrument, city: Person, admin: Person) -> None:
    former = case_of(submitted)
    decide_case(former, actor=city, action="reject", note="不属于科研仪器", now=NOW)
    submitted.refresh_from_db()
    assert (submitted.state, submitted.closed_at) == ("rejected", NOW)
    again = publishing.submit(publishing.reopen(submitted, actor=admin, now=NOW), actor=admin, now=NOW)
    assert again.case != former


def test_a_reviewer_of_another_province_sees_no_case(submitted: Instrument, person) -> None:
    stranger = person("stranger", "authority", "region/370000")
    with pytest.raises(Unseen):
        decide_case(case_of(submitted), actor=stranger, action="approve", now=NOW)


@pytest.mark.parametrize(("ask", "end"), [("ask_scrap", "scrapped"), ("ask_leave", "left")])
def test_the_province_lets_it_go(listed: Instrument, admin: Person, province: Person, ask: str, end: str) -> None:
    standing.act(listed, ask, actor=admin, note="已达报废年限", now=NOW)
    decide_case(case_of(listed), actor=province, action="approve", now=NOW)
    listed.refresh_from_db()
    assert (listed.state, listed.closed_at) == (end, NOW)


@pytest.mark.parametrize("verb", ["reject", "return"])
def test_a_removal_is_declined_whichever_word_is_used(
    listed: Instrument, admin: Person, province: Person, verb: str
) -> None:
    standing.act(listed, "ask_scrap", actor=admin, note="太旧", now=NOW)
    case = case_of(listed)
    decide_case(case, actor=province, action=verb, note="仍在考核期内", now=NOW)
    listed.refresh_from_db()
    case.refresh_from_db()
    assert (listed.state, listed.state_note, case.state) == ("stopped", "仍在考核期内", "rejected")


def test_a_platform_goes_the_same_way(unit: Unit, admin: Person, city: Person, province: Person) -> None:
    facts = {
        "name": "材料表征中心", "kind": "instrument_centre", "level": "2", "established_on": "2015-06-01",
        "disciplines": "430", "introduction": "面向全省的材料表征。", "region": "430104", "contact_name": "王老师",
        "contact_phone": "0731-88880001", "contact_email": "centre@example.edu.cn", "address": "麓山南路 932 号",
    }  # fmt: skip
    begun = publishing.start_listing(Platform, unit, actor=admin, now=NOW)
    handed = publishing.submit(publishing.save_draft(begun, actor=admin, typed=facts, now=NOW), actor=admin, now=NOW)
    for who in (city, province):
        assert handed.case
        decide_case(handed.case, actor=who, action="approve", now=NOW)
    handed.refresh_from_db()
    assert handed.state == "listed"


def test_a_test_service_shows_its_price_and_instruments_beside_the_case(
    unit: Unit, admin: Person, city: Person
) -> None:
    typed = {
        "name": "金属材料室温拉伸试验", "category": "020000", "description": "按国家标准测定。", "turnaround_days": "5",
        "contact_name": "王老师", "contact_phone": "0731-88880001",
    }  # fmt: skip
    begun = publishing.start_listing(TestService, unit, actor=admin, now=NOW)
    price = [Line("labour", "sample", Decimal(120))]
    pricing.publish_tariff(begun, lines=price, valid_from=NOW.date(), actor=admin, now=NOW)
    handed = publishing.submit(publishing.save_draft(begun, actor=admin, typed=typed, now=NOW), actor=admin, now=NOW)
    assert handed.case
    assert [fact["label"] for fact in handed.case.facts] == ["收费标准", "所用仪器"]
    assert handed.case.facts[0]["passed"] is True
