"""What the screens of subsidies may do, a program may do, and no more."""

# ruff: noqa: F811  # fixtures are asked for by their names

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.files.commands import take
from yixiang.kernel.periods import local_date
from yixiang.ledger.models import Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.people.models import Person
from yixiang.subsidies import jobs
from yixiang.subsidies.commands import calculating
from yixiang.subsidies.models import Run
from yixiang.subsidies.tests.conftest import Settled
from yixiang.subsidies.tests.statement_world import picture
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

RUNS = "/api/v1/subsidy-runs"


def test_a_program_takes_a_year_from_the_first_figure_to_the_bank(
    programme: Programme, good: None, fiscal: Any, settled: Settled, province: Person, admin: Person, person: Any,
    as_: Any, clock: list[Any],
) -> None:  # fmt: skip
    settled("1000", purpose="teaching")
    clock[0], office, unit = NOW, as_(province), as_(admin)
    made = office("POST", RUNS, {"programme": programme.code})
    assert (made.status_code, made.json()["busy"], made.json()["allowed"]) == (201, True, ["calculate"])
    assert office("POST", RUNS, {"programme": programme.code}).json()["code"] == "run-exists"
    here = f"{RUNS}/{made.json()['id']}"
    run = calculating.calculate(Run.objects.get(), actor=None, now=NOW + timedelta(minutes=1))
    clock[0] = NOW + timedelta(hours=1)
    assert unit("GET", here).status_code == 404, "nobody has asked the unit yet"
    assert office("POST", f"{here}/send", {}).json()["errors"]
    assert (office("POST", f"{here}/send", {"days": 5}).status_code, run.awards.count()) == (202, 0)
    assert office("GET", here).json()["allowed"] == []
    jobs.step(run.pk)
    (line,) = unit("GET", f"{here}/units/{run.lines.get().unit.account_name}/lines").json()["items"]
    assert (line["counts"], line["article"]) == (False, "第三条")
    contest = {"line": line["line"], "words": "用于新产品研发，见委托合同"}
    assert office("POST", f"{here}/contests", contest).status_code == 403
    sent = unit("POST", f"{here}/contests", contest)
    assert (sent.status_code, sent.json()["state"]) == (201, "open")
    assert unit("POST", f"{here}/contests", contest).json()["code"] == "contested-already"
    answer = f"{here}/contests/{sent.json()['id']}"
    assert unit("POST", f"{answer}/accept", {"words": "自己答复自己"}).status_code == 403
    assert office("POST", f"{answer}/accept", {"words": "合同写明为研发"}).json()["state"] == "accepted"
    assert office("POST", f"{here}/calculate", {}).status_code == 202
    calculating.calculate(run, actor=None, now=NOW + timedelta(hours=2))
    assert office("GET", here).json()["amount"] == "150.00"
    clock[0] = NOW + timedelta(hours=3)
    assert office("POST", f"{here}/freeze", {}).json()["code"] == "still-checking"
    clock[0] = LATER
    for action, more in (("freeze", {}), ("publish", {"days": 5}), ("confirm", {})):
        assert as_(province)("POST", f"{here}/{action}", more).status_code == (200 if action == "publish" else 202)
        jobs.step(run.pk)
        clock[0] += timedelta(days=10)
    assert as_(province)("POST", f"{here}/pay", {"paid_on": f"{local_date(clock[0])}"}).status_code == 403
    cashier = as_(person("cashier", "finance", "region/430000"))
    assert cashier("POST", f"{here}/pay", {}).json()["errors"]
    assert cashier("POST", f"{here}/pay", {"paid_on": f"{local_date(clock[0])}"}).status_code == 202
    jobs.step(run.pk)
    done = cashier("GET", here).json()
    assert (done["state"], done["amount"], books(programme)["paid"]) == ("paid", "150.00", 150)
    assert check_books() == []


