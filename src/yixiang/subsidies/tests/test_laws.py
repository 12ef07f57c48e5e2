"""The law of subsidies over thousands of invented years: no cent appears, no ceiling is passed."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.kernel.money import ZERO, NotMoney, percent
from yixiang.policy import FactsRefused, Library, library
from yixiang.policy.problems import PacksRefused
from yixiang.subsidies.laws import net, provider, reckoning, user
from yixiang.subsidies.laws.kinds import PARTS, PURPOSES, USER_KINDS, user_kind
from yixiang.subsidies.laws.provider import Income, LineFacts, quick_line
from yixiang.subsidies.laws.reckoning import reckon

POLICIES = Path(__file__).resolve().parents[4] / "policies"
DAY = date(2026, 12, 31)
HUNAN = library().pack("hunan", "provider-subsidy", DAY).values
XUCHANG = library().pack("xuchang", "provider-subsidy", DAY).values
USERS = library().pack("hunan", "user-subsidy", DAY).values
NET = library().pack("hunan", "net-income", DAY).values

money = st.decimals(min_value=0, max_value=3_000_000, places=2, allow_nan=False)
rates = st.decimals(min_value=0, max_value=Decimal("0.2"), places=6, allow_nan=False)
incomes = st.lists(st.builds(Income, st.uuids().map(str), money, st.sampled_from(list(PARTS))), max_size=60)
packs = st.sampled_from([HUNAN, XUCHANG])
lines = st.builds(
    LineFacts,
    user=st.sampled_from(list(USER_KINDS)),
    settled_on=st.dates(date(2025, 12, 30), date(2027, 1, 2)),
    year=st.just(2026),
    fees=money,
    vouchers=st.sampled_from([ZERO, Decimal("0.01"), Decimal("4000.00")]),
    related=st.sampled_from([True, False, None]),
    own_use=st.booleans(),
    purpose=st.sampled_from([None, *PURPOSES]),
    listed=st.booleans(),
    fiscal=st.booleans(),
    worth=st.sampled_from([None, Decimal("499999.99"), Decimal("500000.00")]),
)


@given(packs, lines)
def test_the_quick_judgement_of_a_line_is_the_full_one(rules, facts):
    assert quick_line(rules)(facts) == provider.line(rules, facts).value["reason"]


@given(packs, rates, incomes)
def test_no_ceiling_is_passed_by_a_cent(rules, rate, entries):
    found = reckon(rules, rate, entries)
    assert found.own <= rules.unit_ceiling.value
    assert found.separate <= rules.separate_ceiling.value
    for award in found.awards:
        assert ZERO <= award.granted <= award.earned <= min(award.by_rate, rules.instrument_ceiling.value)


@given(packs, rates, incomes)
def test_instruments_add_up_to_what_the_unit_gets(rules, rate, entries):
    found = reckon(rules, rate, entries)
    assert sum((award.granted for award in found.awards if award.separate), ZERO) == found.separate
    assert sum((award.granted for award in found.awards if not award.separate), ZERO) == found.own


@given(rates, incomes)
def test_an_instrument_earns_its_rate_rounded_half_up(rate, entries):
    for entry, award in zip(entries, reckon(HUNAN, rate, entries).awards, strict=True):
        assert award.by_rate == percent(entry.income, rate)


@given(rates, incomes)
def test_a_year_reckoned_again_gives_the_same(rate, entries):
    assert reckon(HUNAN, rate, entries) == reckon(HUNAN, rate, list(entries))


@given(rates, incomes)
def test_the_full_decision_has_the_figures_of_the_quick_one(rate, entries):
    settings = provider.Settings(rate_good=rate)
    facts = provider.UnitFacts("university", tuple(entries), ("good",), settings)
    finding, figures = reckoning.unit(HUNAN, facts), reckon(HUNAN, rate, entries)
    assert finding.amount == figures.total
    assert [told["granted"] for told in finding.value["instruments"]] == [f"{a.granted:.2f}" for a in figures.awards]


def test_what_belongs_to_a_laboratory_takes_nothing_from_the_unit():
    own = [Income(str(n), Decimal("250000.00")) for n in range(50)]
    apart = [Income(f"L{n}", Decimal("250000.00"), "provincial_laboratory") for n in range(41)]
    found = reckon(HUNAN, Decimal("0.20"), [*own, *apart])
    assert (found.own, found.separate) == (Decimal("2000000.00"), Decimal("2000000.00"))


@given(st.lists(money, max_size=40), money)
def test_orders_of_a_user_add_up_and_stay_under_the_ceiling(amounts, granted):
    facts = user.YearFacts(tuple(user.Earned(str(n), amount) for n, amount in enumerate(amounts)), granted)
    finding = user.year(USERS, facts)
    parts = [Decimal(order["granted"]) for order in finding.value["orders"]]
    assert sum(parts, ZERO) == finding.amount
    assert finding.amount + granted <= max(USERS.ceiling.value, granted)
    assert all(part <= earned for part, earned in zip(parts, amounts, strict=True))


@given(money, money, money)
def test_performance_pay_never_passes_its_share(income, material, running):
    facts = net.NetFacts("university", public=True, income=income, material=material, running=running)
    finding = net.net(NET, facts)
    assert Decimal(finding.value["pay_ceiling"]) <= max(finding.amount, ZERO) * Decimal("0.70")


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_running_cost_is_a_share_of_the_whole(part, whole):
    facts = net.RunningFacts(Decimal("99999.99"), min(part, whole), whole)
    assert ZERO <= net.running(NET, facts).amount <= Decimal("99999.99")


def test_more_open_use_than_use_is_refused():
    with pytest.raises(FactsRefused):
        net.RUNNING.read_facts({"total": "1.00", "open_minutes": 2, "all_minutes": 1})


@pytest.mark.parametrize(
    ("kind", "startup", "expected"),
    [
        ("enterprise", False, "enterprise"),
        ("enterprise", True, "student_startup"),
        ("team", False, "student_team"),
        ("university", True, "other"),
    ],
)
def test_a_unit_counts_as_what_it_is(kind, startup, expected):
    assert user_kind(kind, student_startup=startup) == expected


def test_a_user_that_changed_class_in_the_year_earns_by_the_day():
    def earned(kind, day):
        facts = user.OrderFacts(kind, Decimal("1000.00"), day, 2026, "research")
        return user.order(USERS, facts).amount

    january, july = earned("enterprise", date(2026, 1, 5)), earned("student_startup", date(2026, 7, 5))
    assert (january, july) == (Decimal("500.00"), Decimal("850.00"))


def test_an_amount_below_nothing_is_refused():
    with pytest.raises(NotMoney):
        reckon(HUNAN, Decimal("0.20"), [Income("A", Decimal("-0.05"))])
    with pytest.raises(FactsRefused, match="paid"):
        user.ORDER.read_facts({"user": "enterprise", "paid": "-1.00", "settled_on": "2026-01-01", "year": 2026})


# --- packs nobody may put in force


def broken(tmp_path, file, old, new):
    """The problems of the real packs after one change."""
    root = shutil.copytree(POLICIES, tmp_path / "policies")
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PacksRefused) as refused:
        Library.load(root, library().subjects.values())
    return str(refused.value)


HUNAN_FILE = "hunan/provider-subsidy/2025-12-22.toml"


def test_a_misspelt_key_names_the_right_one(tmp_path):
    said = broken(tmp_path, HUNAN_FILE, "[values.unit_ceiling]", "[values.unit_celing]")
    assert "unit_ceiling" in said
    assert "是否应为" in said


def test_an_integer_is_no_money(tmp_path):
    assert "金额应写成带引号的元" in broken(tmp_path, HUNAN_FILE, 'value = "50000.00"', "value = 50000")


def test_a_rate_above_the_packs_own_ceiling_is_refused(tmp_path):
    file = "xuchang/provider-subsidy/2018-01-01.toml"
    said = broken(tmp_path, file, 'grade = "good", rate = "0.30"', 'grade = "good", rate = "0.31"')
    assert "rate_ceiling" in said


def test_a_pack_that_ends_after_the_next_begins_is_refused(tmp_path):
    root = shutil.copytree(POLICIES, tmp_path / "policies")
    shelf = root / "hunan/user-subsidy"
    later = (shelf / "2025-12-22.toml").read_text("utf-8").replace("from = 2025-12-22", "from = 2028-01-01")
    (shelf / "2028-01-01.toml").write_text(later, "utf-8")
    with pytest.raises(PacksRefused, match="重叠"):
        Library.load(root, library().subjects.values())


def test_a_rate_both_in_the_law_and_left_to_the_year_is_refused(tmp_path):
    said = broken(tmp_path, HUNAN_FILE, "value = []", 'value = [{ grade = "good", rate = "0.10" }]')
    assert "要么由文件规定一个，要么每年设定" in said
