"""The editors' desk through the HTML doors, with and without script."""

from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yixiang.articles.models import Article
from yixiang.articles.tests.conftest import Write, browser, fetched, picture
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def form(article: Article, **changes: str) -> dict[str, str]:
    article.refresh_from_db()
    typed = {"kind": "news", "title": "开放日", "summary": "", "body": "正文", "region": "430000", "publish_at": ""}
    return typed | {"version": str(article.version)} | changes


def test_an_article_from_nothing_to_readers_without_script(hunan: Person) -> None:
    client = browser(hunan)
    begun = client.post(reverse("articles:start"), {"kind": "notice"})
    article = Article.objects.get()
    assert begun.url == reverse("articles:edit", args=[article.pk])
    client.post(begun.url, form(article, kind="notice", publish="1"))
    assert "正文" in Client().get("/notices/kai-fang-ri/").content.decode()


def test_what_cannot_be_published_comes_back_with_everything_typed(draft: Write, hunan: Person) -> None:
    article = draft()
    sent = form(article, title="", body="写了很久的正文", publish="1")
    page = browser(hunan).post(reverse("articles:edit", args=[article.pk]), sent)
    assert page.status_code == 422
    assert "写了很久的正文" in page.content.decode()
    assert "请填写标题" in page.content.decode()
    article.refresh_from_db()
    assert article.typed["body"] == "写了很久的正文"


def test_a_save_over_somebody_elses_change_keeps_both(draft: Write, hunan: Person) -> None:
    article = draft()
    page = browser(hunan).post(reverse("articles:edit", args=[article.pk]), form(article, title="我的", version="1"))
    assert page.status_code == 422
    assert "我的" in page.content.decode()
    article.refresh_from_db()
    assert article.typed["title"] == "仪器开放日"


def test_autosave_answers_with_the_next_version(draft: Write, hunan: Person) -> None:
    article = draft()
    url = reverse("articles:autosave", args=[article.pk])
    saved = browser(hunan).post(url, form(article, title="写到一半"))
    assert (saved.status_code, saved.headers["X-Version"]) == (204, "3")
    assert browser(hunan).post(url, form(article, version="1")).status_code == 412


def test_the_preview_is_what_readers_get(draft: Write, hunan: Person) -> None:
    url = reverse("articles:preview", args=[draft().pk])
    text = browser(hunan).post(url, {"body": "# 题\n\n<script>alert(1)</script>"}).content.decode()
    assert '<h2 id="s-题">题</h2>' in text
    assert "<script>" not in text


def test_a_pasted_picture_is_answered_with_its_address(draft: Write, hunan: Person) -> None:
    article = draft()
    client = browser(hunan)
    answer = client.post(reverse("articles:picture", args=[article.pk]), {"file": picture("图（1）.png")}, **JSON)
    url = unquote(answer.json()["url"])
    assert answer.status_code == 201
    assert fetched(client, url)[:2] == (200, "image/png")
    assert fetched(Client(), url)[0] == 404  # the draft is nobody else's to see


@pytest.mark.parametrize(("content", "name"), [(SVG, "a.svg"), (SVG, "a.png"), (HTML, "a.png"), (HTML, "a.jpg")])
def test_a_picture_that_is_a_script_is_refused(content: bytes, name: str, draft: Write, hunan: Person) -> None:
    article = draft()
    url = reverse("articles:picture", args=[article.pk])
    answer = browser(hunan).post(url, {"file": SimpleUploadedFile(name, content)}, **JSON)
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert not article.files.exists()


def test_without_script_a_bad_picture_is_explained_on_the_page(draft: Write, hunan: Person) -> None:
    url = reverse("articles:picture", args=[draft().pk])
    page = browser(hunan).post(url, {"file": SimpleUploadedFile("a.png", SVG)}, follow=True, HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    assert "message" in page.content.decode()


def test_files_are_added_made_cover_and_taken_away(draft: Write, hunan: Person) -> None:
    article, client = draft(), browser(hunan)
    client.post(reverse("articles:picture", args=[article.pk]), {"file": picture()})
    own = article.files.get()
    client.post(reverse("articles:file-act", args=[article.pk, own.pk, "cover"]))
    article.refresh_from_db()
    assert article.cover == own
    client.post(reverse("articles:file-act", args=[article.pk, own.pk, "remove"]))
    article.refresh_from_db()
    assert article.cover is None


def test_pinning_and_withdrawing_through_their_pages(published: Write, hunan: Person) -> None:
    article, client = published(), browser(hunan)
    assert client.get(reverse("articles:withdraw", args=[article.pk])).status_code == 200
    assert client.post(reverse("articles:withdraw", args=[article.pk]), {"note": ""}).status_code == 422
    client.post(reverse("articles:withdraw", args=[article.pk]), {"note": "有误"})
    article.refresh_from_db()
    assert article.state == "withdrawn"


def test_the_list_shows_what_one_may_edit(draft: Write, everywhere: Person, shandong: Person, hunan: Person) -> None:
    draft(title="湖南草稿")
    draft(title="全平台草稿", by=everywhere)
    text = browser(hunan).get(reverse("articles:list")).content.decode()
    assert "湖南草稿" in text
    assert "全平台草稿" not in text
    assert "湖南草稿" not in browser(shandong).get(reverse("articles:list")).content.decode()


def test_whoever_may_not_edit_is_turned_away(draft: Write, db: None) -> None:
    reader = browser(Person.objects.create_user("reader", name="读者"))
    assert reader.get(reverse("articles:list")).status_code == 403
    assert reader.get(reverse("articles:edit", args=[draft().pk])).status_code == 404
    assert reader.post(reverse("articles:start"), {"kind": "news"}).status_code == 403


def test_a_foreign_address_in_the_place_cookie_is_ignored(published: Write) -> None:
    client = Client()
    client.cookies["yixiang_place"] = "<script>"
    assert client.get("/news/").status_code == 200
