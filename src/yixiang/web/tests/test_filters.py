import datetime
from decimal import Decimal

import pytest

from yixiang.web import filters

NOON = datetime.datetime(2026, 3, 5, 4, 0, tzinfo=datetime.UTC)  # 12:00 in Shanghai


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("1234.5"), "¥1,234.50"), (0, "¥0.00"), ("-3.005", "-¥3.01"), (None, "—"), ("", "—"), ("abc", "—")],
)
def test_money_has_sign_groups_and_two_places(value, shown):
    assert filters.money(value) == shown


def test_wan_turns_yuan_into_ten_thousands():
    assert filters.wan(Decimal("1234500")) == "123.45 万元"
    assert filters.wan(Decimal("500000"), 0) == "50 万元"


def test_moments_are_shown_in_shanghai():
    assert filters.moment(NOON) == "2026-03-05 12:00"
    assert filters.date(datetime.datetime(2026, 3, 5, 20, tzinfo=datetime.UTC)) == "2026-03-06"
    assert filters.date(datetime.date(2026, 3, 5), "long") == "2026年3月5日"
    assert filters.moment(None) == filters.date(None) == "—"


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "刚刚"), (5, "5 分钟前"), (180, "3 小时前"), (60 * 20, "昨天 16:00"), (60 * 24 * 9, "02-24 12:00")],
)
def test_ago_says_how_long_since(minutes, shown):
    assert filters.ago(NOON - datetime.timedelta(minutes=minutes), now=NOON) == shown


@pytest.mark.parametrize(
    ("days", "shown", "tone"),
    [
        (None, "不限时", "neutral"),
        (5, "还剩 5 个工作日", "waiting"),
        (2, "还剩 2 个工作日", "warm"),
        (0, "今天到期", "warm"),
        (-3, "已超期 3 个工作日", "bad"),
    ],
)
def test_due_counts_working_days(days, shown, tone):
    assert (filters.due(days), filters.due_tone(days)) == (shown, tone)


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (filters.mask_phone, "13812345678", "138****5678"),
        (filters.mask_phone, "110", "****"),
        (filters.mask_phone, None, "—"),
        (filters.mask_email, "zhang.san@example.cn", "z***n@example.cn"),
        (filters.mask_email, "a@example.cn", "a***@example.cn"),
        (filters.mask_email, "nonsense", "****"),
        (filters.mask_account, "6222 0212 3456 7890", "**** **** 7890"),
        (filters.mask_account, "123", "****"),
    ],
)
def test_personal_data_is_masked(mask, value, shown):
    assert mask(value) == shown


def test_sizes_are_said_as_people_say_them():
    assert [filters.size(n) for n in (512, 88000, 1468006, 5 * 1024**3)] == ["512 B", "86 KB", "1.4 MB", "5.0 GB"]


def test_a_browser_is_named_in_two_words():
    windows = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
    )
    assert filters.device(windows) == "Chrome · Windows"
    assert filters.device("curl/8") == filters.device(None) == "未知设备"


def test_paragraphs_keep_line_breaks_and_escape_markup():
    assert filters.paragraphs("甲<b>\n乙\n\n丙") == "<p>甲&lt;b&gt;<br>乙</p><p>丙</p>"
