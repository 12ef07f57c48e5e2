"""Price lists: their lines, their days, and the price one begins from."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from yixiang.catalogue.commands import pricing
from yixiang.catalogue.models import Instrument, ListingEvent, Tariff
from yixiang.catalogue.queries import prices
from yixiang.catalogue.rules.pricing import Line, line_faults, price_from, table
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person

TODAY = date(2026, 3, 2)
HOUR = (
    Line("material", "hour", Decimal(50)),
    Line("running", "hour", Decimal(120)),
    Line("labour", "hour", Decimal(130)),
)


def line(price: int = 100, **facts: str) -> Line:
    return Line(**{"component": "labour", "basis": "hour", "price": Decimal(price), **facts})  # type: ignore[arg-type]


def test_the_components_of_one_basis_add_up() -> None:
    (row,) = table(HOUR)
    assert (row.total, dict(row.parts)) == (
        Decimal(300),
        {"material": Decimal(50), "running": Decimal(120), "labour": Decimal(130)},
    )


def test_the_price_one_begins_from_is_the_cheapest_sum_outside() -> None:
    lines = [*HOUR, line(280, basis="sample"), line(10, audience="inside", basis="test")]
    assert price_from(lines) == (Decimal(280), "sample")


def test_two_items_of_one_basis_are_two_prices() -> None:
    assert price_from([line(200, name="形貌"), line(80, name="能谱")]) == (Decimal(80), "hour")


def test_own_people_may_pay_another_price() -> None:
    (row,) = table([line(200), line(60, audience="inside")])
    assert (row.total, row.inside) == (Decimal(200), Decimal(60))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "至少填写一行"),
        ([line(audience="inside")], "对外价格"),
        ([line(), line(200)], "第 2 行与第 1 行"),
        ([line(component="use")], "构成"),
        ([line(-1)], "单价"),
        ([Line("labour", "hour", Decimal("1.005"))], "两位小数"),
        ([line()] * 61, "最多 60 行"),
    ],
)
def test_an_unsound_list_is_explained(lines: list[Line], said: str) -> None:
    assert any(said in fault for fault in line_faults(lines))


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument()


def publish(
    one: Instrument, actor: Person, begins: date = TODAY, *, until: date | None = None, price: int = 100
) -> Tariff:
    return pricing.publish_tariff(one, actor=actor, valid_from=begins, lines=[line(price)], now=NOW, valid_until=until)


@pytest.mark.django_db
class TestVersions:
    def test_publishing_fills_the_price_on_the_card(self, one: Instrument, admin: Person) -> None:
        pricing.publish_tariff(one, actor=admin, valid_from=TODAY, lines=HOUR, now=NOW)
        one.refresh_from_db()
        assert (one.price_from, one.price_basis) == (Decimal(300), "hour")

    def test_a_new_version_closes_the_open_one_on_the_eve(self, one: Instrument, admin: Person) -> None:
        first = publish(one, admin)
        second = publish(one, admin, TODAY + timedelta(days=30), price=150)
        first.refresh_from_db()
        assert first.valid_until == TODAY + timedelta(days=29)
        assert (second.number, prices.next_tariff(one, TODAY)) == (2, second)

    def test_a_hole_between_two_versions_is_refused(self, one: Instrument, admin: Person) -> None:
        publish(one, admin, until=TODAY + timedelta(days=9))
        with pytest.raises(Invalid, match="空档"):
            publish(one, admin, TODAY + timedelta(days=11))
        assert publish(one, admin, TODAY + timedelta(days=10)).number == 2

    def test_an_overlap_is_refused(self, one: Instrument, admin: Person) -> None:
        publish(one, admin, TODAY + timedelta(days=30))
        with pytest.raises(Invalid, match="重叠"):
            publish(one, admin, TODAY + timedelta(days=5))

    def test_only_the_first_version_may_begin_in_the_past(self, one: Instrument, admin: Person) -> None:
        publish(one, admin, TODAY - timedelta(days=400))
        with pytest.raises(Invalid, match="过去"):
            publish(one, admin, TODAY - timedelta(days=1))

    def test_after_a_list_ran_out_the_next_begins_today(self, one: Instrument, admin: Person) -> None:
        publish(one, admin, TODAY - timedelta(days=60), until=TODAY - timedelta(days=30))
        with pytest.raises(Invalid, match="空档"):
            publish(one, admin, TODAY + timedelta(days=1))
        assert publish(one, admin, TODAY).number == 2

    def test_an_end_before_the_beginning_is_refused(self, one: Instrument, admin: Person) -> None:
        with pytest.raises(Invalid, match="早于"):
            publish(one, admin, until=TODAY - timedelta(days=1))

    def test_withdrawing_what_has_not_begun_lets_the_old_go_on(self, one: Instrument, admin: Person) -> None:
        first = publish(one, admin, until=TODAY + timedelta(days=90))
        second = publish(one, admin, TODAY + timedelta(days=30))
        pricing.withdraw_tariff(second, actor=admin, now=NOW)
        first.refresh_from_db()
        assert first.valid_until == TODAY + timedelta(days=90)

    def test_what_has_begun_is_not_withdrawn(self, one: Instrument, admin: Person) -> None:
        with pytest.raises(WrongState):
            pricing.withdraw_tariff(publish(one, admin), actor=admin, now=NOW)

    def test_a_coming_version_changes_the_card_on_its_day(self, one: Instrument, admin: Person) -> None:
        publish(one, admin)
        publish(one, admin, TODAY + timedelta(days=30), price=150)
        assert pricing.keep_prices("instrument", [one.pk], on=TODAY + timedelta(days=29)) == 0
        assert pricing.keep_prices("instrument", [one.pk], on=TODAY + timedelta(days=30)) == 1
        one.refresh_from_db()
        assert one.price_from == Decimal(150)

    def test_the_time_line_shows_both_lists(self, one: Instrument, admin: Person) -> None:
        publish(one, admin)
        publish(one, admin, TODAY + timedelta(days=1), price=150)
        event = ListingEvent.objects.filter(action="tariff").first()
        assert event is not None
        assert event.changes == {"tariff": ["测试费 100 元/小时", "测试费 150 元/小时"]}

    def test_whoever_does_not_edit_publishes_no_price(self, one: Instrument, outsider: Person) -> None:
        with pytest.raises(NotPermitted), transaction.atomic():
            publish(one, outsider)
        assert not Tariff.objects.exists()
