"""Many listings at once: each by itself, and a reason for each that was left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yixiang.catalogue.commands import health, mending
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.tests.conftest import NOW, WEEK, MakeInstrument
from yixiang.kernel.errors import Invalid, NotPermitted
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)
PRICE = [Line("labour", "hour", Decimal(200))]


def test_a_month_without_changes_is_confirmed_in_one_step(instrument: MakeInstrument, admin: Person) -> None:
    many = [instrument() for _n in range(3)]
    mended = mending.confirm_many(many, actor=admin, now=LATER)
    assert mended.done == 3
    assert set(Instrument.objects.values_list("confirmed_at", flat=True)) == {LATER}
    assert ListingEvent.objects.filter(action="confirm", by=admin).count() == 3


def test_confirming_gives_the_points_of_fresh_information_back(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    health.refresh_health([one.pk], on=LATER.date())
    before = Instrument.objects.get(pk=one.pk)
    mending.confirm_many([one], actor=admin, now=LATER)
    after = Instrument.objects.get(pk=one.pk)
    assert "ageing" in before.losses
    assert "ageing" not in after.losses
    assert after.health > before.health


def test_a_draft_is_left_out_with_its_reason(instrument: MakeInstrument, admin: Person) -> None:
    listed, draft = instrument(), instrument(state="draft")
    mended = mending.confirm_many([listed, draft], actor=admin, now=LATER)
    assert (mended.done, [one for one, _why in mended.refused]) == (1, [draft])


def test_one_that_is_not_ones_own_stops_the_whole_confirmation(instrument: MakeInstrument, outsider: Person) -> None:
    one = instrument()
    with pytest.raises(NotPermitted):
        mending.confirm_many([one], actor=outsider, now=LATER)
    one.refresh_from_db()
    assert one.confirmed_at == NOW


def test_the_same_hours_for_many(instrument: MakeInstrument, admin: Person) -> None:
    many = [instrument(hours=()) for _n in range(2)]
    assert mending.set_hours(many, WEEK, actor=admin, now=NOW).done == 2
    assert [one.opening_hours.count() for one in many] == [5, 5]


def test_the_same_price_list_for_many_leaves_those_it_does_not_fit(instrument: MakeInstrument, admin: Person) -> None:
    fits, booked = instrument(), instrument()
    mending.publish_tariff([booked], PRICE, valid_from=date(2026, 5, 1), actor=admin, now=NOW)
    mended = mending.publish_tariff([fits, booked], PRICE, valid_from=date(2026, 4, 1), actor=admin, now=NOW)
    assert mended.done == 1
    assert [(one, "重叠" in why) for one, why in mended.refused] == [(booked, True)]


def test_a_new_contact_must_be_asked_again(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument(contact_email="old@example.com", contact_name="旧", reached_at=NOW)
    contact = {"contact_name": "李明", "contact_phone": "13800000000", "contact_email": "new@example.com"}
    assert mending.set_contact([one], contact, actor=admin, now=NOW).done == 1
    one.refresh_from_db()
    assert (one.contact_name, one.reached_at) == ("李明", None)


def test_a_telephone_number_that_is_none_changes_nobody(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    mended = mending.set_contact([one], {"contact_name": "李明", "contact_phone": "12"}, actor=admin, now=NOW)
    one.refresh_from_db()
    assert (mended.done, one.contact_name) == (0, "")
    assert "电话格式" in mended.refused[0][1]


def test_too_many_at_once_are_refused_before_the_first(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    with pytest.raises(Invalid, match="500"):
        mending.set_hours([one] * 501, WEEK, actor=admin, now=NOW)
