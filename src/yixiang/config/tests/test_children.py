import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from yixiang.config.children import Child, stop_all

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    made: list[Child] = []

    def make(code: str) -> Child:
        one = Child("任务", [sys.executable, "-c", code], tmp_path / "log" / "one.log", dict(os.environ))
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.stop(0)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_child_is_started_again_at_once(child: Callable[[str], Child]) -> None:
    one, said = child(SLEEPER), []
    first = one.process
    assert first is not None
    first.kill()
    first.wait()
    one.tend(said.append)
    assert one.process is not None
    assert one.process.pid != first.pid
    assert "SIGKILL" in said[0]


def test_a_child_that_keeps_dying_is_given_more_time_each_turn(child: Callable[[str], Child]) -> None:
    one, said = child("raise SystemExit(3)"), []
    until(lambda: (one.tend(said.append), len(said) == 2)[1])
    assert "退出码 3" in said[0]
    assert "1 秒后" in said[1]
    assert one.process is None


def test_the_children_of_a_killed_child_do_not_survive_it(child: Callable[[str], Child]) -> None:
    one = child("import os, time; print(os.fork(), flush=True); time.sleep(60)")
    until(lambda: one.last_lines().count("\n") >= 1)
    grandchild = max(int(line) for line in one.last_lines().split())
    assert one.process is not None
    one.process.kill()
    one.process.wait()
    one.tend(lambda _: None)
    until(lambda: not alive(grandchild))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_child_that_will_not_end_is_ended(child: Callable[[str], Child]) -> None:
    one = child(STUBBORN)
    until(one.last_lines)
    stop_all([one], 0.2, hurry=lambda: False)
    assert one.process is None


def test_a_second_ctrl_c_does_not_wait(child: Callable[[str], Child]) -> None:
    one = child(STUBBORN)
    until(one.last_lines)
    began = time.monotonic()
    stop_all([one], 30, hurry=lambda: True)
    assert time.monotonic() - began < 5


def test_children_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib, time; from yixiang.config.children import Child\n"
        f"log = pathlib.Path({str(tmp_path / 'x.log')!r})\n"
        f"one = Child('x', [sys.executable, '-c', {SLEEPER!r}], log, dict(os.environ))\n"
        "one.start(); print(one.process.pid, flush=True); time.sleep(60)"
    )
    import subprocess

    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.send_signal(signal.SIGKILL)
        until(lambda: not alive(pid))
