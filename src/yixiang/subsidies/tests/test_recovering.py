"""What a user got by false data is taken back, with the evidence, and bars it until the record is lifted."""

# ruff: noqa: F811  # fixtures are asked for by their names

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.ledger.models import Cap, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.notices.models import Notice
from yixiang.people.models import Person
from yixiang.policy import library
from yixiang.subsidies.commands import applying, recovering
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Application
from yixiang.subsidies.tests.conftest import Settled, browser, text
from yixiang.subsidies.tests.test_applications import DAY, NOW, asked, boss, programme  # noqa: F401
from yixiang.units.commands import flags
from yixiang.units.models import IntegrityFlag, Unit
from yixiang.units.queries.standing import standing_on
from yixiang.vouchers import laws

MakePerson = Callable[..., Person]
WORDS = "查实两张预约单没有做过检测，依据核查报告"


@pytest.fixture
def cashier(person: MakePerson) -> Person:
    return person("cashier", "finance", "region/430000")


@pytest.fixture
def paid(asked: Application, province: Person, cashier: Person) -> Application:
    applying.decide_case(asked.case, actor=province, action="approve", now=NOW)
    return applying.pay(asked, actor=cashier, paid_on=NOW.date(), now=NOW)


def report(by: Person) -> File:
    upload = SimpleUploadedFile("核查报告.txt", "核查报告".encode())
    return take(upload, uploader=by, purpose="subsidy-evidence", now=NOW)


def taken_back(paid: Application, by: Person, amount: str = "850.01", **more: Any) -> Application:
    evidence = Evidence(WORDS, report(by))
    return recovering.recover(paid, actor=by, amount=Decimal(amount), evidence=evidence, now=NOW, **more)


def test_all_of_it_comes_back_with_evidence_event_record_and_notice(
    paid: Application, province: Person, boss: Person, firm: Unit, programme: Programme
) -> None:
    found = taken_back(paid, province)
    assert (found.state, found.recovered, books(programme)["recovered"]) == ("recovered", *[Decimal("850.01")] * 2)
    event = found.events.get(action="recover")
    assert (event.before, event.after, event.by, event.note) == ("paid", "recovered", province, WORDS)
    assert event.file.name == "核查报告.txt"
    record = IntegrityFlag.objects.get(unit=firm)
    assert (record.kind, record.since, WORDS[:10] in record.source) == ("dishonest", NOW.date(), True)
    assert Notice.objects.filter(person=boss, subject__contains="追回用户补助 850.01 元").exists()
    assert check_books() == []


def test_a_part_leaves_the_rest_paid_and_frees_the_cap_of_the_year(
    paid: Application, province: Person, programme: Programme, firm: Unit
) -> None:
    found = taken_back(paid, province, "850.00")
    assert (found.state, found.kept) == ("paid", Decimal("0.01"))
    assert Cap.objects.get(programme=programme, dimension="user").used == Decimal("0.01")
    found = taken_back(found, province, "0.01")
    assert (found.state, books(programme)["paid"]) == ("recovered", 0)
    assert IntegrityFlag.objects.filter(unit=firm).count() == 1
    assert check_books() == []


def test_twice_is_refused(paid: Application, province: Person, programme: Programme) -> None:
    seen = paid.version
    taken_back(paid, province, "100.00", version=seen)
    with pytest.raises(WrongState, match="刚刚有了变化"):
        taken_back(paid, province, "100.00", version=seen)
    taken_back(paid, province, "750.01")
    with pytest.raises(WrongState, match="已追回"):
        taken_back(paid, province)
    assert books(programme)["recovered"] == Decimal("850.01")


@pytest.mark.parametrize("amount", ["850.02", "0.00", "-1.00", "0.001"])
def test_more_than_was_paid_and_no_amount_is_refused(
    amount: str, paid: Application, province: Person, firm: Unit
) -> None:
    with pytest.raises(Refused):
        taken_back(paid, province, amount)
    assert not IntegrityFlag.objects.exists()
    paid.refresh_from_db()
    assert (paid.state, paid.recovered, paid.events.filter(action="recover").count()) == ("paid", 0, 0)


