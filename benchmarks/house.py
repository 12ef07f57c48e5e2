"""Web and worker processes over a database of their own, started here so that they may be killed here, by number."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import psycopg

from benchmarks.installation import HOME, free_port
from yixiang.config import postgres

READY_SECONDS = 180
MAIL = "django.core.mail.backends.filebased.EmailBackend"


class House:
    """`yixiang web` (two processes) and `yixiang worker`, as systemd would run them."""

    def __init__(self, database: str, var: Path) -> None:
        self.database, self.var, self.port = database, var, free_port()
        (var / "static").mkdir(parents=True, exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("YIXIANG", "DATABASE", "PORT", "PYTEST"))}
        self.environment = kept | {
            "DATABASE_URL": database, "YIXIANG_VAR": str(var), "PORT": str(self.port), "YIXIANG_WORKERS": "2",
            "YIXIANG_API_RATE": "1000000", "YIXIANG_STATIC_MANIFEST": "0", "YIXIANG_EMAIL_BACKEND": MAIL,
            "YIXIANG_MAIL_DIR": str(var / "mail"), "DJANGO_SETTINGS_MODULE": "yixiang.config.settings",
        }  # fmt: skip
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        command = [sys.executable, "-m", "yixiang.config.console", name]
        with (self.var / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=HOME, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def run(self, module: str, *words: str) -> str:
        """A script with this house's settings; what it printed."""
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, cwd=HOME, env=self.environment, stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.database, autocommit=True)

    def kill(self, name: str) -> None:
        """The whole of it, without a chance to say goodbye, and started again."""
        self._end(name, signal.SIGKILL)
        self.start(name)

    def kill_one_web_process(self) -> None:
        """The older of the two that answer; granian puts another in its place."""
        parent = self.running["web"].pid
        with contextlib.suppress(OSError, IndexError):
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            os.kill(int(children[0]), signal.SIGKILL)

    def tend(self) -> None:
        """What has ended by itself is started again, as systemd would."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.kill(name)

    def wait(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                return
            time.sleep(0.2)
        raise SystemExit(f"the house did not start:\n{(self.var / 'web.log').read_text()[-3000:]}")

    def stop(self) -> None:
        for name in self.running:
            self._end(name, signal.SIGTERM)

    def _end(self, name: str, how: signal.Signals) -> None:
        process = self.running[name]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def opened(database: str, var: Path) -> Iterator[House]:
    """Over a database that has its tables."""
    house = House(database, var)
    try:
        house.start("web")
        house.start("worker")
        house.wait()
        yield house
    finally:
        house.stop()


@contextmanager
def new_house() -> Iterator[House]:
    """With an embedded PostgreSQL as it comes; all of it is gone afterwards."""
    var = Path(tempfile.mkdtemp(prefix="yixiang-bench-"))
    var.chmod(0o755)  # the embedded server runs as a user of its own
    try:
        with postgres.running(postgres.Cluster.of(var), say=lambda _: None):
            database = postgres.url(var)
            House(database, var).run("yixiang.config.console", "migrate")
            with opened(database, var) as house:
                yield house
    finally:
        shutil.rmtree(var, ignore_errors=True)
