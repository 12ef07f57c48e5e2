"""The way of a run in the browser: the office, the unit, the public, the finance office."""

# ruff: noqa: F811  # fixtures are asked for by their names

from datetime import date, timedelta
from typing import Any

from django.test import Client

from yixiang.people.models import Person
from yixiang.subsidies import jobs
from yixiang.subsidies.commands import calculating
from yixiang.subsidies.models import Objection, Run
from yixiang.subsidies.tests.conftest import Settled, browser, text
from yixiang.subsidies.tests.test_runs import (  # noqa: F401  # the world of a run
    LATER,
    NOW,
    checked,
    fiscal,
    good,
    paid,
    programme,
    published,
)
from yixiang.units.models import Unit

HERE = "/desk/subsidies/runs/"


def test_the_office_begins_and_the_job_answers(
    programme: Any,
    good: None,
    fiscal: Any,
    settled: Settled,
    province: Person,
    clock: list[Any],
) -> None:
    settled("1000")
    answer = browser(province).post(HERE, {"programme": programme.pk})
    run = Run.objects.get()
    assert "正在核算" in text(browser(province).get(answer.headers["Location"]))
    calculating.calculate(run, actor=None, now=NOW + timedelta(minutes=1))
    assert "¥150.00" in text(browser(province).get(f"{HERE}{run.pk}/"))


def test_a_unit_sees_its_lines_contests_one_and_the_office_answers(
    checked: Run,
    admin: Person,
    province: Person,
    clock: list[Any],
    unit: Unit,
) -> None:
    page = text(browser(admin).get(f"{HERE}{checked.pk}/units/{unit.pk}/"))
    assert "用于科学研究和技术开发活动" in page
    line = checked.lines.get(reason__code="purpose")
    there = f"{HERE}{checked.pk}/lines/{line.order_line}/"
    assert browser(admin).post(there, {"words": "其实用于产品研发，见合同"}).status_code == 302
    made = checked.contests.get()
    answer = {"do": "accept", "words": "合同写明为研发"}
    assert browser(province).post(f"{HERE}{checked.pk}/contests/{made.pk}/", answer).status_code == 302
    assert "采纳" in text(browser(admin).get(there))


def test_others_see_no_run(checked: Run, outsider: Person, customer: Person) -> None:
    for who in (outsider, customer):
        assert browser(who).get(f"{HERE}{checked.pk}/").status_code == 404


def test_everybody_reads_the_notice_and_only_who_is_signed_in_objects(
    published: Run,
    customer: Person,
    province: Person,
    clock: list[Any],
) -> None:
    clock[0] = LATER
    here = f"/publicity/{published.pk}/"
    assert "登录后提出异议" in text(Client().get(here))
    typed = {"words": "这家单位的收入与实际不符，请核查。"}
    Client().post(here, typed)
    assert Objection.objects.count() == 0
    assert browser(customer).post(here, typed).status_code == 302
    made = Objection.objects.get()
    there = f"{HERE}{published.pk}/objections/{made.pk}/"
    assert browser(province).post(there, {"words": "已核对，收入属实。"}).status_code == 302
    assert browser(customer).get("/en/publicity/").status_code == 200


def test_what_is_not_published_is_on_no_board(checked: Run) -> None:
    assert Client().get(f"/publicity/{checked.pk}/").status_code == 404


def test_each_step_asks_first_and_says_what_it_needs(
    checked: Run,
    province: Person,
    clock: list[Any],
) -> None:
    clock[0] = LATER
    here = f"{HERE}{checked.pk}/do/"
    assert "逐家预留" in text(browser(province).get(f"{here}freeze/"))
    assert browser(province).post(f"{here}freeze/").status_code == 302
    assert "正在办理：冻结" in text(browser(province).get(f"{HERE}{checked.pk}/"))
    assert browser(province).get(f"{here}publish/").status_code == 404
    jobs.step(checked.pk)
    assert browser(province).post(f"{here}publish/", {"days": ""}).status_code == 422
    assert browser(province).post(f"{here}publish/", {"days": "5"}).status_code == 302
    assert browser(province).get(f"{here}pay/").status_code == 404


def test_finance_takes_the_list_for_the_bank_and_the_office_takes_back(
    paid: Run,
    person: Any,
    province: Person,
    admin: Person,
    clock: list[Any],
) -> None:
    clock[0] = LATER + timedelta(days=60)
    assert browser(person("cashier")).get(f"{HERE}{paid.pk}/batch/xlsx/").status_code == 200
    assert browser(admin).get(f"{HERE}{paid.pk}/batch/xlsx/").status_code == 403
    for kind in ("xlsx", "pdf"):
        assert browser(admin).get(f"{HERE}{paid.pk}/sheet/{kind}/").status_code == 200
    there = f"{HERE}{paid.pk}/awards/{paid.awards.get().pk}/recover/"
    assert browser(province).post(there, {"amount": "150.00", "words": "查实虚报机时"}).status_code == 302
    assert "已追回" in text(browser(province).get(f"{HERE}{paid.pk}/"))
    assert date(2026, 4, 1) == paid.awards.get().paid_on


def test_looking_at_the_step_calculates_nothing(checked: Run, province: Person, clock: list[Any]) -> None:
    clock[0], there = LATER, f"{HERE}{checked.pk}/do/calculate/"
    assert browser(province).get(there).status_code == 302
    assert not Run.objects.get().busy
    assert browser(province).post(there).status_code == 302
    assert Run.objects.get().busy
