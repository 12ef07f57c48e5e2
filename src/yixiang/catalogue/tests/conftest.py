"""Small builders: a joined unit, its administrator, and instruments that stand."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from yixiang.catalogue.commands import deciding, publishing
from yixiang.catalogue.models import Instrument, OpeningHours
from yixiang.catalogue.tests import sample
from yixiang.kernel import scopes
from yixiang.people.commands.grants import bestow
from yixiang.people.models import Person, Role
from yixiang.reviews.models import Authority
from yixiang.units.models import Membership, Unit

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Changsha
WEEK = tuple((day, 9 * 60, 17 * 60) for day in range(5))
MakePerson = Callable[..., Person]
MakeInstrument = Callable[..., Instrument]


@pytest.fixture(autouse=True)
def _files_elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def roles(db: None) -> None:
    for code, role in tomllib.loads((settings.HOME / "reference" / "roles.toml").read_text("utf-8")).items():
        Role.objects.get_or_create(code=code, defaults={**role, "built_in": True})


@pytest.fixture
def person(roles: None) -> MakePerson:
    def make(username: str, role: str = "", scope: str = "") -> Person:
        made, _new = Person.objects.get_or_create(username=username, defaults={"name": username})
        if role:
            bestow(made, role=role, scope=scope, by=None, now=NOW, scope_label=scope)
        return made

    return make


@pytest.fixture
def unit(db: None) -> Unit:
    return joined_unit("湘江大学", "430104")


def joined_unit(name: str, region: str) -> Unit:
    return Unit.objects.create(
        name=name, account_name=f"u{Unit.objects.count()}", region=region, kind="team", provides=True,
        state="joined", joined_at=NOW, confirmed_at=NOW,
    )  # fmt: skip


@pytest.fixture
def admin(unit: Unit, person: MakePerson) -> Person:
    made = person("admin", "unit_admin", scopes.unit(unit.pk))
    belong(made, unit)
    return made


def belong(who: Person, to: Unit) -> Membership:
    made: Membership = Membership.objects.create(person=who, unit=to, state="member", asked_at=NOW, since=NOW)
    return made


def keeping(who: Person, of: Instrument) -> Person:
    """A member of the unit, entered as keeper of the instrument."""
    belong(who, of.unit)
    of.keepers.update(person=who)
    return who


@pytest.fixture
def outsider(person: MakePerson) -> Person:
    """Administers another unit."""
    other = joined_unit("别处研究所", "370102")
    made = person("outsider", "unit_admin", scopes.unit(other.pk))
    belong(made, other)
    return made


@pytest.fixture
def instrument(unit: Unit) -> MakeInstrument:
    """A listed instrument open on weekdays from nine to five, unless told otherwise."""

    def make(hours: tuple[tuple[int, int, int], ...] = WEEK, **facts: Any) -> Instrument:
        usual: dict[str, Any] = {
            "unit": unit, "name": "场发射扫描电镜", "category": "010102", "worth": Decimal(3_200_000),
            "state": "listed", "listed_at": NOW, "confirmed_at": NOW, "model": "SU8010", "region": "430104",
            "notice_hours": 0,
        }  # fmt: skip
        made = Instrument.objects.create(**usual | facts)
        OpeningHours.objects.bulk_create(
            OpeningHours(instrument=made, weekday=day, opens=opens, closes=closes) for day, opens, closes in hours
        )
        return made

    return make


@pytest.fixture
def city(person: MakePerson) -> Person:
    Authority.objects.get_or_create(region="430100", defaults={"level": "city", "name": "长沙市科学技术局"})
    return person("city", "authority", scopes.region("430100"))


@pytest.fixture
def province(person: MakePerson) -> Person:
    Authority.objects.get_or_create(region="430000", defaults={"level": "province", "name": "湖南省科学技术厅"})
    return person("province", "authority", scopes.region("430000"))


@pytest.fixture
def draft(unit: Unit, admin: Person) -> Instrument:
    """Everything typed, with keeper and hours; nothing handed in."""
    return whole_draft(unit, admin)


def whole_draft(unit: Unit, by: Person, **changes: str) -> Instrument:
    made = publishing.start(unit, actor=by, now=NOW)
    sample.keeper(made, NOW)
    sample.opened(made)
    return publishing.save_draft(made, actor=by, typed=sample.typed(**changes), now=NOW)


@pytest.fixture
def submitted(draft: Instrument, admin: Person, city: Person, province: Person) -> Instrument:
    return publishing.submit(draft, actor=admin, now=NOW)


@pytest.fixture
def listed(submitted: Instrument, city: Person, province: Person) -> Instrument:
    """Through both rounds."""
    for who in (city, province):
        assert submitted.case
        deciding.decide_case(submitted.case, actor=who, action="approve", now=NOW)
    submitted.refresh_from_db()
    return submitted


def browser(who: Person) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())
