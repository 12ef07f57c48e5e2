"""The race over all doors at small size: a real web of two processes and a real worker, killed on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarks import race, race_rows
from benchmarks.house import House, opened
from django.db import connection

from tests import prepared

pytestmark = pytest.mark.xdist_group("race")
PLAN = race.Plan(clients=12, attempts=260, instruments=3, seconds=20, kills_apart=1)


@pytest.fixture
def copied(django_db_setup: None) -> Iterator[str]:
    """A copy of the test database, so that its tables need not be made again; made before `db` opens the first one."""
    known = connection.settings_dict
    name = f"{known['NAME']}_race"
    prepared.copy(known["NAME"], name)
    yield _url(known, name)
    prepared.drop(name)


def _url(known: dict[str, Any], name: str) -> str:
    port = f"&port={known['PORT']}" if known["PORT"] else ""
    secret = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    return f"postgresql://{known['USER']}{secret}@/{name}?host={known['HOST']}{port}"


@pytest.fixture
def house(copied: str, db: None, tmp_path: Path) -> Iterator[House]:
    with opened(copied, tmp_path) as made:
        yield made


def test_nothing_is_lost_doubled_or_overlapping_while_processes_die(house: House) -> None:
    told, _breaks, _seconds = race.run(house, PLAN)
    race_rows.wait_for_the_queue(house, hurry=True)
    assert race_rows.faults(house, told) == []
    assert told.kills.total() >= 1
    assert len(told.placed) >= 5
    assert told.alternatives[3] >= 20
