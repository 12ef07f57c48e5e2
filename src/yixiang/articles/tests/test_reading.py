"""Lists, filters, search, feeds and the sitemap, for readers."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yixiang.articles import queries
from yixiang.articles.commands import attaching, publishing
from yixiang.articles.tests.conftest import NOW, Write, browser, fetched, taken
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def titles(kind: str = "news", now: object = NOW, **wanted: str) -> list[str]:
    return [a.title for a in queries.listed(kind, queries.wanted_from(wanted), now=now)]  # type: ignore[arg-type]


@pytest.fixture
def three(published: Write, everywhere: Person, shandong: Person) -> None:
    published(title="湖南的")
    published(title="山东的", by=shandong, now=NOW - timedelta(days=1))
    published(title="大家的", by=everywhere, now=NOW - timedelta(days=2))


def test_a_region_keeps_what_concerns_it(three: None) -> None:
    assert titles(region="430000") == ["湖南的", "大家的"]
    assert titles(region="430104") == ["湖南的", "大家的"]
    assert titles(region="430999") == titles(region="x' OR 1=1") == ["湖南的", "山东的", "大家的"]


def test_the_readers_own_place_comes_first(three: None) -> None:
    rows = queries.listed("news", queries.Wanted(), now=NOW, first="370000")
    assert [a.title for a in rows] == ["山东的", "湖南的", "大家的"]


@pytest.mark.parametrize("q", ["x" * 10_000, "'; DROP TABLE articles_article; --", "<b>", "%", "\\", "🎉", "\x00", '"'])
def test_strange_words_find_nothing_and_break_nothing(q: str, three: None) -> None:
    assert Client().get(reverse("articles:news"), {"q": q}).status_code == 200
    assert queries.found_for(q, now=NOW) == ([] if q.strip("\0") else queries.found_for("", now=NOW))


def test_a_chosen_place_is_remembered_for_the_next_visit(three: None) -> None:
    client = Client()
    client.get(reverse("articles:news"), {"region": "370000"})
    text = client.get(reverse("articles:news")).content.decode()
    assert text.index("山东的") < text.index("湖南的")


def test_a_withdrawn_article_says_so_kindly(published: Write, hunan: Person) -> None:
    article = published()
    publishing.withdraw(article, actor=hunan, note="x", now=NOW)
    page = Client().get(queries.address_of(article))
    assert page.status_code == 404
    assert "可能已经撤下" in page.content.decode()


def test_an_article_page_carries_its_facts_and_its_files(published: Write, hunan: Person) -> None:
    article = published(title="A </script><script>alert(1)</script>", body="## 小节\n\n内容")
    attaching.attach(article, actor=hunan, file=taken(hunan), now=NOW)
    text = Client().get(queries.address_of(article)).content.decode()
    assert '<h2 id="s-小节">小节</h2>' in text
    assert "photo.png" in text
    assert "<script>alert" not in text
    assert '"@type": "NewsArticle"' in text


def test_an_article_leads_to_those_beside_it(published: Write) -> None:
    first, second, third = (published(title=f"第{n}篇", now=NOW + timedelta(hours=n)) for n in range(3))
    assert queries.neighbours(second, now=NOW + timedelta(days=1)) == (first, third)


def test_a_file_is_served_only_while_its_article_may_be_read(published: Write, hunan: Person) -> None:
    article = published()
    own = attaching.attach(article, actor=hunan, file=taken(hunan), now=NOW)
    url = reverse("articles:file", args=[own.pk, "photo.png"])
    assert fetched(Client(), url) == (200, "image/png", 'attachment; filename="photo.png"')
    publishing.withdraw(article, actor=hunan, note="x", now=NOW)
    assert fetched(Client(), url)[0] == 404
    assert fetched(browser(hunan), url)[0] == 200
    attaching.detach(own, actor=hunan, now=NOW)
    assert fetched(browser(hunan), url)[0] == 404


def test_each_kind_has_a_feed_that_programs_can_read(three: None) -> None:
    answer = Client().get("/feeds/news.atom", {"region": "430000"})
    feed = ElementTree.fromstring(answer.content)
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["湖南的", "大家的"]
    assert Client().get("/feeds/gossip.atom").status_code == 404


def test_the_home_page_may_ask_for_the_latest(three: None) -> None:
    assert [a.title for a in queries.latest(["news"], limit=2, now=NOW)] == ["湖南的", "山东的"]
    assert [a.title for a in queries.latest(["news"], region="370000", now=NOW)] == ["山东的", "大家的"]


def test_the_sitemap_names_what_is_public_and_nothing_else(three: None, draft: Write) -> None:
    draft(title="草稿")
    addresses = [url for url, _changed in queries.public_addresses(now=NOW)]
    assert addresses[0] == "/news/"
    assert len(addresses) == 4


def test_help_articles_stand_in_the_help_centre(published: Write) -> None:
    published("help", topic="keeper", title="电话没人接怎么办", now=timezone.now())
    text = Client().get("/help/").content.decode()
    assert text.index("第一次来") < text.index("机组与实验室") < text.index("电话没人接怎么办")
    assert "电话没人接怎么办" not in Client().get("/help/", {"q": "创新券"}).content.decode()


def test_the_search_box_finds_articles(published: Write) -> None:
    published(title="质谱开放日", now=timezone.now())
    text = Client().get("/search/", {"q": "质谱"}).content.decode()
    assert "资讯" in text
    assert "/news/zhi-pu-kai-fang-ri/" in text


def test_a_list_costs_a_few_queries_however_long(
    published: Write, hunan: Person, django_assert_max_num_queries: object
) -> None:
    for number in range(6):
        article = published("news", title=f"第{number}篇")
        attaching.add_picture(article, actor=hunan, file=taken(hunan), now=NOW, as_cover=True)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        Client().get(reverse("articles:news"))
