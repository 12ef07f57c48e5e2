"""Starting and stopping an embedded server; PostgreSQL's own pid file says whether it runs."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import psycopg
from psycopg import sql

from yixiang.config.postgres.cluster import DATABASE, ROLE, Cluster, owner_name, version_of
from yixiang.config.postgres.place import settle
from yixiang.config.trouble import Trouble

SMALLEST = 1 << 30  # bytes of memory a throwaway server is sized for
_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
START_SECONDS = 120  # crash recovery of a busy database takes its time

_ALWAYS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "max_locks_per_transaction": "128",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_duration_statement": "2s",
}
_LASTING = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
}
_THROWAWAY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "log_min_duration_statement": "-1",
}


def is_running(cluster: Cluster) -> bool:
    """Whether the postmaster named in the pid file lives and is ours (its working directory is the data)."""
    _, pid = _pid_file(cluster)
    return pid is not None and _works_in(pid, cluster.data)


@contextmanager
def running(cluster: Cluster, say: Callable[[str], None] = print) -> Iterator[str]:
    """The server for the length of a command; the last of all commands that use it stops it.

    Each holds a shared lock while it lives, so a shell opened beside a running site neither stops the server under
    it nor loses it when the site is stopped first, and a killed process is never counted.
    """
    with _opened(cluster, "users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(cluster, say)
        cluster = Cluster.of(cluster.var, cluster.name, throwaway=cluster.throwaway)
        try:
            yield cluster.url()
        finally:
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop(cluster)


def start(cluster: Cluster, say: Callable[[str], None] = print) -> bool:
    """Make sure the server runs; True when it was started here. Safe from several processes at once."""
    with _opened(cluster, "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        cluster = Cluster.of(cluster.var, cluster.name, throwaway=cluster.throwaway)
        if is_running(cluster):
            return False
        cluster = settle(cluster, say)
        _fit_for_these_programs(cluster)
        if not (cluster.data / "PG_VERSION").exists():
            _create(cluster, say)
        _configure(cluster)
        _drop_strange_locks(cluster)
        _launch(cluster)
        _first_role(cluster)
    return True


def stop(cluster: Cluster) -> None:
    """Stop it and wait; sessions still open are ended, committed work is kept."""
    if not is_running(cluster):
        return
    for how in ("fast", "immediate"):
        done = cluster.run("pg_ctl", "stop", "-D", str(cluster.data), "-m", how, "-w", "-t", "30")
        if done.returncode == 0 or not is_running(cluster):
            return
    raise Trouble("内嵌数据库没有停下来", f"日志：{cluster.log}")


def settings(cluster: Cluster) -> Mapping[str, str]:
    """What the server is told at every start."""
    quoted = '"' + str(cluster.socket).replace('"', '""') + '"'
    sized = memory_settings(SMALLEST if cluster.throwaway else memory())
    lasting = _THROWAWAY if cluster.throwaway else _LASTING
    return {**_ALWAYS, **sized, **lasting, "unix_socket_directories": quoted}


def memory() -> int:
    """Bytes this machine has, or this container may use."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = [path.read_text().strip() for path in _LIMITS if path.exists()]
    return min([whole, *(int(limit) for limit in limits if limit.isdigit())])


def memory_settings(memory: int) -> Mapping[str, str]:
    """An eighth of the memory for pages of our own, since the web processes live beside; pages are taken when used."""
    megabytes = memory >> 20
    return {
        "shared_buffers": f"{min(max(megabytes // 8, 128), 4096)}MB",
        "effective_cache_size": f"{max(megabytes // 2, 512)}MB",
    }


def _opened(cluster: Cluster, ending: str) -> TextIO:
    """A lock file; whoever may read `var` may wait on it."""
    try:
        cluster.var.mkdir(parents=True, exist_ok=True)
        return (cluster.var / f".{cluster.name}.{ending}").open("a")
    except PermissionError as error:
        raise Trouble(
            f"{cluster.var} 不可写(属于用户 {owner_name(cluster.var)})",
            "请用该用户或 root 运行，或用 YIXIANG_VAR 指定另一个目录。",
        ) from error


