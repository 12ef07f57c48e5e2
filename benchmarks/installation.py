"""A real installation of its own: database and var/, two web processes, a worker, and the demo in it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
READY_SECONDS = 180


@dataclass(frozen=True)
class Installation:
    port: int
    environment: dict[str, str]

    def run(self, module: str, *words: str) -> None:
        """A script with this installation's settings."""
        command = [sys.executable, "-m", module, *words]
        subprocess.run(command, cwd=HOME, env=self.environment, stdout=sys.stderr, check=True)


@contextmanager
def installation() -> Iterator[Installation]:
    """`yixiang up` with its embedded PostgreSQL as it comes, nothing tuned; all of it is gone afterwards."""
    var = Path(tempfile.mkdtemp(prefix="yixiang-bench-"))
    var.chmod(0o755)  # the embedded server runs as a user of its own
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YIXIANG", "DATABASE", "PORT"))}
    environment |= {"YIXIANG_VAR": str(var), "PORT": str(port), "YIXIANG_DEMO": "1"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "yixiang.config.settings",
        "YIXIANG_WORKERS": "2",
        "YIXIANG_SIGN_INS_PER_MINUTE": "1000",
        "YIXIANG_API_RATE": "1000000",
    }
    command = [sys.executable, "-m", "yixiang.config.console", "up"]
    with (var / "up.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=HOME, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, port, var / "up.log")
        yield Installation(port, environment)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(var, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"the installation did not start:\n{log.read_text()[-3000:]}")
