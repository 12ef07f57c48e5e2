"""The floor under the catalogue: what the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError

from yixiang.catalogue.models import Instrument, OpeningHours, Tariff
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db


def instrument(**facts):
    unit = Unit.objects.create(name="测试大学", region="430104", provides=True)
    return Instrument.objects.create(unit=unit, name="扫描电镜", category="010102", worth=1_000_000, **facts)


def test_every_instrument_gets_an_address_of_its_own():
    one = instrument()
    other = Instrument.objects.create(unit=one.unit)
    assert one.code != other.code
    assert len(one.code) == 9


def test_two_stretches_of_one_day_never_overlap():
    one = instrument()
    OpeningHours.objects.create(instrument=one, weekday=0, opens=480, closes=720)
    with pytest.raises(IntegrityError):
        OpeningHours.objects.create(instrument=one, weekday=0, opens=700, closes=800)


def test_two_tariffs_never_hold_on_one_day(django_user_model):
    one = instrument()
    now = "2026-01-01T00:00Z"
    Tariff.objects.create(instrument=one, valid_from=date(2026, 1, 1), published_at=now)
    with pytest.raises(IntegrityError):
        Tariff.objects.create(instrument=one, valid_from=date(2026, 6, 1), published_at=now)
