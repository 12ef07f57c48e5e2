"""The hour and the night: what time alone changes."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from yixiang.catalogue import jobs
from yixiang.catalogue.commands import pricing, timing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import upkeep
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument
from yixiang.kernel.periods import SHANGHAI
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db


def stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def test_a_first_free_time_that_has_passed_moves_on(instrument: MakeInstrument) -> None:
    one = instrument()
    timing.roll([one.pk], now=NOW)
    evening = NOW + timedelta(hours=10)
    assert list(upkeep.passed(now=evening)) == [one.pk]
    jobs.roll_passed(stamp(evening))
    one.refresh_from_db()
    assert one.first_free == datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)
    assert list(upkeep.passed(now=evening)) == []


def test_the_notice_counts_as_passed_time(instrument: MakeInstrument) -> None:
    one = instrument(notice_hours=48)
    timing.roll([one.pk], now=NOW)
    assert list(upkeep.passed(now=NOW)) == []
    assert list(upkeep.passed(now=NOW + timedelta(hours=1))) == [one.pk]


def test_the_night_brings_prices_and_scores_up_to_date(instrument: MakeInstrument, admin: Person) -> None:
    one = instrument()
    begins = date(2026, 4, 10)
    lines = [Line("labour", "hour", Decimal(300))]
    pricing.publish_tariff(one, actor=admin, valid_from=begins, lines=lines, now=NOW)
    for _twice in range(2):
        jobs.night(stamp(datetime(2026, 4, 10, 0, 10, tzinfo=SHANGHAI)))
    one.refresh_from_db()
    assert one.price_from == Decimal(300)
    assert "ageing" in one.losses
    assert "no_price" not in one.losses


def test_batches_reach_every_instrument(instrument: MakeInstrument, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(upkeep, "PIECE", 2)
    for _n in range(5):
        instrument()
    jobs.night(stamp(NOW))
    assert not Instrument.objects.filter(first_free=None).exists()
