"""How often one caller may ask: a row each in an unlogged table, which holds across processes and costs little."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yixiang.kernel.errors import TooMany
from yixiang.people.middleware import client_ip

WINDOW = 60
ANONYMOUS_SHARE = 10  # a visitor without token or session has a tenth


@dataclass(frozen=True, slots=True)
class Budget:
    limit: int
    used: int
    reset: int  # seconds until the minute is over

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }

    def require(self) -> None:
        if self.used > self.limit:
            message = _("一分钟内最多请求 %(limit)d 次，请在 %(seconds)d 秒后继续。")
            raise TooMany(message % {"limit": self.limit, "seconds": self.reset}, retry_after=self.reset)


def caller_of(request: HttpRequest) -> tuple[str, int]:
    """Whose minute this is, and how much it holds."""
    limit: int = settings.API_RATE_PER_MINUTE
    if token := getattr(request, "token", None):
        return f"token:{token.pk}", limit
    if request.user.is_authenticated:
        return f"person:{request.user.pk}", limit
    return f"ip:{client_ip(request)}", max(limit // ANONYMOUS_SHARE, 1)


def use(caller: str, limit: int, *, now: datetime) -> Budget:
    """Counts this request, also when it is refused: whoever hammers on waits."""
    minute, second = divmod(int(now.timestamp()), WINDOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_count_use(%s, %s)", [caller, minute])
        (used,) = cursor.fetchone()
    return Budget(limit, used, WINDOW - second)
