"""`yixiang up`: database, preparation, site and worker from one terminal, and all of it stopped again."""

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg

from yixiang.config import postgres
from yixiang.config.children import Child, end_group, stop_all
from yixiang.config.trouble import Trouble

READY_SECONDS = 60
STOP_SECONDS = 20


class _Stopping:
    """Ctrl-C, a closed terminal or `kill` ask for an orderly end; asking twice hurries."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self)

    def hurry(self) -> bool:
        return self.asked > 1


def up(var: Path) -> int:
    """Everything, until asked to stop; the exit code says whether it ever stood."""
    began = time.monotonic()
    _port()
    stopping = _Stopping()
    stopping.listen()
    with _only_one(var), ExitStack() as stack:
        refuse_taken_port()
        cluster = _start_database(var, stack)
        if stopping.asked:
            return 0
        if not _prepared(var, stopping):
            _say("✗ 准备没有完成，没有启动网站；原因在上面" if not stopping.asked else "· 已停止 (stopped)")
            return 0 if stopping.asked else 1
        children = _children(var)
        try:
            for child in children:
                child.start()
            _note(var, children)
            if _wait_until_ready(children, stopping):
                _say(f"\n✓ 已就绪，用时 {time.monotonic() - began:.1f} s:  http://{_shown_address()}/")
                _say(f"  日志（含演示短信和邮件）在 {var}/log/;按 Ctrl-C 停止 (press Ctrl-C to stop)")
                _watch(var, children, cluster, stopping)
        finally:
            _say("\n· 正在停止 (stopping)…")
            stop_all(children, STOP_SECONDS, stopping.hurry)
    _say("✓ 已全部停止，数据已保存 (stopped)")
    return 0


def web_command(*, patience: int) -> list[str]:
    """granian with our application; figures from the environment. `patience`: seconds for requests under way."""
    return [
        *(sys.executable, "-m", "granian", "yixiang.config.wsgi:application", "--interface", "wsgi"),
        *("--host", _bind(), "--port", str(_port())),
        *("--workers", os.environ.get("YIXIANG_WORKERS", "2")),
        *("--blocking-threads", os.environ.get("YIXIANG_THREADS", "4")),
        *(
            "--respawn-failed-workers",
            "--workers-kill-timeout",
            str(patience),
            "--no-access-log",
            "--log-level",
            "warning",
        ),
    ]


def become_web(var: Path) -> NoReturn:
    """Replace this process by the web server, so that systemd and containers see the real one."""
    os.environ.update(_web_environment(var))
    command = web_command(patience=25)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


def refuse_taken_port() -> None:
    """Said before anything is started; the usual cause is a second start."""
    with socket.socket(socket.AF_INET6 if ":" in _bind() else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_bind(), _port()))
        except OSError as error:
            raise Trouble(
                f"端口 {_port()} 不能使用：{'已被别的程序占用' if error.errno == 98 else error.strerror}",
                f"换一个端口：PORT={_port() + 1} make run(或 PORT={_port() + 1} yixiang up)",
            ) from error


def _port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise Trouble(f"PORT={given} 不是端口号", "例如 PORT=8001")
    return int(given)


def _bind() -> str:
    return os.environ.get("YIXIANG_BIND", "127.0.0.1")


def _shown_address() -> str:
    host = _bind()
    return f"{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{_port()}"  # noqa: S104 - compared, not bound


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """Two of them on one var/ would tend the same database and queue; the lock dies with its holder."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "up.lock").open("a+")
    except PermissionError as error:
        raise Trouble(f"{var} 不可写", "请用创建它的用户运行，或用 YIXIANG_VAR 指定另一个目录。") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Trouble(
                f"已经在运行({lock.read().strip()})",
                "先在那个终端按 Ctrl-C 停止；要并排再开一套，请另设 YIXIANG_VAR 和 PORT。",
            ) from error
        lock.truncate(0)
        lock.write(f"进程 {os.getpid()},http://{_shown_address()}/\n")
        lock.flush()
        _end_orphans(var)
        yield