def test_anybody_signed_in_objects_and_learns_only_of_their_own(
    published: Run, customer: Person, outsider: Person, province: Person, as_: Any, clock: list[Any]
) -> None:
    clock[0], here = LATER, f"{RUNS}/{published.pk}/objections"
    unit = published.awards.get().unit.account_name
    typed = {"unit": unit, "words": "这家单位的收入与实际不符，请核查。"}
    made = as_(customer)("POST", here, typed)
    assert (made.status_code, made.json()["about"]) == (201, published.awards.get().name)
    assert as_(customer)("POST", here, typed | {"unit": "nobody"}).status_code == 404
    assert as_(customer)("POST", here, {"words": "短"}).status_code == 422
    assert [len(as_(who)("GET", here).json()["items"]) for who in (customer, outsider, province)] == [1, 0, 1]
    answer = f"{here}/{made.json()['id']}/answer"
    assert as_(customer)("POST", answer, {"words": "我自己来答复"}).status_code in {403, 404}
    assert as_(province)("POST", answer, {"words": "已核对，收入属实。"}).json()["state"] == "answered"


def test_what_was_paid_is_taken_back_by_its_office_only(
    paid: Run, province: Person, admin: Person, outsider: Person, as_: Any, clock: list[Any]
) -> None:
    clock[0] = LATER + timedelta(days=60)
    there = f"{RUNS}/{paid.pk}/awards/{paid.awards.get().unit.account_name}/recover"
    typed = {"amount": "50.00", "words": "查实虚报机时"}
    assert [as_(who)("POST", there, typed).status_code for who in (outsider, admin)] == [404, 403]
    assert as_(province)("POST", there, typed | {"amount": "150.01"}).json()["code"] == "more-than-paid"
    assert as_(province)("POST", there, typed).json()["recovered"] == "50.00"
    assert as_(province)("POST", there, typed | {"apart": True}).status_code == 404


def test_a_programme_of_something_else_has_no_run(programme: Programme, province: Person, as_: Any) -> None:
    Programme.objects.filter(pk=programme.pk).update(subject="voucher")
    assert as_(province)("POST", RUNS, {"programme": programme.code}).json()["errors"]
    assert not Run.objects.exists()


def test_a_contest_brings_its_paper_and_may_be_declined(
    checked: Run, admin: Person, outsider: Person, province: Person, as_: Any, clock: list[Any]
) -> None:
    clock[0], here = NOW, f"{RUNS}/{checked.pk}/contests"
    file = take(SimpleUploadedFile("合同.png", picture()), uploader=admin, purpose="subsidy-evidence", now=NOW)
    line = checked.lines.get(reason__code="purpose").order_line
    sent = {"line": line, "words": "用于新产品研发，见委托合同", "file": str(file.pk)}
    assert as_(outsider)("POST", here, sent).status_code == 404
    assert as_(admin)("POST", here, sent | {"line": 0}).status_code == 404
    made = as_(admin)("POST", here, sent).json()
    assert checked.contests.get().file == file
    declined = as_(province)("POST", f"{here}/{made['id']}/decline", {"words": "合同写明为教学"}).json()
    assert (declined["state"], declined["answer"]) == ("declined", "合同写明为教学")
    assert [one["state"] for one in as_(admin)("GET", here).json()["items"]] == ["declined"]
    assert as_(province)("POST", f"{here}/{made['id']}/accept", {"words": "又改主意了"}).status_code == 409


def test_a_stale_version_moves_nothing_and_a_reason_is_asked_for(
    published: Run, province: Person, as_: Any, clock: list[Any]
) -> None:
    clock[0], here, office = LATER, f"{RUNS}/{published.pk}", as_(province)
    sent = {"note": "更正一处错误", "version": published.version - 1}
    assert office("POST", f"{here}/reopen", sent).json()["code"] == "run-changed"
    assert office("POST", f"{here}/reopen", {}).json()["code"] == "reason-missing"
    assert office("POST", f"{here}/calculate", {}).json()["code"] == "run-fixed"
    assert office("POST", f"{here}/reopen", sent | {"version": published.version}).status_code == 202
    jobs.step(published.pk)
    done = office("GET", here).json()
    assert (done["state"], done["version"]) == ("checking", published.version + 1)
    assert office("POST", f"{here}/calculate", {"version": published.version}).json()["code"] == "run-changed"
