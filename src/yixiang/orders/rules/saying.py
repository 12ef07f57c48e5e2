"""Times and names as messages say them; times in Chinese time, the last day only where it is another one."""

from collections.abc import Iterable
from datetime import datetime

from yixiang.kernel.periods import SHANGHAI


def at(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m月%d日 %H:%M}"


def span(starts: datetime, ends: datetime) -> str:
    start, end = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    return f"{at(start)}–{end:%H:%M}" if start.date() == end.date() else f"{at(start)} 至 {at(end)}"


def names(instruments: Iterable[str], *, otherwise: str = "仪器") -> str:
    """The instruments of an order in a few words."""
    known = list(dict.fromkeys(instruments))
    return known[0] if len(known) == 1 else f"{known[0]}等 {len(known)} 台仪器" if known else otherwise
