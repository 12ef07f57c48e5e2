"""What was counted for one visitor is not counted again for the next, until public data change or a minute has passed.

Only for finds in public scope: their figures depend on nothing but the question. The version lies in the database, so a
change made by any process is seen by all; inside a transaction, where one sees what nobody else does, nothing is kept.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from django.db import connection

from yixiang.kernel import freshness

T = TypeVar("T")
SECONDS, MOST = 60, 512
_kept: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
_lock = Lock()


def remembered(question: Hashable, count: Callable[[], T]) -> T:
    if connection.in_atomic_block:
        return count()
    key, at = (freshness.version(), question), time.monotonic()
    with _lock:
        found = _kept.get(key)
        if found is not None and found[0] > at:
            _kept.move_to_end(key)
            return found[1]  # type: ignore[return-value]
    made = count()
    with _lock:
        _kept[key] = (at + SECONDS, made)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made
