"""`yixiang backup FILE`: database and uploaded files in one file that proves its own integrity."""

import errno
import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from yixiang.config import archive, postgres
from yixiang.config.trouble import Trouble

_ROWS = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
           WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""
_ENV = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


def backup(target: Path, *, using: str = DEFAULT_DB_ALIAS, files: Path | None = None) -> archive.Manifest:
    """Database first, files after: they never change once written, so every row finds its file."""
    target = target.absolute()
    if target.exists():
        raise Trouble(f"{target} 已存在，不会覆盖", "请换一个文件名，例如带上日期。")
    files = Path(settings.MEDIA_ROOT) if files is None else files
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
            dump, whole = Path(folder) / archive.DUMP, Path(folder) / "whole"
            manifest = _dump(dump, using)
            with whole.open("xb") as out, tarfile.open(fileobj=out, mode="w") as tar:
                archive.add(tar, manifest, archive.DUMP, dump)
                for path in sorted(files.rglob("*")):
                    name = path.relative_to(files)
                    if path.is_file() and not any(part.startswith(".") for part in name.parts):
                        with suppress(FileNotFoundError):  # deleted in this moment, rightly
                            archive.add(tar, manifest, archive.FILES + name.as_posix(), path)
                archive.close(tar, manifest)
            with whole.open("rb") as written:
                os.fsync(written.fileno())
            _place(whole, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    parts = len(manifest.parts) - 1
    print(f"✓ 已备份到 {target}({target.stat().st_size / 1e6:.1f} MB,{sum(manifest.rows.values())} 行，{parts} 个文件)")
    return manifest


def _place(whole: Path, target: Path) -> None:
    """Appears under its name complete, and never over another file."""
    whole.chmod(0o600)
    try:
        os.link(whole, target)
    except FileExistsError as error:
        raise Trouble(f"{target} 已存在，不会覆盖", "请换一个文件名。") from error
    except OSError:  # a file system without hard links
        whole.rename(target)


def _unwritable(target: Path, error: OSError) -> Trouble:
    if error.errno == errno.ENOSPC:
        return Trouble(f"磁盘空间不足，没有写成 {target}", "请腾出空间，或备份到另一个磁盘。")
    return Trouble(f"不能写入 {target}:{error.strerror}", "请检查目录是否存在、是否可写。")


def _dump(dump: Path, using: str) -> archive.Manifest:
    """pg_dump and the row counts see one snapshot."""
    connection = connections[using]
    pg_dump = client_program("pg_dump", server_major(using))
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone()
        done = subprocess.run(
            [pg_dump, "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={dump}"],
            env=client_environment(using),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Trouble(f"pg_dump 没有成功：{done.stderr.strip()}", "检查安装:yixiang doctor")
        rows = count_rows(using)
    return archive.Manifest(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=our_version(),
        postgres=server,
        field_key=fingerprint(settings.FIELD_KEYS[0]),
        rows=rows,
    )


def count_rows(using: str = DEFAULT_DB_ALIAS) -> dict[str, int]:
    """Rows of every table: what a restored database is compared with."""
    with connections[using].cursor() as cursor:
        cursor.execute(_ROWS)
        names = [name for (name,) in cursor.fetchall()]
        rows = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - quoted by format('%I') in the server
            rows[name] = cursor.fetchone()[0]
    return rows


def fingerprint(key: str) -> str:
    return hashlib.sha256(f"yixiang field key {key}".encode()).hexdigest()[:16]


def our_version() -> str:
    try:
        return version("yixiang")
    except PackageNotFoundError:
        return "0"


def server_major(using: str) -> int:
    connection = connections[using]
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10000


def client_program(name: str, at_least: int) -> str:
    """The oldest client not older than the server: an exact match speaks its dialect best."""
    fitting = sorted((_major(path), str(path)) for path in _candidates(name) if _major(path) >= at_least)
    if not fitting:
        raise Trouble(f"没有版本 ≥ {at_least} 的 {name}", f"请安装 postgresql-client-{at_least}。")
    return fitting[0][1]


def _candidates(name: str) -> Iterator[Path]:
    if (own := postgres.program(name)) is not None:
        yield own
    if found := shutil.which(name):
        yield Path(found)


def _major(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)", said)
    return int(number.group(1)) if number else 0


def client_environment(using: str) -> dict[str, str]:
    """How the PostgreSQL programs reach the database; a password never stands in a command line."""
    configured = connections[using].settings_dict
    env = {variable: str(configured[key]) for key, variable in _ENV.items() if configured.get(key)}
    for option, value in configured.get("OPTIONS", {}).items():
        if option.startswith("ssl") and isinstance(value, str):
            env[f"PG{option.upper()}"] = value
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "PGAPPNAME": "yixiang backup"} | env


@contextmanager
def staging(beside: Path) -> Iterator[Path]:
    """A folder on the same disk as `beside`, so that what it holds can be moved there at once."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=beside) as folder:
        yield Path(folder)
