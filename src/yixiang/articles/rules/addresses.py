"""The stable part of an article's address: readable in a mail, typed on a telephone, never changed once published."""

import re

from pypinyin import Style, lazy_pinyin

LONGEST = 60
_RESERVED = {"drafts"}  # names a list of its own in the API
_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def proposed(title: str) -> str:
    """`2026年度自查通知` becomes `2026-nian-du-zi-cha-tong-zhi`."""
    spoken = lazy_pinyin(title, style=Style.NORMAL, errors=lambda rest: f" {rest} ")
    words = re.findall(r"[a-z0-9]+", " ".join(spoken).lower())
    kept = ""
    for word in words:
        if len(kept) + len(word) + 1 > LONGEST:
            break
        kept = f"{kept}-{word}" if kept else word
    if not kept:
        return "article"
    return f"n-{kept}" if kept.isdigit() or kept in _RESERVED else kept


def problem(slug: str) -> str:
    """Why an address typed by hand cannot be used; empty when it can."""
    if len(slug) > LONGEST or not _SHAPE.fullmatch(slug):
        return f"网址只能用小写字母、数字和中间的连字符，最多 {LONGEST} 个字符，例如 2026-self-check。"
    return "网址不能只有数字，请加几个字母。" if slug.isdigit() or slug in _RESERVED else ""


def numbered(slug: str, number: int) -> str:
    """The next address to try when one is taken."""
    end = f"-{number}"
    return slug[: LONGEST - len(end)].rstrip("-") + end
