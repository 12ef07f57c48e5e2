"""Our own line illustrations: one quiet drawing for each class of instruments, shown where there is no picture."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

_HERE = Path(__file__).parent


@cache
def drawing_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _HERE.glob("*.svg")))


@cache
def _picture(name: str) -> Markup:
    return Markup((_HERE / f"{name}.svg").read_text("utf-8").strip())  # noqa: S704  (our own files only)


def drawing(class_code: str) -> Markup:
    """The drawing nearest to a class (010102 → 0101, 050104 → 05), or a scene by its name (`facility`, `empty`, …)."""
    rest = "0199" if class_code.startswith("01") else "99"
    nearest = (class_code, class_code[:4], class_code[:2], rest)
    return _picture(next(name for name in nearest if name in drawing_names()))
