"""Markdown of editors turned into what a page may show: two gates, so that a mistake in one lets nothing through.

The first reads Markdown with HTML switched off and knows which links and pictures are ours to show; the second takes
the finished HTML and keeps a short list of tags. Neither trusts the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

PICTURE = re.compile(r"/articles/files/\d{1,12}/[^/?#\s\\]*")
_ADDRESS = re.compile(r"(?:https?://[^\s\\]+|mailto:[^\s\\]+|tel:[+\d-]+|/(?![/\\])[^\s\\]*|#[^\s\\]*)", re.I)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_ALIGNED = {"text-align:right": "end", "text-align:center": "middle"}
_TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "img", "div", "span",
    "table", "thead", "tbody", "tr", "th", "td", *_HEADINGS,
}  # fmt: skip
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript"},
    attributes={
        "*": set(), "a": {"href"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "div": {"aria-label"},
        **{name: {"id"} for name in _HEADINGS},
    },
    tag_attribute_values={
        "img": {"loading": {"lazy"}}, "th": {"class": {"end", "middle"}}, "td": {"class": {"end", "middle"}},
        "div": {"class": {"prose-table"}, "role": {"region"}, "tabindex": {"0"}}, "span": {"class": {"prose-gone"}},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
    attribute_filter=lambda tag, name, value: _kept(tag, name, value),
)  # fmt: skip


def _kept(tag: str, name: str, value: str) -> str | None:
    """Also for the second gate: only our own pictures, and only links that lead where they seem to."""
    if (tag, name) == ("img", "src"):
        return value if PICTURE.fullmatch(value) else None
    if (tag, name) == ("a", "href"):
        return value if _ADDRESS.fullmatch(value) else None
    return value


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Rendered:
    html: Markup
    headings: tuple[Heading, ...]


class _Renderer(RendererHTML):
    """What differs from plain CommonMark: foreign pictures become words, wide tables scroll, no inline styles."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        if not PICTURE.fullmatch(str(token.attrs.get("src", ""))):
            words = Markup('<span class="prose-gone">{}</span>').format(f"［图片未显示：{alt or '请改为上传图片'}］")
            return str(words)
        token.attrs = {**token.attrs, "alt": alt, "loading": "lazy"}
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="prose-table" role="region" tabindex="0" aria-label="表格"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"


_reader = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def render(source: str) -> Rendered:
    """The same text gives the same page, so the last few hundred are remembered."""
    env: dict[str, object] = {}
    tokens = _reader.parse(source, env)
    headings = _settle_headings(tokens)
    for token in tokens:
        if place := _ALIGNED.get(str(token.attrs.pop("style", ""))):
            token.attrs["class"] = place
    html = _reader.renderer.render(tokens, _reader.options, env)
    return Rendered(Markup(_cleaner.clean(html)), tuple(headings))  # noqa: S704 - this is the gate


def _settle_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Below the page's own title, without a step left out, each with an address of its own."""
    marks = [number for number, token in enumerate(tokens) if token.type == "heading_open"]
    top = min((int(tokens[mark].tag[1]) for mark in marks), default=1)
    found: list[Heading] = []
    taken: set[str] = set()
    before = 1
    for mark in marks:
        level = before = min(int(tokens[mark].tag[1]) - top + 2, before + 1, 6)
        tokens[mark].tag = tokens[mark + 2].tag = f"h{level}"
        words = _plain(tokens[mark + 1])
        name = _free(words, taken)
        tokens[mark].attrs["id"] = name
        found.append(Heading(name, words, level))
    return found


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"}).strip()


def _free(words: str, taken: set[str]) -> str:
    """`s-` in front keeps a heading from taking the name of something on the page around it."""
    stem = "s-" + (re.sub(r"[^\w]+", "-", words.lower()).strip("-")[:40] or "part")
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return name


def plain(source: str, length: int = 120) -> str:
    """The first words without any markup, for a card, a feed or a search result."""
    words = []
    for token in _reader.parse(source[:4000]):
        if token.type == "inline":
            words.append(_plain(token))
        if sum(map(len, words)) > length:
            break
    text = " ".join(filter(None, words))
    return text if len(text) <= length else text[: length - 1] + "…"
