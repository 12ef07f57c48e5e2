"""A name a person gave a file, made safe to show, to send in a header and to save on any disk."""

import re
import unicodedata

MAX_LENGTH = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.I)
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')


def clean(name: str, extension: str) -> str:
    """`..\\..\\a<RTL>fdp.exe` becomes a harmless name with the ending its content deserves."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # Category C are control, format (the marks that turn reading direction) and unassigned characters.
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    stem = _UNSAFE.sub("_", visible)
    stem = re.sub(r"\s+", " ", stem.rsplit(".", 1)[0] if "." in stem.strip(".") else stem).strip(" .")
    if not stem or _RESERVED.match(stem.split(".", 1)[0]):
        stem = f"文件{'_' + stem if stem else ''}"
    return f"{_shortened(stem)}.{extension}"


def _shortened(stem: str) -> str:
    """Disks count bytes: at most 200 of them, and no character cut in half."""
    return stem[:MAX_LENGTH].encode()[:200].decode(errors="ignore").rstrip(" .")
