"""Days and hours in the words people plan with: today 14:00, Wednesday 25 November."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

SHANGHAI = ZoneInfo("Asia/Shanghai")
_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local_day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def clock(at: datetime) -> str:
    here = at.astimezone(SHANGHAI)
    return f"{here.hour}:{here.minute:02d}"


def weekday(day: date) -> str:
    return (_EN if get_language() == "en" else _ZH)[day.weekday()]


def day_words(day: date) -> str:
    """11月25日, 25 Nov; with the year when it is not this side of a long wait."""
    if get_language() == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def near_day(day: date, today: date) -> str:
    """今天, 明天, else 11月25日 周三."""
    if day == today:
        return _("今天")
    if (day - today).days == 1:
        return _("明天")
    return f"{weekday(day)} {day_words(day)}" if get_language() == "en" else f"{day_words(day)} {weekday(day)}"


def when(at: datetime, now: datetime) -> str:
    """今天 14:00, 11月25日 周三 9:00; a moment that has passed is now."""
    at = max(at, now)
    words = near_day(local_day(at), local_day(now))
    if get_language() == "en" and words in {_("今天"), _("明天")}:
        words = words.lower()
    return f"{words} {clock(at)}"