def test_reason_and_evidence_are_asked_for(paid: Application, province: Person) -> None:
    for evidence, field in ((Evidence("虚报", report(province)), "words"), (Evidence(WORDS), "upload")):
        with pytest.raises(Invalid) as refused:
            recovering.recover(paid, actor=province, amount=Decimal(1), evidence=evidence, now=NOW)
        assert field in refused.value.fields


def test_what_was_not_paid_is_not_taken_back(asked: Application, province: Person) -> None:
    with pytest.raises(WrongState):
        taken_back(asked, province)


def test_only_the_office_of_the_jurisdiction_takes_back(
    paid: Application, city: Person, boss: Person, cashier: Person, outsider: Person, person: MakePerson
) -> None:
    shandong = person("sd", "authority", "region/370000")
    for who in (city, boss, cashier, outsider, shandong):
        with pytest.raises(NotPermitted):
            taken_back(paid, who)


def test_until_it_is_lifted_a_new_application_is_refused_by_the_article(
    paid: Application, province: Person, boss: Person, settled: Settled, firm: Unit
) -> None:
    taken_back(paid, province)
    settled("1000", paid=DAY)
    with pytest.raises(Invalid, match="第二十六条"):
        applying.apply(firm, actor=boss, now=NOW)
    flags.lift(IntegrityFlag.objects.get(), actor=province, note="整改完成", now=NOW)
    assert applying.apply(firm, actor=boss, now=NOW).amount == Decimal(850)


def test_the_record_is_what_the_voucher_law_asks_for_too(paid: Application, province: Person, firm: Unit) -> None:
    """Xuchang's pack asks, with the facts of the day; lifted, it is asked in vain."""
    taken_back(paid, province)
    pack = library().pack("xuchang", "voucher", NOW.date())

    def decision() -> str:
        standing = standing_on(firm, NOW.date())
        facts = laws.EligibilityFacts(region="411002", kind="team", purpose="research", dishonest=standing["dishonest"])
        return laws.ELIGIBILITY.ask(pack, facts, on=NOW.date()).decision

    assert decision() == "not_eligible"
    flags.lift(IntegrityFlag.objects.get(), actor=province, note="整改完成", now=NOW)
    assert decision() == "eligible"


def test_on_the_page_the_office_takes_back_and_the_unit_reads_why(
    paid: Application, province: Person, boss: Person, city: Person, outsider: Person, clock: list[Any]
) -> None:
    clock[0] = NOW
    here = f"/desk/subsidies/applications/{paid.number}/"
    there = f"{here}recover/"
    assert there in text(browser(province).get(here))
    assert "第二十六条" in text(browser(province).get(there))
    typed = {"version": paid.version, "amount": "850.01", "words": WORDS}
    assert browser(province).post(there, typed).status_code == 422
    upload = SimpleUploadedFile("核查报告.txt", "核查报告".encode())
    assert browser(province).post(there, typed | {"upload": upload}).status_code == 302
    page = text(browser(boss).get(here))
    assert WORDS in page
    event = paid.events.get(action="recover")
    proof = browser(boss).get(f"{here}evidence/{event.pk}/")
    assert b"".join(proof.streaming_content).decode() == "核查报告"
    for who in (city, boss, province):
        assert browser(who).get(there).status_code == 404
    assert browser(outsider).get(f"{here}evidence/{event.pk}/").status_code == 404
    assert browser(boss).get(f"{here}evidence/{paid.events.get(action='pay').pk}/").status_code == 404


def test_programs_take_back_and_strangers_find_nothing(
    paid: Application, province: Person, outsider: Person, as_: Any, clock: list[Any]
) -> None:
    clock[0] = NOW
    there, may = f"/api/v1/subsidy-applications/{paid.number}/recover", "subsidies:application:decide"
    body = {"amount": "100.00", "words": WORDS, "file": str(report(province).pk), "version": paid.version}
    assert as_(outsider, "subsidies:application:apply")("POST", there, body).status_code == 404
    answer = as_(province, may, "units:unit:flag")("POST", there, body)
    assert (answer.status_code, answer.json()["recovered"], answer.json()["state"]) == (200, "100.00", "paid")
    body |= {"file": str(report(province).pk)}
    assert as_(province, may, "units:unit:flag")("POST", there, body).json()["code"] == "application-changed"
    assert date(2026, 6, 1) == paid.paid_on
