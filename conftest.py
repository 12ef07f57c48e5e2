"""Fixtures of the whole: the demo world in a database of its own, so that stories have somebody to happen to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from tests import prepared

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-matrix", action="store_true", help="write tests/access/matrix.toml from what is true now")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The empty tables, migrated once for all processes and runs."""
    name = str(connection.settings_dict["TEST"]["NAME"])
    with django_db_blocker.unblock():
        prepared.make(name, "tables", prepared.SCHEMA, _migrate)
    yield
    with django_db_blocker.unblock():
        prepared.drop(name)


def _migrate() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests with transactions of their own empty the tables Django knows; the queue is not among them."""
    mark = request.node.get_closest_marker("django_db")
    emptied = mark is not None and mark.kwargs.get("transaction")
    if emptied:
        request.getfixturevalue("transactional_db")
    yield
    if emptied:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE")


@pytest.fixture(scope="session")
def demo_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the test database with the demo in it; room tests never see its people."""
    plain = str(connection.settings_dict["NAME"])
    filled = f"{plain}_demo"
    with django_db_blocker.unblock():
        prepared.make(filled, "demo", prepared.WORLD, lambda: _fill(filled))
        prepared.use(plain)
    yield filled
    with django_db_blocker.unblock():
        prepared.drop(filled)
        prepared.use(plain)


def _fill(name: str) -> None:
    from django.core.management import call_command

    from yixiang.demo.world import build
    from yixiang.people.commands.roles import load_roles

    prepared.copy_tables(name)
    call_command("createcachetable", verbosity=0)
    load_roles(settings.HOME / "reference" / "roles.toml")
    build(NOW, say=lambda _: None)


@pytest.fixture
def demo_chosen(demo_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Before `db` opens its transaction: these tests ask for `demo` and carry no django_db mark."""
    plain = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        prepared.use(demo_database)
    yield
    with django_db_blocker.unblock():
        prepared.use(plain)


@pytest.fixture
def demo(demo_chosen: None, db: None) -> datetime:
    """The demo world, every change rolled back; its today is `NOW`."""
    assert connection.settings_dict["NAME"].endswith("_demo")
    return NOW


@pytest.fixture
def signed_in(demo: datetime) -> Callable[[str], Client]:
    """A browser of one of the cast; "" is a visitor."""
    from yixiang.people.models import Person

    def make(username: str) -> Client:
        client = Client()
        if username:
            client.force_login(Person.objects.get(username=username))
        return client

    return make
