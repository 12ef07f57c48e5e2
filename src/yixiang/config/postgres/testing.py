"""A fast PostgreSQL for pytest, shared by all its processes and gone soon after the last of them.

Each process holds a shared lock for as long as it lives, which the kernel gives back however it ends. A waiting
`flock` wants the exclusive lock and then stops the server: so nothing stays behind even after kill -9, and a run that
begins in that moment waits for the stop and starts afresh.
"""

import fcntl
import os
import subprocess
from pathlib import Path

from yixiang.config.postgres.cluster import Cluster
from yixiang.config.postgres.server import start

_NAME = "test-postgres"
_held: list[int] = []  # open file descriptors that say "still testing" until this process ends


def url_for_tests(var: Path) -> str:
    """The address of the test server, started when it does not run yet."""
    if not _held:
        var.mkdir(parents=True, exist_ok=True)
        users = os.open(var / f".{_NAME}.users", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held.append(users)
        if start(Cluster.of(var, _NAME, throwaway=True), say=lambda _: None):
            _stop_after_last_user(Cluster.of(var, _NAME, throwaway=True))
    return Cluster.of(var, _NAME, throwaway=True).url(database="postgres")


def _stop_after_last_user(cluster: Cluster) -> None:
    stopping = [str(cluster.programs / "pg_ctl"), "stop", "-D", str(cluster.data), "-m", "fast", "-s"]
    if os.geteuid() == 0:
        user = cluster.server_user()
        stopping = [
            "setpriv",
            f"--reuid={user.pw_uid}",
            f"--regid={user.pw_gid}",
            "--clear-groups",
            *stopping,
        ]
    waiting = ["flock", "--exclusive", str(cluster.var / f".{_NAME}.users"), *stopping]
    detached = '"$@" </dev/null >/dev/null 2>&1 &'
    subprocess.run(["/bin/sh", "-c", detached, "sh", *waiting], cwd="/", start_new_session=True, check=False)
