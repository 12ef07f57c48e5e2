from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel import typed as typed_words
from yixiang.units.rules import clock, details, masks, names

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("湖南大学", "hndx"),
        ("长沙理工大学", "cslgdx"),
        ("重庆大学", "cqdx"),
        ("中国科学院长春光学精密机械与物理研究所", "zgkxyccgxjmjxywlyjs"),
        ("单县中心医院", "sxzxyy"),
        ("SGS 通标（长沙）有限公司", "sgstbcsyxgs"),
        ("许昌学院", "xcxy"),
    ],
)
def test_initials_read_places_as_places(name: str, letters: str) -> None:
    assert names.initials(name) == letters


def test_a_taken_account_gets_the_first_free_number() -> None:
    assert names.account_offers("湖南大学", {"hndx", "HNDX2"}) == ["hndx3"]


def test_a_company_is_also_offered_without_its_legal_form() -> None:
    assert names.account_offers("湘江材料有限公司", set()) == ["xjclyxgs", "xjcl"]


@given(st.text(max_size=60))
def test_every_offer_may_be_taken(name: str) -> None:
    assert all(names.account_problem(offer) == "" for offer in names.account_offers(name, {"a2"}))


def test_brackets_width_and_legal_form_do_not_make_another_unit() -> None:
    assert names.likeness("湘江（长沙）材料有限公司", "湘江(长沙)材料") == 1.0
    assert names.likeness("湖南大学", "湖南科技大学") < names.SIMILAR_FROM


@pytest.mark.parametrize(
    ("age", "status"), [(0, "fresh"), (334, "fresh"), (335, "due_soon"), (365, "due_soon"), (366, "overdue")]
)
def test_the_clock_counts_days_from_the_confirmation(age: int, status: str) -> None:
    fresh = clock.freshness(DAY, on=DAY + timedelta(days=age), valid_days=365, notice_days=335)
    assert fresh.status == status
    assert fresh.last_day == DAY + timedelta(days=365)


@pytest.mark.parametrize(("age", "step"), [(334, None), (335, 335), (349, 335), (350, 350), (364, 360), (400, 365)])
def test_the_latest_reminder_reached(age: int, step: int | None) -> None:
    on = DAY + timedelta(days=age)
    assert clock.reminder_due(DAY, on=on, valid_days=365, notice_days=335) == step


def test_only_a_joined_unit_with_fresh_facts_starts_something_new() -> None:
    fresh = clock.freshness(DAY, on=DAY, valid_days=365, notice_days=335)
    late = clock.freshness(DAY, on=DAY + timedelta(days=366), valid_days=365, notice_days=335)
    assert clock.may_start_new("joined", fresh).allowed
    assert clock.may_start_new("submitted", fresh).code == "unit-not-joined"
    assert clock.may_start_new("joined", late).code == "unit-confirmation-overdue"


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [("3500万", "35000000"), ("1.2亿元", "120000000"), ("12,345.60", "12345.6"), ("１２０", "120"), ("0", "0")],
)
def test_amounts_are_read_as_people_write_them(typed: str, yuan: str) -> None:
    assert typed_words.amount(typed) == Decimal(yuan)


@pytest.mark.parametrize("typed", ["很多", "-5", "1.234", "NaN", "1e400", "万", "1_000"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(typed_words.Unreadable):
        typed_words.amount(typed)


@given(st.dictionaries(st.sampled_from(sorted(details.BY_NAME)), st.text(max_size=40)))
def test_whatever_is_typed_is_read_or_explained(typed: dict[str, str]) -> None:
    reading = details.read(typed)
    assert set(reading.values) | set(reading.problems) == set(typed)


@given(st.dictionaries(st.sampled_from(sorted(details.BY_NAME)), st.text(max_size=20)))
def test_what_was_read_once_is_read_the_same_again(typed: dict[str, str]) -> None:
    values = details.read(typed).values
    assert details.read({name: details.as_typed(value) for name, value in values.items()}).values == values


@pytest.mark.parametrize("typed", ["湖南省长沙市岳麓区", "岳麓区", "430104", " ４３０１０４ "])
def test_a_region_is_found_by_name_or_code(typed: str) -> None:
    assert typed_words.region(typed) == "430104"


def test_a_name_shared_by_places_comes_back_with_the_candidates() -> None:
    with pytest.raises(typed_words.Unreadable, match="全名"):
        typed_words.region("城区")


@pytest.mark.parametrize("typed", ["2024-03-01", "2024年3月1日", "2024/3/1", "2024.03.01"])
def test_dates_are_read_in_every_usual_form(typed: str) -> None:
    assert typed_words.day(typed) == date(2024, 3, 1)


def test_a_leftover_claim_does_not_survive_a_change_of_kind() -> None:
    values = {"kind": "university", "headcount": 5, "high_tech": True, "high_tech_until": DAY}
    settled = details.settled(values)
    assert (settled["headcount"], settled["high_tech"], settled["high_tech_until"]) == (None, False, None)


def test_masks_leave_just_enough() -> None:
    assert masks.phone("13800138000") == "138****8000"
    assert masks.email("wang@example.com") == "w***@example.com"
    assert masks.name("张三丰") == "张**"
    assert masks.account("4300123456789012") == "**** **** **** 9012"
