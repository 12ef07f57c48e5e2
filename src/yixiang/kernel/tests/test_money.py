from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.money import (
    NotMoney,
    cents,
    from_cents,
    from_wan,
    percent,
    percent_at_most,
    rounded,
    spread,
    wan,
    yuan,
)

amounts = st.decimals(min_value=0, max_value=10**10, places=2, allow_nan=False)
weights = st.lists(
    st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False), min_size=1, max_size=12
).filter(any)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), True, None, "NaN", "Infinity", "1e400", "12.345", "1_000", "１２", "", "十元", b"1"],
)
def test_what_is_not_certainly_money_is_refused(value):
    with pytest.raises(NotMoney):
        yuan(value)


@pytest.mark.parametrize(("value", "amount"), [("12.5", "12.50"), (7, "7.00"), ("-3", "-3.00"), ("1E+3", "1000.00")])
def test_an_amount_has_exactly_two_places(value, amount):
    assert str(yuan(value)) == amount


def test_rounding_is_on_purpose_half_up_and_without_a_negative_zero():
    assert [str(rounded(value)) for value in ("0.005", "0.0049", "-0.005", "-0.001")] == [
        "0.01",
        "0.00",
        "-0.01",
        "0.00",
    ]


def test_a_percentage_is_rounded_once():
    assert percent(Decimal("333.33"), Decimal("0.85")) == Decimal("283.33")
    assert percent(Decimal("0.01"), Decimal("0.50")) == Decimal("0.01")


def test_a_ceiling_is_rounded_down():
    assert percent_at_most(Decimal("0.01"), Decimal("0.70")) == Decimal("0.00")
    assert percent_at_most(Decimal("10.01"), Decimal("0.70")) == Decimal("7.00")


@given(amounts)
def test_cents_and_yuan_are_the_same_money(amount):
    assert from_cents(cents(amount)) == amount


@pytest.mark.parametrize("value", ["0.001", 1.0, "NaN"])
def test_a_part_of_a_cent_is_no_number_of_cents(value):
    with pytest.raises(NotMoney):
        cents(value)


def test_a_float_rate_is_refused():
    with pytest.raises(NotMoney):
        percent(Decimal("100.00"), 0.5)


def test_custom_writes_worth_in_wan():
    assert wan(Decimal("300000.00")) == Decimal("30.00")
    assert from_wan("30.5") == Decimal("305000.00")
    with pytest.raises(NotMoney):
        from_wan("0.0000001")


def test_ties_go_to_the_earlier_part():
    assert spread(Decimal("100.00"), [1, 1, 1]) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


def test_nothing_is_spread_over_nothing_but_something_is_not():
    assert spread(Decimal("0.00"), [0, 0]) == [Decimal("0.00"), Decimal("0.00")]
    with pytest.raises(NotMoney):
        spread(Decimal("0.01"), [0, 0])


@pytest.mark.parametrize(("total", "parts"), [("-1.00", [1]), ("1.00", [2, -1])])
def test_negative_money_and_negative_weights_are_refused(total, parts):
    with pytest.raises(NotMoney):
        spread(Decimal(total), parts)


@given(amounts, weights)
def test_the_parts_add_up_and_none_is_negative(total, shares):
    parts = spread(total, shares)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


@given(amounts, weights)
def test_each_part_is_within_a_cent_of_its_exact_share(total, shares):
    whole = sum(shares)
    for part, share in zip(spread(total, shares), shares, strict=True):
        assert abs(part - total * share / whole) < Decimal("0.0100001")


@given(amounts, st.decimals(min_value=0, max_value=1, places=4, allow_nan=False))
def test_a_share_of_an_amount_is_never_more_than_it_nor_negative(amount, rate):
    assert 0 <= percent(amount, rate) <= yuan(amount)
