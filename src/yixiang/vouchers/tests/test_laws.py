"""The law of vouchers over invented users and prices."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.money import ZERO, percent
from yixiang.policy import FactsRefused, library
from yixiang.vouchers import laws

DAY = date(2026, 5, 1)
SHANDONG = library().pack("shandong", "voucher", DAY).values
XUCHANG = library().pack("xuchang", "voucher", DAY).values

money = st.decimals(min_value=0, max_value=100_000, places=2, allow_nan=False)
rates = st.decimals(min_value=0, max_value=1, places=4, allow_nan=False)


@given(money, rates, money, money, money)
def test_a_voucher_never_pays_more_than_any_limit(price, rate, order, year, used):
    settings = laws.Settings(rate, order, year)
    pays = laws.amount(SHANDONG, laws.AmountFacts(price, used, settings=settings)).amount
    assert pays == min(percent(price, rate), order, max(ZERO, year - used))


@given(money, money, money)
def test_a_voucher_pays_only_from_what_was_claimed(price, claimed, used):
    pays = laws.amount(XUCHANG, laws.AmountFacts(price, used, claimed)).amount
    assert pays == min(percent(price, Decimal("0.40")), max(ZERO, claimed - used))


@given(money, st.none() | money)
def test_nobody_claims_past_the_limit_of_the_year(claimed, wanted):
    facts = laws.EntitlementFacts("411002", "team", claimed=claimed, wanted=wanted)
    granted = laws.entitlement(XUCHANG, facts).amount
    assert granted <= max(ZERO, Decimal("30000.00") - claimed)


def test_each_thing_a_programme_has_not_set_is_named():
    settings = laws.Settings(order_ceiling=Decimal("1.00"))
    finding = laws.amount(SHANDONG, laws.AmountFacts(Decimal("1.00"), settings=settings))
    assert finding.amount is None
    assert [step.label for step in finding.steps if not step.passed] == ["兑付比例", "每家每年最高兑付金额"]


def test_every_line_is_shown_even_when_the_first_has_failed():
    facts = laws.EligibilityFacts("430100", "university", level="province")
    finding = laws.eligibility(SHANDONG, facts)
    assert [step.fact for step in finding.steps if step.passed is False] == [
        "region",
        "kind",
        "applied",
        "headcount",
        "last_year_revenue",
        "other_subsidy",
    ]


@pytest.mark.parametrize("rate", ["1.01", "-0.1", "40%", "", None])
def test_a_rate_that_is_none_is_refused_or_counts_as_not_set(rate):
    raw = {"price": "1.00", "settings": {"rate": rate}}
    if rate is None:
        assert laws.AMOUNT.read_facts(raw).settings.rate is None
        return
    with pytest.raises(FactsRefused, match=r"settings\.rate"):
        laws.AMOUNT.read_facts(raw)
