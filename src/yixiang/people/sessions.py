"""When a session began and was last used, kept in the session itself so that no extra query is needed."""

from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings

from yixiang.people import rules

BEGAN, SEEN = "began", "seen"
PROVEN = timedelta(minutes=5)
STEP = timedelta(seconds=60)  # a session is written at most once in this time


def begin(session: Any, now: datetime) -> None:
    session[BEGAN] = session[SEEN] = now.timestamp()


def just_began(session: Any, now: datetime) -> bool:
    """Recent enough to stand for a fresh proof of identity."""
    return BEGAN in session and now - _moment(session[BEGAN], now) < PROVEN


def limits() -> tuple[timedelta, timedelta]:
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES), timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)


def verdict(session: Any, now: datetime) -> Literal["fine", "idle", "too-long"]:
    if BEGAN not in session:
        begin(session, now)
    idle, absolute = limits()
    return rules.session_verdict(
        began=_moment(session[BEGAN], now),
        seen=_moment(session[SEEN], now),
        now=now,
        idle=idle,
        absolute=absolute,
    )


def touch(session: Any, now: datetime) -> None:
    if now - _moment(session[SEEN], now) >= STEP:
        session[SEEN] = now.timestamp()


def ends_at(session: Any, now: datetime) -> datetime:
    idle, absolute = limits()
    return min(_moment(session[BEGAN], now) + absolute, _moment(session[SEEN], now) + idle)


def _moment(stamp: float, like: datetime) -> datetime:
    return datetime.fromtimestamp(stamp, tz=like.tzinfo)
