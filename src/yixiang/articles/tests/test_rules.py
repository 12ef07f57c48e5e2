"""Addresses and what was typed, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.articles.rules import addresses, reading

WHOLE = {"kind": "news", "title": "开放日", "body": "正文"}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("2026年度自查通知", "2026-nian-du-zi-cha-tong-zhi"),
        ("SEM 开放日！", "sem-kai-fang-ri"),
        ("🎉", "article"),
        ("2026", "n-2026"),
        ("drafts", "n-drafts"),
    ],
)
def test_an_address_is_made_of_the_title(title: str, slug: str) -> None:
    assert addresses.proposed(title) == slug


@given(st.text(max_size=200))
def test_a_proposed_address_can_always_be_used(title: str) -> None:
    assert addresses.problem(addresses.proposed(title)) == ""
    assert addresses.problem(addresses.numbered(addresses.proposed(title), 29)) == ""


@pytest.mark.parametrize("slug", ["", "A", "a b", "a--b", "-a", "中文", "a" * 61, "2026", "../x", "drafts"])
def test_an_address_that_cannot_be_typed_is_refused(slug: str) -> None:
    assert addresses.problem(slug)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "长" * 121),
        ("summary", "长" * 301),
        ("body", " "),
        ("body", "长" * 100_001),
        ("kind", "gossip"),
        ("publish_at", "明天"),
        ("publish_at", "2026-02-30 09:00"),
        ("publish_at", "1850-01-01"),
        ("slug", "no spaces please"),
    ],
)
def test_what_cannot_be_published_says_where_and_why(field: str, value: str) -> None:
    assert list(reading.look(WHOLE | {field: value}).problems) == [field]


def test_a_help_article_needs_its_topic_and_others_have_none() -> None:
    assert "topic" in reading.look(WHOLE | {"kind": "help"}).problems
    assert reading.look(WHOLE | {"topic": "user"}).values["topic"] == ""


def test_a_moment_is_meant_in_china() -> None:
    when = reading.moment("2026-03-01T09:00")
    assert when is not None
    assert when.isoformat() == "2026-03-01T09:00:00+08:00"


def test_a_draft_keeps_only_what_the_form_asks_for() -> None:
    assert reading.kept({"title": "x", "state": "published", "author": "1"}) == {"title": "x"}
