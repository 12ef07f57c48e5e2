"""Times as messages say them, in Chinese time: the last day only where it is another one."""

from datetime import datetime

from yixiang.kernel.periods import SHANGHAI


def at(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%m月%d日 %H:%M}"


def span(starts: datetime, ends: datetime) -> str:
    start, end = starts.astimezone(SHANGHAI), ends.astimezone(SHANGHAI)
    return f"{at(start)}–{end:%H:%M}" if start.date() == end.date() else f"{at(start)} 至 {at(end)}"