def _end_orphans(var: Path) -> None:
    """What a killed predecessor left: its children were told to end, but may take their time and hold the port."""
    noted = var / "up.children"
    for word in noted.read_text().split() if noted.exists() else ():
        try:
            ours = b"yixiang.config" in Path(f"/proc/{int(word)}/cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if ours:
            end_group(int(word))
    noted.unlink(missing_ok=True)


def _start_database(var: Path, stack: ExitStack) -> postgres.Cluster | None:
    began = time.monotonic()
    if url := os.environ.get("DATABASE_URL"):
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.Error as error:
            raise Trouble(
                f"连不上 DATABASE_URL 指明的数据库：{error}", "请检查地址、口令和数据库是否已启动。"
            ) from error
        _say(f"✓ 数据库可用 (database of DATABASE_URL)  {time.monotonic() - began:.1f} s")
        return None
    cluster = postgres.Cluster.of(var)
    stack.enter_context(postgres.running(cluster, say=lambda text: _say(f"· {text}")))
    _say(f"✓ 内嵌数据库已启动 (embedded PostgreSQL)  {time.monotonic() - began:.1f} s")
    return cluster


def _prepared(var: Path, stopping: _Stopping) -> bool:
    """In a process of its own: this one stays small while the site runs, and can be stopped in the middle."""
    process = subprocess.Popen(
        [sys.executable, "-m", "yixiang.config.console", "prepare"], env=_environment(var), start_new_session=True
    )
    while process.poll() is None:
        if stopping.asked:
            process.terminate()
            process.wait()
        time.sleep(0.05)
    return process.returncode == 0


def _environment(var: Path) -> dict[str, str]:
    return os.environ | {"YIXIANG_VAR": str(var), "PYTHONUNBUFFERED": "1"}


def _web_environment(var: Path) -> dict[str, str]:
    """Each web process counts in files here, and any of them can answer /metrics for all."""
    counts = var / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir(parents=True)
    return _environment(var) | {"PROMETHEUS_MULTIPROC_DIR": str(counts)}


def _children(var: Path) -> Sequence[Child]:
    worker = [sys.executable, "-m", "yixiang.config.console", "worker"]
    return (
        Child("网站", web_command(patience=5), var / "log" / "web.log", _web_environment(var)),
        Child("后台任务", worker, var / "log" / "worker.log", _environment(var)),
    )


def _wait_until_ready(children: Sequence[Child], stopping: _Stopping) -> bool:
    web = children[0]
    end = time.monotonic() + READY_SECONDS
    said = ""
    while not stopping.asked:
        status, said = _ask_ready()
        if status == 200:
            return True
        for child in children:
            child.tend(_say)
        if web.failures >= 3 or time.monotonic() > end:
            raise Trouble(f"网站没有就绪 {said}\n{web.last_lines()}", f"完整日志：{web.log};检查安装:yixiang doctor")
        time.sleep(0.1)
    return False


def _ask_ready() -> tuple[int, str]:
    host = os.environ.get("YIXIANG_HOSTS", "localhost").split(",")[0].strip().lstrip("*.") or "localhost"
    try:
        link = http.client.HTTPConnection(_shown_address(), timeout=5)
        link.request("GET", "/readyz", headers={"Host": host})
        answer = link.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace")
    except OSError as error:
        return 0, str(error)


def _note(var: Path, children: Sequence[Child]) -> None:
    pids = [str(child.process.pid) for child in children if child.process is not None]
    (var / "up.children").write_text(" ".join(pids))


def _watch(var: Path, children: Sequence[Child], cluster: postgres.Cluster | None, stopping: _Stopping) -> None:
    while not stopping.asked:
        time.sleep(0.3)
        if cluster is not None and not stopping.asked and postgres.start(cluster, say=_say):
            _say("! 内嵌数据库意外停止，已重新启动；已提交的数据没有丢失")
        for child in children:
            if not stopping.asked and child.tend(_say):
                _note(var, children)


def _say(text: str) -> None:
    print(text, flush=True)
