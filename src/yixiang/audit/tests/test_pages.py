"""The doors of the audit administrator."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.audit import commands, queries
from yixiang.audit.models import Change, Event
from yixiang.audit.queries import Filters
from yixiang.audit.tests.conftest import ZHANG, a_day
from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.models import CalendarDay
from yixiang.people.models import Person

DOORS = ["/desk/audit/", "/desk/audit/events/", "/desk/audit/integrity/", "/desk/audit/export/changes/"]


@pytest.fixture
def browser(watcher: Person) -> Client:
    client = Client()
    client.force_login(watcher)
    return client


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def sheet_of(answer: Any) -> str:
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("door", DOORS)
def test_only_the_audit_administrator_comes_in(browser: Client, door: str) -> None:
    other = Client()
    assert other.get(door).status_code == 302
    other.force_login(Person.objects.create_user("li", name="李工"))
    assert other.get(door).status_code == 403
    assert browser.get(door).status_code == 200


def test_a_change_reads_in_chinese(browser: Client) -> None:
    with acting(ZHANG):
        day = a_day(name="春节")
        CalendarDay.objects.filter(pk=day.pk).update(name="元旦", working=True)
    page = text_of(browser.get("/desk/audit/", {"table": "kernel_calendarday"}))
    assert "工作日调整" in page
    assert "名称：<del>春节</del> → <ins>元旦</ins>" in page
    assert "是工作日：<del>否</del> → <ins>是</ins>" in page
    assert "网页 · 10.0.0.7" in page


def test_personal_data_is_masked_here_too(browser: Client) -> None:
    Person.objects.create_user("zhao", name="赵工", phone="13812345678", email="zhao.gong@example.cn")
    page = text_of(browser.get("/desk/audit/", {"table": "people_person"}))
    assert "138****5678" in page
    assert "z***g@example.cn" in page
    assert "13812345678" not in page


def test_each_filter_finds_what_it_names(watcher: Person) -> None:
    with acting(ZHANG):
        a_day(1)
    with acting(Acting(actor=8, actor_name="李四", ip="10.9.9.9", door="api", request="req-0002")):
        CalendarDay.objects.all().delete()
    for wanted in ({"who": "张"}, {"who": "7"}, {"ip": "10.0."}, {"request": "req-0001"}, {"op": "INSERT"}):
        found = queries.changes_for(watcher, Filters(table="kernel_calendarday", **wanted))
        assert [change.actor_name for change in found] == ["张三"], wanted
    nothing = Filters(table="kernel_calendarday", until=date(2020, 1, 1))
    assert not queries.changes_for(watcher, nothing)
    assert queries.changes_for(watcher, Filters(row="2030-01-01", since=date(2020, 1, 1))).count() == 2


def test_pages_follow_each_other_without_gap_or_double(watcher: Person) -> None:
    for n in range(120):
        commands.note_event("system", subject=str(n))
    seen, after = [], ""
    while True:
        page = queries.page_of(queries.events_for(watcher, Filters(kind="system")), after)
        seen += [row.subject for row in page.rows]
        if not (after := page.following):
            break
    assert seen == [str(n) for n in reversed(range(120))]


@pytest.mark.parametrize("after", ["x", "-", "1", "9" * 30 + "-1", "1-", "²-1"])
def test_a_cursor_typed_by_hand_is_no_cursor(browser: Client, after: str) -> None:
    assert browser.get("/desk/audit/", {"after": after}).status_code == 200


def test_nonsense_in_a_filter_is_no_filter(browser: Client) -> None:
    assert browser.get("/desk/audit/", {"since": "gestern", "who": "a\0b", "row": "x" * 500}).status_code == 200


def test_a_list_costs_the_same_however_long_it_is(browser: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        commands.note_event("system", subject=str(n))
    for door in DOORS[:2]:
        with django_assert_max_num_queries(12):
            browser.get(door)


def test_the_export_is_an_excel_file_and_an_event_itself(browser: Client) -> None:
    with acting(ZHANG):
        a_day(name="春节")
    answer = browser.get(reverse("audit:export", args=["changes"]), {"table": "kernel_calendarday"})
    assert "spreadsheetml" in answer["Content-Type"]
    content = sheet_of(answer)
    assert "工作日调整" in content
    assert "张三" in content
    event = Event.objects.get(kind="exported")
    assert event.detail == {"what": "changes", "rows": 1, "table": "kernel_calendarday"}


@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", "+1+1", "-1", "@SUM(1)", "\t=1"])
def test_no_cell_of_the_export_is_a_formula(browser: Client, formula: str) -> None:
    commands.note_event("system", subject=formula)
    content = sheet_of(browser.get(reverse("audit:export", args=["events"])))
    assert "<f>" not in content
    assert f"&#39;{formula}" in content or f"'{formula}" in content


def test_whoever_may_only_read_is_not_offered_the_export(browser: Client, watcher: Person) -> None:
    watcher.grants.get().role.__class__.objects.update(permissions=["audit:record:read"])
    assert "导出 Excel" not in text_of(browser.get("/desk/audit/"))
    assert browser.get(reverse("audit:export", args=["changes"])).status_code == 403


def test_the_day_can_be_checked_on_a_page(browser: Client) -> None:
    commands.seal(date(2026, 11, 19))
    assert "记录完整" in text_of(browser.get("/desk/audit/integrity/"))


def test_every_change_has_a_name_for_its_table(db: None) -> None:
    assert str(Change(op="INSERT", table_name="people_person", row_id="1")) == "INSERT people_person 1"


def test_people_in_a_change_are_called_by_their_names(browser: Client, watcher: Person) -> None:
    page = text_of(browser.get("/desk/audit/", {"table": "people_grant"}))
    assert f"审计员（#{watcher.pk}）" in page
