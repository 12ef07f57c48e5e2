"""The working-day calendar with the rows of the table in it, the same for every process."""

from functools import lru_cache

from django.db import connection

from yixiang.kernel.models import CalendarDay
from yixiang.kernel.workdays import Calendar, Day

# The fingerprint is of the content itself, so that a row changed by hand in the database counts too.
FINGERPRINT = """
    SELECT count(*)::text || ':' || coalesce(md5(string_agg(d::text, '|' ORDER BY d.date)), '')
    FROM kernel_calendarday AS d
"""


def load_calendar() -> Calendar:
    """One cheap query; the rows are read again only when the table is not what it was."""
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINT)
        (fingerprint,) = cursor.fetchone()
    return _calendar(fingerprint)


@lru_cache(maxsize=4)
def _calendar(_fingerprint: str) -> Calendar:
    rows = CalendarDay.objects.all()
    return Calendar({row.date: Day(row.date, row.working, "table", row.name) for row in rows})
