"""What files are uploaded for; each room declares its own, with what it accepts."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from yixiang.files.kinds import ALL


@dataclass(frozen=True, slots=True)
class Purpose:
    code: str
    label: str
    kinds: Collection[str] = ALL
    max_bytes: int = 0  # 0: the limit of the installation


_declared: dict[str, Purpose] = {"": Purpose("", "文件")}


def declare(*purposes: Purpose) -> None:
    for purpose in purposes:
        if _declared.setdefault(purpose.code, purpose) != purpose:
            raise ValueError(f"file purpose {purpose.code} is declared twice with different meanings")


def purpose_of(code: str) -> Purpose | None:
    return _declared.get(code)


def limit_of(max_bytes: int | None) -> int:
    """Nothing may be larger than the installation allows, whatever a room would take."""
    return min(max_bytes or settings.FILE_MAX_BYTES, settings.FILE_MAX_BYTES)
