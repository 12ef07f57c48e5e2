"""Processes that are kept running: started in a group of their own, watched, restarted with patience, stopped."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_BYTES = 20_000_000


class Child:
    """One process with its log; a group of its own, so that Ctrl-C reaches only who decides the order of stopping."""

    def __init__(self, name: str, command: Sequence[str], log: Path, env: dict[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self._started = 0.0
        self._not_before = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.env,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # safe: the parent runs no threads
            )
        self._started = time.monotonic()

    def tend(self, say: Callable[[str], None]) -> bool:
        """Notice its death, clear away what it left, and start it again: at once, then 1, 2, 4 … 30 s later.

        True when it was started."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            end_group(self.process.pid)  # its own children would keep the port
            self.process = None
            self.failures = 1 if now - self._started > 60 else self.failures + 1
            wait = 0 if self.failures == 1 else min(30, 2 ** (self.failures - 2))
            self._not_before = now + wait
            how = f"信号 {signal.Signals(-code).name}" if code < 0 else f"退出码 {code}"
            say(f"! {self.name}意外结束({how}),{'立即' if not wait else f'{wait} 秒后'}重新启动；日志：{self.log}")
        if self.process is None and now >= self._not_before:
            self.start()
            return True
        self._keep_log_small()
        return False

    def ask_to_stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()

    def stop(self, seconds: float) -> None:
        """Wait for the end it was asked for; whoever is late is ended with all its children."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(seconds, 0.01))
        end_group(self.process.pid)
        self.process.wait()
        self.process = None

    def last_lines(self, count: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    def _keep_log_small(self) -> None:
        """Copied and emptied in place: the process holds it open for appending."""
        if self.log.stat().st_size > _LOG_BYTES:
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)


def stop_all(children: Sequence[Child], seconds: float, hurry: Callable[[], bool]) -> None:
    """Ask all, then wait for all within one span; a second Ctrl-C shortens it."""
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + seconds
    while time.monotonic() < end and not hurry():
        if all(child.process is None or child.process.poll() is not None for child in children):
            break
        time.sleep(0.05)
    for child in children:
        child.stop(0)


def end_group(leader: int) -> None:
    """The process and all it has started, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


_libc = ctypes.CDLL(None, use_errno=True)


def _end_with_parent() -> None:
    """The kernel ends the child when this process is killed without a chance to do it."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