def _fit_for_these_programs(cluster: Cluster) -> None:
    """Another major version cannot read the data; say so instead of letting the server die."""
    marker = cluster.data / "PG_VERSION"
    if not marker.exists():
        return
    wrote, have = marker.read_text().strip(), version_of(cluster.programs).split(".")[0]
    if wrote == have:
        return
    if cluster.throwaway:
        shutil.rmtree(cluster.data)
        return
    raise Trouble(
        f"{cluster.data} 由 PostgreSQL {wrote} 写成，现在装的是 PostgreSQL {have}",
        "先用原来的版本 yixiang backup 备份，移走该目录，再用新版本 yixiang restore 恢复（见 docs/operations.md）。",
    )


def _create(cluster: Cluster, say: Callable[[str], None]) -> None:
    """initdb beside, then rename: a cluster is there whole or not at all."""
    say("新建内嵌数据库 (creating the embedded PostgreSQL)")
    fresh = cluster.home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    # C.UTF-8: the order of a text index never changes with the operating system
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--username=postgres"]
    if cluster.throwaway:
        options.append("--no-sync")
    # "trust" lets in who can open the socket, and its folder is closed to all but the server's user and root
    done = cluster.run("initdb", "-D", str(fresh), "--auth=trust", *options)
    if done.returncode != 0:
        raise Trouble(f"数据库新建失败：{_last_lines(done.stderr or done.stdout)}")
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'yixiang.conf'  # rewritten at every start\n")
    fresh.rename(cluster.data)


def _configure(cluster: Cluster) -> None:
    lines = [f"{key} = '{value.replace(chr(39), chr(39) * 2)}'" for key, value in settings(cluster).items()]
    path = cluster.data / "yixiang.conf"
    path.write_text("\n".join(["# Written at every start; your own settings: ALTER SYSTEM.", *lines, ""]))
    cluster.give(path)
    socket = cluster.socket
    socket.mkdir(mode=0o700, exist_ok=True)
    if socket.is_symlink() or socket.stat().st_uid not in {os.geteuid(), cluster.server_user().pw_uid}:
        raise Trouble(f"{socket} 属于别的用户", "请删除它，或用 YIXIANG_VAR 换一个路径更短的目录。")
    cluster.give(socket)
    socket.chmod(0o700)
    if cluster.log.exists() and cluster.log.stat().st_size > 10_000_000:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))


def _launch(cluster: Cluster) -> None:
    where = ["-D", str(cluster.data), "-l", str(cluster.log)]
    for _ in range(20):
        done = cluster.run("pg_ctl", "start", *where, "-w", "-t", str(START_SECONDS), "-s")
        if done.returncode == 0:
            return
        said = _last_lines(cluster.log.read_text(errors="replace") if cluster.log.exists() else done.stderr)
        if "shared memory block" not in said:  # sessions of a killed server notice within moments
            break
        time.sleep(0.5)
    if "No space left" in said:
        raise Trouble("磁盘已满，数据库不能启动", "请腾出空间后再启动；已保存的数据没有丢失。")
    raise Trouble(f"内嵌数据库没有启动：{said}", f"完整日志：{cluster.log}")


def _first_role(cluster: Cluster) -> None:
    """The application gets a plain role, as in a real installation; only its database is its own."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True, connect_timeout=20) as db:
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            db.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(ROLE)))
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            db.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(DATABASE)))


def _pid_file(cluster: Cluster) -> tuple[Path, int | None]:
    path = cluster.data / "postmaster.pid"
    try:
        return path, int(path.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return path, None


def _works_in(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def _drop_strange_locks(cluster: Cluster) -> None:
    """After a kill, a reboot or in a container the dead server's number may belong to another program or to a
    process nobody has waited for, which PostgreSQL takes for itself. Only that is mended here; all else it judges
    better, for it also looks at the shared memory. The folder of the socket is ours alone, so its lock goes too."""
    path, pid = _pid_file(cluster)
    if pid is not None and Path(f"/proc/{pid}").exists():
        path.unlink(missing_ok=True)
    for left in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (cluster.socket / left).unlink(missing_ok=True)


def _last_lines(text: str, count: int = 6) -> str:
    return "\n    ".join(["", *text.strip().splitlines()[-count:]])
