"""What programs read: sitemap, robots, feeds; and how many questions a page asks the database."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from yixiang.catalogue.models import Instrument
from yixiang.kernel import freshness
from yixiang.portal import sitemaps, visitors

SignedIn = Callable[[str], Client]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: Client, path: str) -> list[str]:
    return [str(loc.text) for loc in ElementTree.fromstring(client.get(path).content).iter(f"{SPACE}loc")]


def test_the_sitemap_lists_every_public_instrument_and_no_other(signed_in: SignedIn) -> None:
    hidden = Instrument.objects.filter(state="listed")[0]
    Instrument.objects.filter(pk=hidden.pk).update(state="draft")
    listed = addresses(signed_in(""), "/sitemap-instrument-1.xml")
    assert len(listed) == Instrument.objects.public().count()
    assert not any(hidden.code in address for address in listed)


def test_the_sitemap_comes_in_parts(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "PER_PAGE", 100)
    parts = [address for address in addresses(signed_in(""), "/sitemap.xml") if "instrument" in address]
    assert len(parts) == 3
    assert signed_in("").get("/sitemap-instrument-9.xml").status_code == 404


def test_robots_keep_out_of_the_desk_and_know_the_sitemap(signed_in: SignedIn) -> None:
    text = signed_in("").get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text
    assert "/sitemap.xml" in text


@pytest.mark.parametrize("query", ["", "?region=430000", "?category=010100", "?unit=hnuniv"])
def test_newly_listed_instruments_can_be_followed(signed_in: SignedIn, query: str) -> None:
    answer = signed_in("").get(f"/instruments/new.atom{query}")
    feed = ElementTree.fromstring(answer.content)
    assert 0 < len(feed.findall("{http://www.w3.org/2005/Atom}entry")) <= 50


@pytest.mark.parametrize("query", ["?region=999999", "?category=zz", "?unit=nobody"])
def test_a_feed_of_nothing_is_not_found(signed_in: SignedIn, query: str) -> None:
    assert signed_in("").get(f"/instruments/new.atom{query}").status_code == 404


def test_a_browser_learns_how_to_search_here(signed_in: SignedIn) -> None:
    assert b"{searchTerms}" in signed_in("").get("/opensearch.xml").content


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/instruments/",
        "/instruments/?q=SEM&category=010100&region=430000&price_max=500",
        "/instruments/?by=unit",
        "/instruments/hnuni010/",
        "/units/",
        "/units/hnuniv/",
        "/platforms/",
        "/platforms/hnunip01/",
        "/services/",
        "/services/hnunis01/",
        "/shortlist/",
    ],
)
def test_a_page_asks_few_questions(
    signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], Any], path: str
) -> None:
    client = signed_in("")
    client.get(path)
    with django_assert_max_num_queries(14):
        client.get(path)


# --- pages kept for visitors


@pytest.fixture
def kept(transactional_db: None) -> Any:
    visitors.shelf.clear()
    yield
    visitors.shelf.clear()


def test_a_page_is_kept_for_visitors_until_the_data_changes(kept: None, client: Client) -> None:
    first, second = client.get("/units/"), client.get("/units/")
    assert ("X-Kept" in first.headers, "X-Kept" in second.headers) == (False, True)
    assert first.content == second.content
    freshness.public_data_changed()
    assert "X-Kept" not in client.get("/units/").headers


def test_each_language_and_each_question_has_its_own_page(kept: None, client: Client) -> None:
    client.get("/units/")
    assert "X-Kept" not in client.get("/en/units/").headers
    assert "X-Kept" not in client.get("/units/?q=x").headers


def test_a_page_with_a_form_of_its_own_is_never_kept(kept: None, client: Client) -> None:
    for _time in range(2):
        answer = client.get("/account/login/")
    assert "X-Kept" not in answer.headers


def test_whoever_has_a_session_gets_a_page_made_for_them(kept: None, client: Client) -> None:
    client.get("/units/")
    session = client.session
    session["shortlist_count"] = 3
    session.save()
    client.cookies["yixiang_session"] = session.session_key
    answer = client.get("/units/")
    assert 'id="shortlist-count">3<' in answer.content.decode()


def test_what_a_program_finds_without_a_token_is_kept_too(kept: None, client: Client) -> None:
    first, second = client.get("/api/v1/instruments?q=SEM"), client.get("/api/v1/instruments?q=SEM")
    assert ("X-Kept" in first.headers, "X-Kept" in second.headers) == (False, True)
    assert "RateLimit-Remaining" in first.headers
    assert "RateLimit-Remaining" not in second.headers
