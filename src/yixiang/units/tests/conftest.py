import tomllib
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.people.commands.grants import bestow
from yixiang.people.models import Person, Role
from yixiang.reviews.models import Authority
from yixiang.units.commands import deciding, registering
from yixiang.units.models import Unit
from yixiang.units.tests.sample import NOW, typed

MakePerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def _files_elsewhere(settings: Settings, tmp_path: Path) -> None:
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
    Authority.objects.get_or_create(region="430100", defaults={"level": "city", "name": "长沙市科学技术局"})
    Authority.objects.get_or_create(region="430000", defaults={"level": "province", "name": "湖南省科学技术厅"})


@pytest.fixture
def person(roles: None) -> MakePerson:
    def make(username: str, role: str = "", scope: str = "") -> Person:
        made, _new = Person.objects.get_or_create(username=username, defaults={"name": username})
        if role:
            bestow(made, role=role, scope=scope, by=None, now=NOW, scope_label=scope)
        return made

    return make


@pytest.fixture
def city(person: MakePerson) -> Person:
    return person("city", "authority", scopes.region("430100"))


@pytest.fixture
def province(person: MakePerson) -> Person:
    return person("province", "authority", scopes.region("430000"))


@pytest.fixture
def stranger(person: MakePerson) -> Person:
    """Reviews elsewhere: another province."""
    return person("stranger", "authority", scopes.region("370000"))


@pytest.fixture
def registrant(person: MakePerson) -> Person:
    return person("registrant")


@pytest.fixture
def scan() -> Callable[[Person], File]:
    def make(uploader: Person) -> File:
        picture = BytesIO()
        Image.new("RGB", (8, 8), "white").save(picture, "PNG")
        upload = SimpleUploadedFile("scan.png", picture.getvalue())
        return take(upload, uploader=uploader, purpose="unit-scan", now=NOW)

    return make


@pytest.fixture
def draft(registrant: Person, scan: Callable[[Person], File]) -> Unit:
    """Everything filled in, nothing handed in."""
    return filled_draft(registrant, scan)


def filled_draft(by: Person, scan: Callable[[Person], File], **changes: str) -> Unit:
    unit = registering.start_draft(by, now=NOW)
    unit = registering.save_draft(unit, actor=by, typed=typed(**changes), now=NOW)
    unit = registering.accept_commitment(unit, actor=by, version="hunan-20251222", now=NOW)
    for purpose in ("application", "certificate"):
        registering.attach(unit, actor=by, purpose=purpose, file=scan(by), now=NOW)
    return unit


@pytest.fixture
def submitted(draft: Unit, registrant: Person, city: Person, province: Person) -> Unit:
    return registering.submit(draft, actor=registrant, now=NOW)


@pytest.fixture
def joined(submitted: Unit, city: Person, province: Person) -> Unit:
    assert submitted.case
    deciding.decide_case(submitted.case, actor=city, action="approve", now=NOW)
    deciding.decide_case(submitted.case, actor=province, action="approve", now=NOW)
    submitted.refresh_from_db()
    return submitted
