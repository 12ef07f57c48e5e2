"""What looks unusual is found with its records, once, and is answered and closed by people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.orders.models import Invoice
from yixiang.people.models import Person
from yixiang.policy import library
from yixiang.subsidies import jobs
from yixiang.subsidies.commands import flagging
from yixiang.subsidies.models import Flag, Watch
from yixiang.subsidies.tests.conftest import NOW, Settled, browser, settled_order, text
from yixiang.units.models import Unit

LIMITS = {"slack_minutes": 30, "peak_share": Decimal("0.40"), "split_amount": Decimal("5000.00"), "split_days": 7,
          "split_count": 3}  # fmt: skip


@pytest.fixture
def watch(db: None) -> Watch:
    return Watch.objects.create(jurisdiction="hunan", **LIMITS)


def kinds(year: int = 2025) -> list[str]:
    flagging.look(library().jurisdictions["hunan"], year, actor=None, now=NOW)
    return sorted(Flag.objects.filter(year=year).values_list("kind", flat=True))


def test_ordinary_orders_raise_nothing(watch: Watch, settled: Settled) -> None:
    for month in range(1, 13):
        settled(paid=date(2025, month, 10))
    assert kinds() == []


def test_the_same_contact_is_found_and_a_declared_relation_is_named_as_such(
    watch: Watch, settled: Settled, unit: Unit, firm: Unit
) -> None:
    Unit.objects.filter(pk__in=[unit.pk, firm.pk]).update(contact_phone="13900000000")
    order = settled()
    assert kinds() == ["related"]
    (found,) = Flag.objects.all()
    assert found.facts == [["相同之处", "同一联系电话"]]
    assert [record["number"] for record in found.records] == [order.number]
    firm.relations.create(other=unit, other_name=unit.name, nature="control", declared_at=NOW)
    Flag.objects.all().delete()
    assert kinds() == ["declared"]


def test_billed_beyond_measured_is_found_only_above_the_slack(watch: Watch, settled: Settled) -> None:
    settled(minutes=60, measured=60, hours="1.5")
    assert kinds() == []
    settled(minutes=60, measured=60, hours="1.52", paid=date(2025, 6, 3))
    assert kinds() == ["hours"]


def test_orders_both_ways_are_one_suspicion(
    watch: Watch, settled: Settled, firm: Unit, unit: Unit, customer: Person, instrument: Any
) -> None:
    settled()
    theirs = instrument(unit=firm, name="激光粒度仪")
    settled_order(theirs, unit, customer, Decimal(800), date(2025, 7, 1))
    assert kinds() == ["mutual"]


def test_a_december_of_more_than_the_share_is_found(watch: Watch, settled: Settled) -> None:
    settled("6000", paid=date(2025, 3, 1))
    settled("4000", paid=date(2025, 12, 20))
    assert kinds() == []
    settled("0.01", paid=date(2025, 12, 31))
    assert kinds() == ["year_end"]


def test_orders_split_under_a_threshold_within_days(watch: Watch, settled: Settled) -> None:
    for day in (0, 3, 8):  # eight days are too long
        settled("2000", paid=date(2025, 4, 1) + timedelta(days=day))
    assert kinds() == []
    settled("2000", paid=date(2025, 4, 6))
    assert kinds() == ["split"]


def test_invoices_that_differ_only_in_front_are_found(watch: Watch, settled: Settled) -> None:
    for front in ("0001", "0002"):
        order = settled(paid=date(2025, 5, int(front)))
        Invoice.objects.create(
            order=order, kind="digital", number=f"{front}{'0' * 8}12345678", amount=1000,
            issued_on=date(2025, 5, 1), added_at=NOW,
        )  # fmt: skip
    assert kinds() == ["invoice"]


def test_what_has_no_threshold_is_not_looked_for(settled: Settled) -> None:
    settled(hours="9", paid=date(2025, 12, 31))
    assert kinds() == []
    assert Watch().missing("hours") == ["计费机时超过实测多少分钟算偏多"]


def test_other_years_and_other_provinces_do_not_count(watch: Watch, settled: Settled, unit: Unit) -> None:
    settled(hours="9", paid=date(2024, 12, 31))
    assert kinds() == []
    Unit.objects.filter(pk=unit.pk).update(region="370102")
    assert kinds(2024) == []


@pytest.fixture
def found(watch: Watch, settled: Settled) -> Flag:
    settled(hours="9")
    kinds()
    return Flag.objects.get()  # type: ignore[no-any-return]


def test_a_second_search_finds_the_same_once_and_leaves_what_is_closed(
    found: Flag, province: Person, settled: Settled
) -> None:
    assert kinds() == ["hours"]
    settled(hours="8", paid=date(2025, 8, 1))
    kinds()
    found.refresh_from_db()
    assert len(found.records) == 2
    flagging.close(found, actor=province, action="clear", words="核对了使用记录，无误", now=NOW)
    settled(hours="7", paid=date(2025, 9, 1))
    kinds()
    found.refresh_from_db()
    assert (found.state, len(found.records)) == ("cleared", 2)


def test_the_unit_answers_and_the_authority_closes(found: Flag, admin: Person, province: Person, city: Person) -> None:
    flagging.answer(found, actor=admin, words="仪器计时器故障，按送样登记", now=NOW)
    with pytest.raises(NotPermitted):
        flagging.close(found, actor=city, action="clear", words="同意这个说明", now=NOW)
    with pytest.raises(Invalid):
        flagging.close(found, actor=province, action="clear", words=" ", now=NOW)
    flagging.close(found, actor=province, action="confirm", words="使用记录不能说明", now=NOW)
    with pytest.raises(WrongState):
        flagging.answer(found, actor=admin, words="再补充一些情况", now=NOW)


def test_only_the_provider_and_its_offices_see_it(
    found: Flag, admin: Person, province: Person, city: Person, customer: Person, outsider: Person
) -> None:
    here = f"/desk/subsidies/flags/{found.pk}/"
    assert {browser(who).get(here).status_code for who in (admin, province, city)} == {200}
    assert {browser(who).get(here).status_code for who in (customer, outsider)} == {404}


def test_on_the_page_it_is_answered_and_the_form_keeps_what_was_typed(found: Flag, admin: Person, clock: Any) -> None:
    here = f"/desk/subsidies/flags/{found.pk}/"
    assert "至少几个字" in text(browser(admin).post(here, {"do": "answer", "words": "短"}))
    assert browser(admin).post(here, {"do": "clear", "words": "自己排除自己"}).status_code == 404
    assert browser(admin).post(here, {"do": "answer", "words": "计时器故障，另有记录"}).status_code == 302
    assert "已说明" in text(browser(admin).get("/desk/subsidies/flags/"))


def test_the_office_sets_its_thresholds_and_looks(
    province: Person, admin: Person, settled: Settled, clock: Any
) -> None:
    here = "/desk/subsidies/flags/watch/"
    settled(hours="9")
    assert browser(admin).get(here).status_code == 404
    assert "暂不查找" in text(browser(province).get(here))
    assert browser(province).post(here, {"slack_minutes": "30"}).status_code == 302
    assert browser(province).post(here, {"look": "1", "year": "2025"}).status_code == 302
    assert Flag.objects.get().kind == "hours"
    assert browser(province).get("/desk/subsidies/flags/sheet/xlsx/").status_code == 200


def test_the_night_of_new_year_looks_at_the_new_year_of_china(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: set[int] = set()
    monkeypatch.setattr(flagging, "look", lambda _place, year, **_said: looked.add(year))
    jobs.look(int(datetime(2025, 12, 31, 17, 40, tzinfo=UTC).timestamp()))
    assert looked == {2025, 2026}


def test_a_program_answers_and_closes(
    watch: Watch, settled: Settled, unit: Unit, firm: Unit, admin: Person, province: Person, outsider: Person, as_: Any
) -> None:
    Unit.objects.filter(pk__in=[unit.pk, firm.pk]).update(contact_phone="13900000000")
    settled()
    assert kinds() == ["related"]
    here = f"/api/v1/subsidy-flags/{Flag.objects.get().pk}"
    assert as_(outsider)("GET", here).status_code == 404
    assert as_(admin)("POST", f"{here}/clear", {"words": "自己排除自己"}).status_code == 403
    assert as_(admin)("POST", f"{here}/answer", {"words": "同一栋楼的总机"}).json()["state"] == "answered"
    assert as_(province)("POST", f"{here}/clear", {"words": "短"}).json()["errors"]
    assert as_(province)("POST", f"{here}/clear", {"words": "已核实是总机号码"}).json()["state"] == "cleared"
    assert as_(province)("POST", f"{here}/confirm", {"words": "又改主意了吗"}).status_code == 409
