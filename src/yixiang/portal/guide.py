"""The help centre's pages: one Markdown file per role in docs/guide, written by us and trusted."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from markdown_it import MarkdownIt
from markupsafe import Markup

_renderer = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Topic:
    """First line `# title`, second paragraph the summary; the file name gives order and address: `20-user.md`."""

    slug: str
    title: str
    summary: str
    source: str

    def matches(self, q: str) -> bool:
        return q.lower() in self.source.lower()

    @property
    def body(self) -> Markup:
        html = _renderer.render(self.source.split("\n", 1)[1])
        placed = re.sub(r'src="(guide-[\w-]+\.png)"', lambda found: f'src="{static(f"portal/{found[1]}")}"', html)
        return Markup(placed)  # noqa: S704 - our own file, HTML switched off


def _read(path: Path) -> Topic:
    source = path.read_text("utf-8")
    blocks = [block.strip() for block in source.split("\n\n") if block.strip()]
    return Topic(path.stem.split("-", 1)[1], blocks[0].lstrip("# "), blocks[1].replace("\n", ""), source)


@lru_cache(maxsize=1)
def topics() -> tuple[Topic, ...]:
    return tuple(_read(path) for path in sorted((settings.HOME / "docs" / "guide").glob("[0-9]*.md")))


def topic(slug: str) -> Topic | None:
    return next((t for t in topics() if t.slug == slug), None)
