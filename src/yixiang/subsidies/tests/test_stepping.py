"""Freezing, confirming and paying a year is done by a job: once, whole, or not at all."""

# ruff: noqa: F811  # fixtures are asked for by their names

from datetime import date, timedelta
from typing import Any

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.ledger.models import Hold, Programme
from yixiang.ledger.queries.books import check_books
from yixiang.people.models import Person
from yixiang.subsidies import jobs
from yixiang.subsidies.commands import calculating, checking, stepping
from yixiang.subsidies.commands.stepping import Typed
from yixiang.subsidies.models import Run
from yixiang.subsidies.tests.conftest import Settled, browser, text
from yixiang.subsidies.tests.test_runs import (  # noqa: F401  # the world of a run
    LATER,
    NOW,
    RATES,
    calculated,
    checked,
    fiscal,
    good,
    opened,
    programme,
    published,
)


def fresh(run: Run) -> Run:
    return Run.objects.get(pk=run.pk)


@pytest.fixture
def asked(checked: Run, province: Person, clock: list[Any]) -> Run:
    clock[0] = LATER
    return stepping.ask(checked, "freeze", actor=province, now=LATER)


def test_what_is_asked_for_is_done_by_the_job_and_by_nobody_twice(asked: Run, province: Person) -> None:
    assert (asked.state, asked.busy, Hold.objects.count()) == ("checking", True, 0)
    jobs.step(asked.pk)
    done = fresh(asked)
    assert (done.state, done.busy, Hold.objects.count()) == ("frozen", False, 1)
    assert done.events.get(action="freeze").by == province
    jobs.step(asked.pk)
    assert (fresh(asked).version, Hold.objects.count()) == (done.version, 1)
    assert check_books() == []


def test_a_worker_that_dies_leaves_nothing_and_the_next_does_it_all(
    asked: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = checking._hold

    def dies(*args: Any, **named: Any) -> None:
        hold(*args, **named)
        raise RuntimeError("power cut")

    monkeypatch.setattr(checking, "_hold", dies)
    with pytest.raises(RuntimeError):
        jobs.step(asked.pk)
    assert (fresh(asked).state, fresh(asked).waits_for, Hold.objects.count()) == ("checking", "freeze", 0)
    monkeypatch.undo()
    stepping.take(asked, now=LATER)
    assert (fresh(asked).state, Hold.objects.count()) == ("frozen", 1)


def test_nothing_else_is_done_while_it_waits(asked: Run, province: Person) -> None:
    for act in (
        lambda: calculating.ask(asked, actor=province, now=LATER),
        lambda: stepping.ask(asked, "freeze", actor=province, now=LATER),
        lambda: checking.freeze(asked, actor=province, now=LATER),
    ):
        with pytest.raises(WrongState, match="请稍候"):
            act()


def test_what_is_refused_in_the_job_is_said_on_the_page(
    province: Person, good: None, fiscal: Any, settled: Settled, clock: list[Any]
) -> None:
    settled("1000")
    run = calculated(opened(province, RATES, "149.99"), province)
    run = checking.send(run, actor=province, days=1, now=NOW)
    clock[0] = LATER
    stepping.ask(run, "freeze", actor=province, now=LATER)
    jobs.step(run.pk)
    assert (fresh(run).state, fresh(run).busy) == ("checking", False)
    assert "预算还剩 149.99 元" in text(browser(province).get(f"/desk/subsidies/runs/{run.pk}/"))


def test_what_cannot_be_done_is_refused_before_anything_waits(
    checked: Run, published: Run, province: Person, admin: Person, city: Person
) -> None:
    for who in (admin, city):
        with pytest.raises(NotPermitted):
            stepping.ask(published, "confirm", actor=who, now=LATER + timedelta(days=20))
    with pytest.raises(WrongState, match="公示到"):
        stepping.ask(published, "confirm", actor=province, now=LATER)
    with pytest.raises(Invalid):
        stepping.ask(published, "reopen", actor=province, now=LATER)
    assert fresh(published).waits_for == ""


def test_confirmed_and_paid_with_what_was_typed(
    published: Run, province: Person, person: Any, programme: Programme, clock: list[Any]
) -> None:
    clock[0] = after = LATER + timedelta(days=20)
    stepping.ask(published, "confirm", actor=province, now=after)
    jobs.step(published.pk)
    cashier = person("cashier", "finance", "region/430000")
    with pytest.raises(NotPermitted):
        stepping.ask(published, "pay", Typed(paid_on=date(2026, 4, 1)), actor=province, now=after)
    for wrong in (None, date(2026, 4, 2)):
        with pytest.raises(Invalid):
            stepping.ask(published, "pay", Typed(paid_on=wrong), actor=cashier, now=after)
    stepping.ask(published, "pay", Typed(paid_on=date(2026, 4, 1)), actor=cashier, now=after)
    jobs.step(published.pk)
    award = published.awards.get()
    assert (fresh(published).state, award.state, award.paid_on) == ("paid", "paid", date(2026, 4, 1))
    assert check_books() == []


def test_sent_back_with_its_reason(published: Run, province: Person, clock: list[Any]) -> None:
    clock[0] = LATER
    stepping.ask(published, "reopen", Typed(note="发现一处错误"), actor=province, now=LATER)
    jobs.step(published.pk)
    assert fresh(published).events.get(action="reopen").note == "发现一处错误"
