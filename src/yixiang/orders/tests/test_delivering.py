"""Files of results by line: given with the record, found at the line, and all or nothing."""

import json
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from yixiang.files.commands import take
from yixiang.orders.commands import recording
from yixiang.orders.models import Order, Paper
from yixiang.orders.tests.conftest import browser, fresh, line_of, local, text
from yixiang.people.models import Person


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: local(3, 14))


def csv(name: str = "谱图.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "角度,强度\n10,200\n".encode(), "text/csv")


def packed(name: str = "原始数据.zip") -> SimpleUploadedFile:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("scan.txt", "1 2 3")
    return SimpleUploadedFile(name, stream.getvalue(), "application/zip")


def act(order: Order, action: str = "record") -> str:
    return reverse("orders:act", args=[order.number, action])


def form(order: Order, *files: SimpleUploadedFile, **more: str) -> dict[str, Any]:
    key = line_of(order).pk
    return {f"hours-{key}": "2", f"result-{key}": "韧窝", f"data-{key}": list(files), **more}


def test_several_files_are_given_with_the_record_and_downloaded_at_the_line(
    accepted: Order, admin: Person, customer: Person
) -> None:
    browser(admin).post(act(accepted), form(accepted, csv(), packed()))
    papers = list(Paper.objects.filter(order=accepted))
    assert [(one.kind, one.line_id) for one in papers] == [("result", line_of(accepted).pk)] * 2
    page = text(browser(customer).get(reverse("orders:order", args=[accepted.number])))
    at_the_line, below = page.split("报告与票据")
    for one in papers:
        address = reverse("orders:paper", args=[accepted.number, one.pk])
        assert (f'"{address}"' in at_the_line, f'"{address}"' in below) == (True, False)
        assert b"".join(browser(customer).get(address).streaming_content)


def test_a_correction_adds_files_and_keeps_the_old_ones(accepted: Order, admin: Person) -> None:
    browser(admin).post(act(accepted), form(accepted, csv()))
    browser(admin).post(act(accepted, "amend"), form(accepted, csv("补测.csv"), note="补测一组"))
    assert [one.file.name for one in accepted.papers.select_related("file")] == ["谱图.csv", "补测.csv"]


def test_a_program_among_the_files_stops_everything_and_is_named_at_its_field(accepted: Order, admin: Person) -> None:
    bad = SimpleUploadedFile("结果.csv", b"MZ\x90\x00" + b"\x00" * 200, "text/csv")
    answer = browser(admin).post(act(accepted), form(accepted, csv(), bad))
    assert answer.status_code == 422
    assert f'href="#id_data-{line_of(accepted).pk}"' in text(answer)
    assert "结果.csv：" in text(answer)
    assert (fresh(accepted).state, accepted.papers.count()) == ("accepted", 0)


def test_one_file_too_many_records_nothing(accepted: Order, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_PAPERS", 1)
    answer = browser(admin).post(act(accepted), form(accepted, csv(), packed()))
    assert answer.status_code == 422
    assert (fresh(accepted).state, accepted.papers.count()) == ("accepted", 0)


def test_the_customer_gives_no_results(accepted: Order, customer: Person) -> None:
    assert browser(customer).post(act(accepted), form(accepted, csv())).status_code in {403, 404}
    assert not accepted.papers.exists()


def test_programs_give_and_read_files_by_line(
    recorded: Order, admin: Person, customer: Person, outsider: Person, now: datetime
) -> None:
    place, line = f"/api/v1/orders/{recorded.number}", line_of(recorded).pk
    file = take(csv(), uploader=admin, purpose="order-result", now=now)
    given = {"kind": "result", "file": str(file.pk), "line": line}
    made = browser(admin).post(f"{place}/papers", json.dumps(given), content_type="application/json").json()
    paper = made["papers"][0]
    assert (paper["kind"], paper["line"], paper["name"]) == ("result", line, "谱图.csv")
    assert b"".join(browser(customer).get(paper["href"]).streaming_content).startswith("角度".encode())
    assert browser(outsider).get(paper["href"]).status_code == 404


@pytest.mark.parametrize("name", ["report", "data"])
def test_the_form_asks_for_both(name: str, accepted: Order, admin: Person) -> None:
    assert f'name="{name}-{line_of(accepted).pk}"' in text(browser(admin).get(act(accepted)))


def test_the_page_asks_no_more_questions_with_many_files(
    accepted: Order, admin: Person, customer: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    browser(admin).post(act(accepted), form(accepted, *(csv(f"{n}.csv") for n in range(8))))
    client, address = browser(customer), reverse("orders:order", args=[accepted.number])
    client.get(address)
    with django_assert_max_num_queries(32):
        client.get(address)
