"""The race over all doors at small size: a real web of two processes and a real worker, killed on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from benchmarks import race, race_rows
from benchmarks.house import House, opened
from django.db import connection

pytestmark = pytest.mark.xdist_group("race")
PLAN = race.Plan(clients=12, attempts=260, instruments=3, seconds=20, kills_apart=1)


@pytest.fixture
def copied(django_db_setup: None) -> Iterator[str]:
    """A copy of the test database, so that its tables need not be made again; made before `db` opens the first one."""
    plain = connection.settings_dict
    named = {"host": plain["HOST"], "port": plain["PORT"] or None, "user": plain["USER"], "password": plain["PASSWORD"]}
    name = f"{plain['NAME']}_race"
    connection.close()
    with psycopg.connect(dbname="postgres", autocommit=True, **named) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{plain["NAME"]}"')
        yield _url(plain, name)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _url(plain: dict[str, Any], name: str) -> str:
    port = f"&port={plain['PORT']}" if plain["PORT"] else ""
    secret = f":{plain['PASSWORD']}" if plain["PASSWORD"] else ""
    return f"postgresql://{plain['USER']}{secret}@/{name}?host={plain['HOST']}{port}"


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
