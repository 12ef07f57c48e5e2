"""Words for numbers, dates and personal data, as a reader in China expects them."""

import datetime
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTHING = "—"
_CENT = Decimal("0.01")
_WAN = Decimal(10_000)


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def money(value: Any, sign: str = "¥") -> str:
    """1234.5 → ¥1,234.50"""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    return f"-{sign}{-rounded:,.2f}" if rounded < 0 else f"{sign}{rounded:,.2f}"


def price(value: Any) -> str:
    """¥110, ¥12.50: no cents where there are none."""
    return money(value).removesuffix(".00")


def wan(value: Any, places: int = 2) -> str:
    """Yuan shown in 万元: 1234500 → 123.45 万元; in English, which does not count so, CNY 1,234,500."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    if get_language() == "en":
        return f"CNY {amount.quantize(Decimal(1), ROUND_HALF_UP):,f}"
    rounded = (amount / _WAN).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return _("%(amount)s 万元") % {"amount": f"{rounded:,f}"}


def number(value: Any, places: int | None = None) -> str:
    """1234567 → 1,234,567"""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    return f"{amount:,.{places}f}" if places is not None else f"{amount:,f}"


def _local(value: datetime.datetime) -> datetime.datetime:
    return value.astimezone(SHANGHAI) if value.tzinfo else value


def date(value: Any, style: str = "iso") -> str:
    """A day: 2026-03-05, or 2026年3月5日 with style "long"."""
    if not isinstance(value, datetime.date):
        return NOTHING
    day = _local(value).date() if isinstance(value, datetime.datetime) else value
    return f"{day.year}年{day.month}月{day.day}日" if style == "long" else day.isoformat()


def moment(value: Any, seconds: bool = False) -> str:
    """A moment in Shanghai: 2026-03-05 14:30"""
    if not isinstance(value, datetime.datetime):
        return NOTHING
    return _local(value).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def clock(value: Any) -> str:
    """The time of day in Shanghai: 14:30"""
    return _local(value).strftime("%H:%M") if isinstance(value, datetime.datetime) else NOTHING


_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day(value: Any) -> str:
    """A day as people speak of it: 3月5日 周四"""
    if not isinstance(value, datetime.date):
        return NOTHING
    on = _local(value).date() if isinstance(value, datetime.datetime) else value
    return f"{on.month}月{on.day}日 {_WEEKDAYS[on.weekday()]}"


def ago(value: Any, now: datetime.datetime | None = None) -> str:
    """How long since: 刚刚, 5 分钟前, 3 小时前, 昨天 09:12, then the date."""
    if not isinstance(value, datetime.datetime):
        return date(value)
    here = _local(now or datetime.datetime.now(datetime.UTC))
    then = _local(value)
    seconds = int((here - then).total_seconds())
    if 0 <= seconds < 60:
        return _("刚刚")
    if 0 <= seconds < 3600:
        return _("%(count)d 分钟前") % {"count": seconds // 60}
    if 0 <= seconds < 12 * 3600:
        return _("%(count)d 小时前") % {"count": seconds // 3600}
    if (here.date() - then.date()).days == 1:
        return _("昨天 %(time)s") % {"time": then.strftime("%H:%M")}
    return moment(value) if then.year != here.year else then.strftime("%m-%d %H:%M")


def due(working_days: int | None) -> str:
    """What a number of working days left means in words."""
    if working_days is None:
        return _("不限时")
    if working_days < 0:
        return _("已超期 %(count)d 个工作日") % {"count": -working_days}
    if working_days == 0:
        return _("今天到期")
    return _("还剩 %(count)d 个工作日") % {"count": working_days}


def due_tone(working_days: int | None) -> str:
    """The badge tone which goes with `due`."""
    if working_days is None:
        return "neutral"
    return "bad" if working_days < 0 else "warm" if working_days <= 2 else "waiting"


def size(value: Any) -> str:
    """Bytes as people say them: 1.4 MB"""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit in {"B", "KB"} else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


_BROWSERS = [
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
]
_SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]


def device(user_agent: Any) -> str:
    """A browser's long name in two words: Chrome · Windows"""
    text = str(user_agent or "")
    found = [next((word for mark, word in marks if mark in text), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or _("未知设备")


def mask_phone(value: Any) -> str:
    """13812345678 → 138****5678"""
    text = str(value or "").strip()
    return f"{text[:-8]}****{text[-4:]}" if len(text) >= 9 else "****" if text else NOTHING


def mask_email(value: Any) -> str:
    """zhang.san@example.cn → z***n@example.cn"""
    name, at, host = str(value or "").strip().rpartition("@")
    if not at or not name:
        return "****" if value else NOTHING
    return f"{name[0]}***{name[-1] if len(name) > 2 else ''}@{host}"


def mask_account(value: Any) -> str:
    """A bank account or identity number: only the last four stay."""
    text = re.sub(r"\s", "", str(value or ""))
    return f"**** **** {text[-4:]}" if len(text) > 6 else "****" if text else NOTHING


def paragraphs(value: Any) -> Markup:
    """Plain text typed by people, with its line breaks, escaped."""
    blocks: Iterable[str] = re.split(r"\n\s*\n", str(value or "").replace("\r\n", "\n").strip())
    escaped = [Markup("<br>").join(Markup.escape(line) for line in block.split("\n")) for block in blocks if block]
    return Markup("").join(Markup("<p>{}</p>").format(block) for block in escaped)
