"""A workbook on its way in: recognised, judged, confirmed, and brought a second time."""

from decimal import Decimal

from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.tests.books import book, only, read, row, written
from yixiang.people.models import Person
from yixiang.units.models import Unit


def test_the_national_export_comes_in_as_it_is(admin: Person, unit: Unit) -> None:
    batch = read(book([row()]), admin, unit)
    assert (batch.state, batch.layout, batch.rows_new, batch.problem) == ("ready", "nrii-equipment", 1, "")
    written(batch, admin)
    made = Instrument.objects.get(unit=unit)
    assert (made.state, made.inner_number, made.worth, made.region) == ("draft", "E-001", Decimal(3_285_000), "430104")
    assert (made.funds, made.use, made.origin, made.category) == (["central", "own"], "general", "bought", "010102")
    assert only(batch).lacks == ["bought_on", "accepted_on"]


def test_a_second_import_shows_and_writes_only_what_is_different(admin: Person, unit: Unit) -> None:
    written(read(book([row("E-001"), row("E-002")]), admin, unit), admin)
    again = read(book([row("E-001", 原值=400, 电话="13800000000"), row("E-002")]), admin, unit)
    assert (again.rows_new, again.rows_changed, again.rows_same) == (0, 1, 1)
    assert again.rows.get(verdict="changed").changes["worth"] == ["328.5 万元", "400 万元"]
    written(again, admin)
    changed = Instrument.objects.get(unit=unit, inner_number="E-001")
    assert (changed.worth, changed.contact_phone, changed.version) == (Decimal(4_000_000), "13800000000", 2)
    told = ListingEvent.objects.get(kind="instrument", subject_id=changed.pk, action="edit")
    assert told.changes["联系电话"] == ["（已隐去）", "（已更换）"]
