"""The doors of this room."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yixiang.files import commands, serving
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.files.tests.conftest import NOW, Take, archive, pdf, picture
from yixiang.people.models import Person

UPLOAD = "/files/upload/"


@pytest.fixture
def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(browser: Client, content: bytes, name: str = "a.pdf", accept: str = "text/html", **fields: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return browser.post(UPLOAD, {"file": file, **fields}, headers={"Accept": accept})


def test_the_drop_zone_gets_the_number_of_the_file(browser: Client) -> None:
    answer = send(browser, pdf(), field="licence")
    file = File.objects.get()
    assert f'<input type="hidden" name="licence" value="{file.pk}">' in answer.content.decode()


def test_the_drop_zone_shows_why_a_file_was_refused(browser: Client) -> None:
    answer = send(browser, b"MZ" + b"\x00" * 100)
    assert answer.status_code == 422
    assert "这里不能上传程序文件" in answer.content.decode()


def test_a_program_gets_json(browser: Client) -> None:
    answer = send(browser, pdf(), accept="application/json")
    assert answer.status_code == 201
    assert answer.json()["sha256"] == File.objects.get().sha256
    refused = send(browser, b"", accept="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "file-empty")


def test_a_purpose_says_what_it_takes(browser: Client) -> None:
    declare(Purpose("test-scan", "测试扫描件", frozenset({"pdf"})))
    assert send(browser, picture("PNG"), "a.png", purpose="test-scan").status_code == 422
    assert send(browser, pdf(), purpose="test-scan").status_code == 200
    assert send(browser, pdf(), purpose="unheard-of").status_code == 422


def test_an_upload_beyond_the_limit_is_not_written_to_disk_further(
    browser: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_MAX_BYTES = 100_000
    settings.FILE_UPLOAD_HANDLERS = ["yixiang.files.handlers.BoundedUploadHandler"]
    seen: list[int] = []
    real = commands.take
    monkeypatch.setattr(commands, "take", lambda upload, **kw: (seen.append(upload.size), real(upload, **kw))[1])
    answer = send(browser, pdf(b"%" * 900_000))
    assert answer.status_code == 422
    assert seen == [100_001]


def test_visitors_are_sent_to_sign_in(client: Client, take: Take) -> None:
    file = take(pdf(), "a.pdf")
    assert client.post(UPLOAD).status_code == 302
    assert client.get(reverse("files:download", args=[file.pk, "a.pdf"])).status_code == 302


def test_one_downloads_ones_own_waiting_file_under_its_chinese_name(browser: Client, take: Take) -> None:
    file = take(pdf(), "营业执照 2026.pdf")
    answer = browser.get(reverse("files:download", args=[file.pk, "x"]))
    disposition = answer["Content-Disposition"]
    assert unquote(disposition) == "attachment; filename*=utf-8''营业执照 2026.pdf"
    assert b"".join(answer.streaming_content) == pdf()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_files_of_others_and_attached_ones_are_not_found_here(browser: Client, take: Take, person: Person) -> None:
    other = Person.objects.create_user("li", name="李工")
    theirs = take(pdf(b"1"), "a.pdf", uploader=other)
    attached = take(pdf(b"2"), "a.pdf")
    commands.attach(attached, by=person, holder_kind="unit", holder_id=1, now=NOW)
    browser.raise_request_exception = False
    for file in (theirs, attached):
        assert browser.get(reverse("files:download", args=[file.pk, "a.pdf"])).status_code == 404


def test_an_unchanged_file_is_not_sent_again(browser: Client, take: Take) -> None:
    url = reverse("files:download", args=[take(pdf(), "a.pdf").pk, "a.pdf"])
    first = browser.get(url)
    assert b"".join(first.streaming_content)
    etag = first["ETag"]
    assert browser.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_only_what_cannot_act_is_shown_inline(take: Take) -> None:
    image, table = take(picture("PNG"), "a.png"), take(archive(kind="xlsx"), "a.xlsx")
    for file, disposition in ((image, "inline"), (table, "attachment")):
        answer = serving.response(file, inline=True)
        assert answer["Content-Disposition"].startswith(disposition)
        answer.close()


def test_a_proxy_may_send_the_bytes(take: Take, settings: Any) -> None:
    settings.FILES_ACCEL = "/protected/"
    file = take(pdf(), "a.pdf")
    assert serving.response(file)["X-Accel-Redirect"] == f"/protected/{file.path}"
