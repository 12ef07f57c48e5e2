"""Turns the word lists in src/yixiang/locale into what gettext reads, when they have changed."""

import ast
import os
import struct
from collections.abc import Iterator
from pathlib import Path

_MAGIC = 0x950412DE


def compiled(source: Path, into: Path) -> Path:
    """Every `.po` below `source` as `.mo` at the same place below `into`; an unchanged list is not written again."""
    for words in sorted(source.rglob("*.po")):
        made = into / words.relative_to(source).with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= words.stat().st_mtime:
            continue
        made.parent.mkdir(parents=True, exist_ok=True)
        half = made.with_suffix(f".{os.getpid()}")
        half.write_bytes(catalogue(dict(entries(words.read_text("utf-8")))))
        half.replace(made)  # two processes that start together write the same bytes
    return into


def entries(text: str) -> Iterator[tuple[str, str]]:
    """(msgid, msgstr) of a list without plural forms; what is not translated is left out."""
    found: dict[str, str] = {}
    part = ""
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        if line.startswith("#"):
            continue
        keyword, _space, rest = line.partition(" ")
        if keyword in {"msgctxt", "msgid", "msgstr"}:
            if keyword != "msgstr" and "msgstr" in found:
                yield from _entry(found)
                found = {}
            part, found[keyword] = keyword, ast.literal_eval(rest)
        elif line.startswith('"'):
            found[part] += ast.literal_eval(line)
    yield from _entry(found)


def _entry(found: dict[str, str]) -> Iterator[tuple[str, str]]:
    if found.get("msgstr"):
        context = f"{found['msgctxt']}\x04" if "msgctxt" in found else ""
        yield context + found["msgid"], found["msgstr"]


def catalogue(words: dict[str, str]) -> bytes:
    """The binary form of GNU gettext: two sorted tables of (length, offset), then the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in words.items())
    header, tables = 28, 28 + 16 * len(pairs)
    ids: list[tuple[int, int]] = []
    texts: list[tuple[int, int]] = []
    body = b""
    for which, table in ((0, ids), (1, texts)):
        for pair in pairs:
            table.append((len(pair[which]), tables + len(body)))
            body += pair[which] + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(pairs), header, header + 8 * len(pairs), 0, 0)
    return head + b"".join(struct.pack("<2I", *entry) for entry in ids + texts) + body
