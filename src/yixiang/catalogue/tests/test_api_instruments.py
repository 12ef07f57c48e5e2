"""Through the JSON doors: the same rules as on the pages."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from yixiang.catalogue.commands import publishing
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.tests import sample
from yixiang.catalogue.tests.conftest import NOW, browser, whole_draft
from yixiang.people.models import Person
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(unit: Unit) -> None:
    """The doors look at today's clock; the unit confirmed its facts today."""
    Unit.objects.update(confirmed_at=timezone.now())


def send(client: Client, method: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> HttpResponse:
    call = getattr(client, method)
    answer: HttpResponse = call(f"/api/v1{path}", body, content_type="application/json", headers=headers or {})
    return answer


def facts(**changes: Any) -> dict[str, Any]:
    typed = {name: text for name, text in sample.typed().items() if name != "kind"}
    given: dict[str, Any] = {
        **typed, "worth": "3200000", "funds": ["local"], "disciplines": ["430", "150"],
        "bought_on": "2026-01-05", "accepted_on": "2026-01-09",
    }  # fmt: skip
    return given | changes


def begin(by: Person, unit: Unit, **changes: Any) -> Instrument:
    made = send(browser(by), "post", "/instruments", unit=str(unit.pk), **facts(**changes))
    assert made.status_code == 201, made.content
    return Instrument.objects.get(code=made.json()["code"])


def test_a_program_begins_and_hands_in(admin: Person, unit: Unit, city: Person) -> None:
    draft = begin(admin, unit)
    sample.keeper(draft, NOW)
    sample.opened(draft)
    handed = send(browser(admin), "post", f"/instruments/{draft.code}/submit")
    assert handed.json()["state"] == {"code": "submitted", "label": "待审核"}
    draft.refresh_from_db()
    assert draft.worth == 3_200_000


def test_money_is_yuan_here(admin: Person, unit: Unit) -> None:
    assert begin(admin, unit, worth="285000.50").typed["worth"] == "285000.50元"


def test_what_is_missing_is_said_by_field(admin: Person, unit: Unit) -> None:
    draft = begin(admin, unit, category="010100", worth="-5")
    refused = send(browser(admin), "post", f"/instruments/{draft.code}/submit")
    assert refused.status_code == 422
    named = {error["pointer"].rsplit("/", 1)[-1] for error in refused.json()["errors"]}
    assert {"category", "worth", "keepers", "hours"} <= named


def test_a_visitor_reads_what_is_public_and_nothing_of_the_draft(listed: Instrument) -> None:
    answer = send(Client(), "get", f"/instruments/{listed.code}")
    body = answer.json()
    assert (body["facts"]["model"], body["worth"], body["booking_modes"]) == (
        "SU8010",
        "3200000.00",
        ["time", "samples"],
    )
    assert (body["draft"], body["problems"], body["allowed"], body["case_id"]) == (None, None, [], None)


def test_a_draft_is_nobody_elses(draft: Instrument, outsider: Person, city: Person) -> None:
    for client in (Client(), browser(outsider), browser(city)):
        assert send(client, "get", f"/instruments/{draft.code}").status_code == 404


def test_the_owner_sees_what_may_be_done(admin: Person, listed: Instrument) -> None:
    body = send(browser(admin), "get", f"/instruments/{listed.code}").json()
    assert [move["action"] for move in body["allowed"]] == ["stop", "ask_scrap", "ask_leave"]
    assert body["allowed"][0]["note"] is True


def test_a_change_is_in_force_at_once(admin: Person, listed: Instrument) -> None:
    answer = send(browser(admin), "patch", f"/instruments/{listed.code}", room="B201", worth="3215000")
    assert (answer.json()["facts"]["room"], answer.json()["worth"]) == ("B201", "3215000.00")


def test_a_change_made_on_an_old_reading_is_refused(admin: Person, listed: Instrument) -> None:
    client = browser(admin)
    tag = send(client, "get", f"/instruments/{listed.code}")["ETag"]
    send(client, "patch", f"/instruments/{listed.code}", room="B201")
    late = send(client, "patch", f"/instruments/{listed.code}", headers={"If-Match": tag}, room="C301")
    assert late.status_code == 412
    listed.refresh_from_db()
    assert listed.room == "B201"


def test_stopping_without_a_reason_is_refused(admin: Person, listed: Instrument) -> None:
    client = browser(admin)
    assert send(client, "post", f"/instruments/{listed.code}/stop", note="").status_code == 422
    stopped = send(client, "post", f"/instruments/{listed.code}/stop", note="检修")
    assert (stopped.json()["state"]["code"], stopped.json()["state_note"]) == ("stopped", "检修")


def test_another_unit_changes_nothing(outsider: Person, listed: Instrument, unit: Unit) -> None:
    client = browser(outsider)
    assert send(client, "patch", f"/instruments/{listed.code}", room="B201").status_code == 403
    assert send(client, "post", f"/instruments/{listed.code}/stop", note="x").status_code == 403
    assert send(client, "post", "/instruments", unit=str(unit.pk)).status_code == 404


def test_a_field_nobody_knows_is_not_swallowed_into_the_draft(admin: Person, unit: Unit) -> None:
    made = send(browser(admin), "post", "/instruments", unit=str(unit.pk), name="离心机", colour="blue")
    assert "colour" not in made.json()["draft"]


def test_taking_back_and_going_again(admin: Person, unit: Unit, city: Person) -> None:
    handed = publishing.submit(whole_draft(unit, admin), actor=admin, now=NOW)
    back = send(browser(admin), "post", f"/instruments/{handed.code}/withdraw")
    assert back.json()["state"]["code"] == "draft"
    assert back.json()["problems"] == {}
