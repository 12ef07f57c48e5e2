"""One instrument of the demo the stories are about."""

from datetime import datetime

import pytest

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.search import indexing


@pytest.fixture
def sem(demo: datetime) -> Instrument:
    """A scanning electron microscope of the university that is booked by time."""
    found: Instrument = Instrument.objects.listed().filter(unit__account_name="hnuniv").order_by("pk")[0]
    found.name, found.english_name, found.model = "冷场发射扫描电镜", "Cold Field Emission SEM", "Regulus 8230"
    found.category, found.booking_mode, found.notice_hours = "010102", "time", 1
    found.save()
    indexing.refresh([found.pk])
    return found
