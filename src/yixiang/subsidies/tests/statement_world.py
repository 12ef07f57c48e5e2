"""A public university with one instrument, its statement of 2025 filled in and with its papers."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yixiang.catalogue.models import Instrument
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.people.models import Person
from yixiang.subsidies.commands import stating
from yixiang.subsidies.commands.stating import Figures
from yixiang.subsidies.models import Running, Statement
from yixiang.subsidies.tests.conftest import NOW, Settled
from yixiang.units.models import Unit

YEAR = 2025
Provider = Callable[..., Unit]


@pytest.fixture
def provider(db: None) -> Provider:
    """What a unit is stands in the records of changes, so it is made as it is."""

    def make(kind: str = "university", nature: str = "public", region: str = "430104") -> Unit:
        number = Unit.objects.count()
        return Unit.objects.create(  # type: ignore[no-any-return]
            name=f"第{number}大学", account_name=f"p{number}", region=region, kind=kind, nature=nature, provides=True,
            state="joined", joined_at=NOW, confirmed_at=NOW, credit_code=f"1243000000000{number:05d}",
        )  # fmt: skip

    return make


@pytest.fixture
def univ(provider: Provider) -> Unit:
    return provider()


@pytest.fixture
def dean(univ: Unit, person: Callable[..., Person]) -> Person:
    return person("dean", "unit_admin", scopes.unit(univ.pk))


@pytest.fixture
def microscope(univ: Unit, instrument: Callable[..., Instrument]) -> Instrument:
    return instrument(unit=univ)


def scan(uploader: Person, name: str = "scan.png") -> File:
    return take(SimpleUploadedFile(name, picture()), uploader=uploader, purpose="statement-paper", now=NOW)


def picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    return drawn.getvalue()


def row_of(statement: Statement) -> Running:
    return statement.rows.select_related("statement", "instrument").get()  # type: ignore[no-any-return]


def figures(statement: Statement, total: str = "100.00", **changes: Any) -> Figures:
    """Costs of nothing but the running cost of each instrument."""
    usual: dict[str, Any] = {
        "material": Decimal(0), "fiscal_wages": Decimal(0), "planned": Decimal(0), "runs_normally": True,
        "totals": {row.pk: Decimal(total) for row in statement.rows.all()},
    }  # fmt: skip
    return Figures(**usual | changes)


def prove(statement: Statement, by: Person) -> None:
    for kind in ("meter", "apportionment", "wages"):
        stating.add_paper(statement, scan(by), kind=kind, actor=by, now=NOW)


def filled(unit: Unit, by: Person, total: str = "100.00", **changes: Any) -> Statement:
    made = stating.begin(unit, YEAR, actor=by, now=NOW)
    prove(made, by)
    return stating.type_figures(made, figures(made, total, **changes), actor=by, now=NOW)


@pytest.fixture
def ready(univ: Unit, dean: Person, microscope: Instrument, settled: Settled) -> Statement:
    """Earned 1,000 by one hour for others, one more hour for itself; 100 of running cost."""
    settled("1000.00", one=microscope)
    settled("0", one=microscope, by=univ, internal=True)
    return filled(univ, dean)
