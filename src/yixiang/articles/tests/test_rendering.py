"""Markdown with scripts in it, and the small things a page needs from plain Markdown."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yixiang.articles.rendering import plain, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<iframe src='https://evil.example'></iframe>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/track.gif)",
    "![x](//evil.example/track.gif)",
    "![x](/articles/files/1/../../../account/logout/)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "<javascript:alert(1)>",
    '[x](https://a.example "onmouseover=alert(1) style=x")',
    "```\n</code></pre><script>alert(1)</script>\n```",
    "# <b onclick=alert(1)>x</b>",
    "|a|\n|-|\n|<style>*{}</style>|",
    "[a]: javascript:alert(1)\n\n[a]",
    "<!-- --><base href='https://evil.example'>",
    "<math><mtext><script>alert(1)</script>",
]
LIVE = re.compile(r"<(script|iframe|svg|style|base|object|form|input|math)\b|<[^>]+\son\w+\s*=|<[^>]+\sstyle=", re.I)
ADDRESSES = re.compile(r'(?:href|src)="([^"]*)"')


def is_harmless(html: str) -> bool:
    """No tag that acts, and no address that runs something or leads where it does not seem to."""
    bad = [a for a in ADDRESSES.findall(html) if re.match(r"(?i)\s*(javascript|data|vbscript):|//|/\\", a)]
    pictures = re.findall(r'<img[^>]*src="([^"]*)"', html)
    return not LIVE.search(html) and not bad and all(p.startswith("/articles/files/") for p in pictures)


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_with_scripts_shows_words_and_runs_nothing(attack: str) -> None:
    html = str(render(f"前面\n\n{attack}\n\n后面").html)
    assert is_harmless(html)
    assert "前面" in html
    assert "<img" not in html


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>\"'()[]!#*`|:/\\&; \n-abcjsvripton=onerrd1", max_size=120))
def test_no_mixture_of_marks_becomes_something_that_acts(source: str) -> None:
    assert is_harmless(str(render(source).html))


def test_a_picture_of_our_own_is_shown_and_a_foreign_one_says_why_not() -> None:
    html = str(render("![曲线](/articles/files/12/12.png)\n\n![别处](https://a.example/x.png)").html)
    assert '<img src="/articles/files/12/12.png" alt="曲线" loading="lazy">' in html
    assert "图片未显示：别处" in html


def test_headings_begin_below_the_title_and_leave_no_step_out() -> None:
    found = render("# 一\n\n#### 二\n\n# 三").headings
    assert [(h.level, h.text) for h in found] == [(2, "一"), (3, "二"), (2, "三")]


def test_equal_headings_have_addresses_of_their_own_and_never_one_of_the_page() -> None:
    found = render("## main\n\n## main").headings
    assert [h.id for h in found] == ["s-main", "s-main-2"]


def test_a_table_is_aligned_without_inline_style() -> None:
    html = str(render("|a|b|\n|-|-:|\n|1|2|").html)
    assert '<td class="end">2</td>' in html
    assert "style" not in html


def test_links_give_nothing_away_to_where_they_lead() -> None:
    assert 'rel="noopener noreferrer"' in str(render("[x](https://a.example)").html)


@pytest.mark.parametrize("bomb", ["[" * 100_000, "![a](" * 20_000, "*_" * 50_000, "> " * 50_000, "`" * 100_000])
def test_a_text_made_to_keep_the_reader_busy_does_not(bomb: str) -> None:
    began = time.monotonic()
    render(bomb)
    assert time.monotonic() - began < 15


def test_the_first_words_come_without_marks() -> None:
    assert plain("## 标题\n\n**粗** [链接](/x)", 8) == "标题 粗 链接"
    assert plain("长" * 50, 10) == "长" * 9 + "…"
