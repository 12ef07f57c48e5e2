"""The backup file: a tar of parts, closed by a manifest with the size and SHA-256 of each.

The manifest comes last, so a file that broke off has none. Parts are compressed where it pays (the dump) and left
alone where it does not (scans and pictures), so the archive itself is plain.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from yixiang.config.trouble import Trouble

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
_PIECE = 1024 * 1024


@dataclass
class Manifest:
    """What is in the file and what it was taken from."""

    made: str
    version: str
    postgres: str
    field_key: str  # a fingerprint: tells whether encrypted fields can be read with the keys at hand
    rows: dict[str, int]
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: int = FORMAT


class _Hashed:
    """Hands a stream through and remembers its digest and size."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        self.size += len(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def add(archive: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    """Put one file in and note what went in."""
    with path.open("rb") as source:
        hashed = _Hashed(source)
        entry = tarfile.TarInfo(name)
        entry.size = os.fstat(source.fileno()).st_size
        entry.mode = 0o600
        archive.addfile(entry, hashed)
    manifest.parts[name] = {"size": hashed.size, "sha256": hashed.sha256}


def close(archive: tarfile.TarFile, manifest: Manifest) -> None:
    """The manifest ends the archive."""
    body = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(body)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(body))


def verify(path: Path) -> Manifest:
    """Read the whole file and compare every byte with the manifest, before anything is touched."""
    found: dict[str, dict[str, Any]] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:") as archive:
            for entry in archive:
                if manifest is not None or not entry.isfile() or entry.name in found:
                    raise _damaged(path, f"多出了 {entry.name}")
                content = archive.extractfile(entry)
                assert content is not None, "a regular file has content"
                if entry.name == MANIFEST:
                    manifest = _read_manifest(path, content.read(64 * _PIECE))
                    continue
                hashed = _Hashed(content)
                while hashed.read(_PIECE):
                    pass
                found[entry.name] = {"size": hashed.size, "sha256": hashed.sha256}
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise Trouble(f"不能读取 {path}:{error.strerror}") from error
        raise _damaged(path, "不是完整的备份文件") from error
    if manifest is None:
        raise _damaged(path, "文件不完整，缺少结尾的清单")
    _compare(path, manifest, found)
    return manifest


def _read_manifest(path: Path, body: bytes) -> Manifest:
    try:
        read = json.loads(body)
        if int(read["format"]) > FORMAT:
            raise Trouble(f"{path} 由更新的版本({read['version']})写成", "请先升级本系统再恢复。")
        return Manifest(**read)
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, "清单不可读") from error


def _compare(path: Path, manifest: Manifest, found: dict[str, dict[str, Any]]) -> None:
    if DUMP not in manifest.parts:
        raise _damaged(path, "没有数据库部分")
    for name in manifest.parts:
        if not _is_safe(name):
            raise _damaged(path, f"名称不合规：{name}")
        if name not in found:
            raise _damaged(path, f"缺少 {name}")
        if found[name] != manifest.parts[name]:
            raise _damaged(path, f"{name} 的内容与清单不符")
    if extra := found.keys() - manifest.parts.keys():
        raise _damaged(path, f"多出了 {min(extra)}")


def _is_safe(name: str) -> bool:
    """Only the dump and relative paths below files/: an archive must not write where it likes."""
    pure = PurePosixPath(name)
    inside = name.startswith(FILES) and ".." not in pure.parts and str(pure) == name and "\0" not in name
    return name == DUMP or inside


def _damaged(path: Path, why: str) -> Trouble:
    return Trouble(f"备份文件 {path} 已损坏：{why}。什么也没有改动。", "请换用另一份备份；重新传输过的文件请再传一次。")


def contents(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The parts of a verified file, in order, without the manifest."""
    with tarfile.open(path, "r:") as archive:
        for entry in archive:
            content = archive.extractfile(entry)
            if entry.name != MANIFEST and content is not None:
                yield entry.name, content
