"""Looking into an uploaded file before it is kept; plain Python, no database, no web."""

from collections.abc import Collection
from typing import IO

from yixiang.files.inspection import archives, compound, detection, images, pdf, texts
from yixiang.files.kinds import IMAGES, KINDS, TEXTS, Kind, labels


def inspect(stream: IO[bytes], name: str, allowed: Collection[str]) -> tuple[Kind, IO[bytes]]:
    """Which kind it is and the bytes to keep: an image comes back drawn anew, everything else as it was."""
    code = detection.detect(stream, name)
    kind = KINDS.get(code)
    if kind is None or code not in allowed:
        raise detection.not_accepted(kind.label if kind else code, labels(allowed), detection.advice(code))
    detection.refuse_disguise(kind, name)
    if code in IMAGES:
        return kind, images.redraw(stream, code)
    if code in TEXTS:
        texts.check(stream)
    elif code == "pdf":
        pdf.check(stream)
    elif code == "xls":
        compound.check(stream)
    elif code == "zip":
        archives.check_bundle(stream)
    else:
        archives.check(stream)
    return kind, stream
