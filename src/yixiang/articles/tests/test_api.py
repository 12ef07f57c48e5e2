"""The room's JSON doors, through the whole shell."""

from typing import Any

import pytest
from django.test import Client

from yixiang.articles.tests.conftest import Write, browser, taken
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
AT = "/api/v1/articles"


def send(client: Client, method: str, path: str, body: Any = None, **headers: str) -> Any:
    client.get("/news/")
    token = client.get("/account/login/").cookies.get("csrftoken") or client.cookies["csrftoken"]
    given = {"X-CSRFToken": token.value, **headers}
    return client.generic(method, path, __import__("json").dumps(body or {}), "application/json", headers=given)


def test_anybody_reads_what_is_published(published: Write, draft: Write) -> None:
    published(title="公开的", body="**粗** <script>")
    draft(title="没有发布的")
    listed = Client().get(AT, {"kind": "news", "region": "430000"}).json()["items"]
    assert [item["title"] for item in listed] == ["公开的"]
    one = Client().get(f"{AT}/{listed[0]['slug']}").json()
    assert one["html"] == "<p><strong>粗</strong> &lt;script&gt;</p>\n"


def test_an_editor_writes_changes_and_publishes(hunan: Person) -> None:
    client = browser(hunan)
    made = send(client, "POST", AT, {"kind": "notice", "title": "停机通知", "body": "周六检修"})
    assert made.status_code == 201
    path = made.headers["Location"]
    changed = send(client, "PATCH", path, {"title": "检修通知"}, **{"If-Match": made.headers.get("ETag", "*")})
    assert changed.json()["typed"]["title"] == "检修通知"
    assert send(client, "POST", f"{path}/publish").json()["slug"] == "jian-xiu-tong-zhi"
    assert Client().get(f"{AT}/jian-xiu-tong-zhi").status_code == 200


def test_an_old_version_is_refused(draft: Write, hunan: Person) -> None:
    article = draft()
    answer = send(browser(hunan), "PATCH", f"{AT}/{article.pk}", {"title": "x"}, **{"If-Match": '"v1"'})
    assert (answer.status_code, answer.json()["code"]) == (412, "version-changed")


def test_an_attachment_is_a_file_sent_before(draft: Write, hunan: Person) -> None:
    article, file = draft(), taken(hunan)
    made = send(browser(hunan), "POST", f"{AT}/{article.pk}/attachments", {"file_id": str(file.pk)})
    assert (made.status_code, made.json()["name"]) == (201, "photo.png")


def test_nobody_writes_without_the_permission(published: Write, shandong: Person) -> None:
    article = published()
    assert send(Client(), "POST", AT, {"kind": "news"}).status_code == 401
    assert send(browser(shandong), "PATCH", f"{AT}/{article.slug}", {"title": "x"}).status_code == 404
    assert send(browser(shandong), "POST", AT, {"kind": "news", "region": "430000"}).status_code == 403
