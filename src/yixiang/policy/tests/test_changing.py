"""Other numbers in a pack: taken as they would be at start-up, or refused by name."""

from datetime import date
from decimal import Decimal

import pytest

from yixiang.policy import library
from yixiang.policy.changing import ChangeRefused, changed, numbers, read_change

DAY = date(2026, 12, 31)


@pytest.fixture
def pack():
    return library().pack("hunan", "provider-subsidy", DAY)


def test_a_changed_value_is_read_like_any_other(pack):
    other = changed(pack, {"unit_ceiling": "3000000.00", "rate_ceiling": "0.25"})
    assert other.values.unit_ceiling.value == Decimal("3000000.00")
    assert other.values.rate_ceiling.value == Decimal("0.25")
    assert (other.start, other.end) == (pack.start, pack.end)


def test_the_pack_itself_stays_as_it_is_and_the_other_cannot_be_taken_for_it(pack):
    other = changed(pack, {"unit_ceiling": "3000000.00"})
    assert pack.values.unit_ceiling.value == Decimal("2000000.00")
    assert other.digest != pack.digest
    assert other.title == f"{pack.title}（模拟）"
    assert changed(other, {}).title == other.title


def test_a_threshold_inside_a_rule_can_be_changed(pack):
    other = changed(pack, {"rules.covered.any.1.at_least": "300000.00"})
    assert [test.threshold for test in other.values.covered.tests] == [True, Decimal("300000.00")]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("unit_celing", "1.00", "是否应为 unit_ceiling？"),
        ("rules.covered.any.2.at_least", "1.00", "没有这一项"),
        ("rules.covered.any.1.at_least.more", "1.00", "下面没有别的"),
        ("unit_ceiling", 3000000, "金额应写成带引号的元"),
        ("unit_ceiling", "-1.00", "金额应写成带引号的元"),
        ("rate_ceiling", "20%", "比例应写成"),
        ("rates", [{"grade": "good", "rate": "0.10"}], "要么由文件规定一个，要么每年设定"),
        ("subject.name", "x", "下面没有别的"),
    ],
)
def test_what_would_not_start_is_refused_by_name(pack, path, value, said):
    with pytest.raises(ChangeRefused, match=said) as refused:
        changed(pack, {path: value})
    assert refused.value.fields


def test_all_flaws_are_named_at_once(pack):
    with pytest.raises(ChangeRefused) as refused:
        changed(pack, {"unit_celing": "1.00", "rate_cieling": "0.1"})
    assert len(refused.value.flaws) == 2


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("unit_ceiling=3000000.00", ("unit_ceiling", "3000000.00")),
        (" rates = [] ", ("rates", [])),
        ('settings=["rate_good"]', ("settings", ["rate_good"])),
        ("rules.listed.is_true=true", ("rules.listed.is_true", True)),
    ],
)
def test_a_change_is_written_on_one_line(text, change):
    assert read_change(text) == change


@pytest.mark.parametrize("text", ["", "unit_ceiling", "=1", "rates=[", "rates=[x"])
def test_a_line_that_is_no_change_is_refused(text):
    with pytest.raises(ChangeRefused):
        read_change(text)


def test_a_whole_number_may_come_as_text():
    orders = library().pack("hunan", "orders", DAY)
    assert changed(orders, {"answer_within": "7"}).values.answer_within.value == 7


def test_every_number_is_listed_with_its_article_and_can_be_put_back(pack):
    found = {one.path: (one.label, one.said, one.cited.article) for one in numbers(pack)}
    assert found == {
        "rules.covered.any.1.at_least": (
            "仪器的资金来源和价值：由社会资金投入的，单台套价值在 50 万元及以上", "500,000.00 元", "第二条、第四条"
        ),
        "rate_ceiling": ("补助比例最高", "20%", "第二十四条"),
        "instrument_ceiling": ("单台套同一年度最高补助", "50,000.00 元", "第二十四条"),
        "unit_ceiling": ("同一单位同一年度最高补助", "2,000,000.00 元", "第二十四条"),
        "separate_ceiling": ("单独计算的同一年度最高补助", "2,000,000.00 元", "第二十四条"),
    }  # fmt: skip


@pytest.mark.parametrize("pack", library().packs(), ids=lambda pack: pack.name)
def test_the_numbers_of_any_pack_can_be_typed_again_as_they_are_shown(pack):
    again = changed(pack, {one.path: one.value for one in numbers(pack)})
    assert again.values == pack.values


def test_a_number_too_long_to_be_one_is_refused(pack):
    orders = library().pack("hunan", "orders", DAY)
    with pytest.raises(ChangeRefused):
        changed(orders, {"answer_within": "9" * 5000})
