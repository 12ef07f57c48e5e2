"""`yixiang restore FILE`: everything is verified and unpacked aside first; the database changes in one transaction."""

import errno
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from yixiang.config import archive
from yixiang.config.backup import (
    client_environment,
    client_program,
    count_rows,
    fingerprint,
    server_major,
    staging,
)
from yixiang.config.trouble import Trouble

_EMPTY_FIRST = b"DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
_OTHERS = """SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"


def restore(
    source: Path,
    *,
    replace: bool = False,
    key_lost: bool = False,
    using: str = DEFAULT_DB_ALIAS,
    files: Path | None = None,
) -> None:
    """Refuse early, write late: nothing is touched before the whole file has been found sound."""
    files = Path(settings.MEDIA_ROOT) if files is None else files
    manifest = archive.verify(source)
    print(f"✓ 备份文件完好：{manifest.made},版本 {manifest.version},{len(manifest.parts) - 1} 个文件")
    if not key_lost:
        _need_the_key(manifest)
    _need_room(source, using, replace=replace)
    try:
        with staging(files) as folder:
            dump = _unpack(source, folder)
            _load(dump, using, replace=replace)
            _compare(manifest, using)
            _move_files(folder / "files", files)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Trouble("磁盘空间不足，恢复没有完成", "请腾出空间后再次运行同一条命令（加 --replace）。") from error
        raise Trouble(f"恢复没有完成：{error}", "请排除原因后再次运行同一条命令（加 --replace）。") from error
    print(f"✓ 已恢复 {sum(manifest.rows.values())} 行和 {len(manifest.parts) - 1} 个文件；逐表核对一致")


def _need_the_key(manifest: archive.Manifest) -> None:
    if manifest.field_key in {fingerprint(key) for key in settings.FIELD_KEYS}:
        return
    raise Trouble(
        "手头的字段密钥不是备份时的那一个，恢复后加密字段（手机号、银行账号等）将无法读出。什么也没有改动。",
        "请把当时的 YIXIANG_FIELD_KEY 加进 YIXIANG_OLD_FIELD_KEYS;确已丢失时加 --key-lost。",
    )


def _need_room(source: Path, using: str, *, replace: bool) -> None:
    """An empty database, or the word to replace it; and nobody at work in it."""
    with connections[using].cursor() as cursor:
        cursor.execute(_TABLES)
        if cursor.fetchone()[0] and not replace:
            raise Trouble(
                "数据库不是空的，什么也没有改动",
                f"要用备份替换现有内容:yixiang restore --replace {source}(请先备份现有内容)。",
            )
        cursor.execute(_OTHERS)
        if others := cursor.fetchone()[0]:
            raise Trouble(f"还有 {others} 个连接正在使用这个数据库", "请先停止网站和后台任务，再恢复。")


def _unpack(source: Path, folder: Path) -> Path:
    for name, content in archive.contents(source):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            shutil.copyfileobj(content, out, 1024 * 1024)
    return folder / archive.DUMP


def _load(dump: Path, using: str, *, replace: bool) -> None:
    """The dump as SQL through psql in one transaction: all of it or nothing, emptying included.

    pg_restore could write directly, but it greets older servers with settings they do not know, which in a single
    transaction is the end; the greeting is passed on without them.
    """
    major = server_major(using)
    connections[using].close()
    env = client_environment(using)
    quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    read = [client_program("pg_restore", major), "--no-owner", "--no-acl", "--file=-", str(dump)]
    write = [client_program("psql", major), *quiet]
    with (
        (dump.parent / "errors").open("w+") as errors,
        subprocess.Popen(read, env=env, stdout=subprocess.PIPE, stderr=errors) as reading,
        subprocess.Popen(write, env=env, stdin=subprocess.PIPE, stderr=errors) as writing,
    ):
        _pass_on(reading, writing, first=_EMPTY_FIRST if replace else b"")
        if reading.wait() == 0 and writing.wait() == 0:
            return
        errors.seek(0)
        said = "\n  ".join(errors.read().strip().splitlines()[:5])
    raise Trouble(f"数据库没有恢复，原有内容未变:\n  {said}", "检查安装:yixiang doctor")


def _pass_on(reading: "subprocess.Popen[bytes]", writing: "subprocess.Popen[bytes]", *, first: bytes) -> None:
    """When the source breaks off the transaction is spoiled on purpose, never half committed."""
    source, target = reading.stdout, writing.stdin
    assert source is not None
    assert target is not None
    try:
        target.write(first)
        for _ in range(40):
            line = source.readline()
            if not line.startswith(b"SET transaction_timeout"):
                target.write(line)
        shutil.copyfileobj(source, target, 1024 * 1024)
        if reading.wait() != 0:
            target.write(b"\nSELECT 1/0;\n")
        target.flush()
    except BrokenPipeError:  # psql has met an error and said so
        reading.kill()
    finally:
        with suppress(BrokenPipeError):
            target.close()


def _compare(manifest: archive.Manifest, using: str) -> None:
    found = count_rows(using)
    wrong = {name for name, rows in manifest.rows.items() if found.get(name) != rows}
    if wrong:
        raise Trouble(f"恢复后行数不符：{'、'.join(sorted(wrong))}", "请换用另一份备份。")


def _move_files(unpacked: Path, files: Path) -> None:
    """Named by their content, so one that is there already is the same one."""
    for path in sorted(unpacked.rglob("*")) if unpacked.exists() else ():
        if path.is_file():
            target = files / path.relative_to(unpacked)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
