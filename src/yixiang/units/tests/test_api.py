"""Through the JSON doors: the same rules as on the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from yixiang.files.models import File
from yixiang.people.models import Person
from yixiang.units.models import Membership, Unit
from yixiang.units.tests.sample import OTHER_CODE, typed
from yixiang.units.tests.test_pages import browser

pytestmark = pytest.mark.django_db
Scan = Callable[[Person], File]
MakePerson = Callable[..., Person]


@pytest.fixture(autouse=True)
def _own_api(settings: Settings) -> None:
    settings.ROOT_URLCONF = "yixiang.units.tests.api_urls"


def send(client: Client, method: str, path: str, **body: Any) -> HttpResponse:
    answer: HttpResponse = getattr(client, method)(f"/api/v1{path}", body, content_type="application/json")
    return answer


def facts(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        **typed(),
        "provides": True,
        "uses": True,
        "headcount": 120,
        "last_year_revenue": "35000000",
    }
    return {**given, **changes}


def papers(by: Person, scan: Scan) -> dict[str, str]:
    return {purpose: str(scan(by).pk) for purpose in ("application", "certificate")}


def test_a_program_registers_a_unit_in_one_request(registrant: Person, city: Person, scan: Scan) -> None:
    made = send(
        browser(registrant), "post", "/units", **facts(), accept_commitment=True, papers=papers(registrant, scan)
    )
    assert made.status_code == 201
    assert made.json()["state"] == {"code": "submitted", "label": "待审核"}
    assert made["Location"] == "/api/v1/units/xjclkj"


def test_a_registration_with_a_flaw_leaves_nothing_behind(registrant: Person, scan: Scan) -> None:
    made = send(browser(registrant), "post", "/units", **facts(credit_code="123"), papers=papers(registrant, scan))
    assert made.status_code == 422
    assert set(made.json()["fields"]) == {"credit_code", "commitment"}
    assert not Unit.objects.exists()


def test_the_list_shows_what_the_person_sees(joined: Unit, city: Person, stranger: Person) -> None:
    seen = send(browser(city), "get", "/units").json()
    assert [one["credit_code"] for one in seen["items"]] == [OTHER_CODE]
    assert send(browser(stranger), "get", "/units").json()["items"] == []


@pytest.mark.parametrize("code", ["xjclkj", OTHER_CODE])
def test_a_unit_is_found_by_either_code(code: str, joined: Unit, registrant: Person, stranger: Person) -> None:
    found = send(browser(registrant), "get", f"/units/{code}")
    assert (found.json()["contact_phone"], found["ETag"]) == ("13800138000", f'"v{joined.version}"')
    assert send(browser(stranger), "get", f"/units/{code}").status_code == 404


def test_an_edit_says_what_applies_and_what_waits(joined: Unit, registrant: Person) -> None:
    done = send(browser(registrant), "patch", "/units/xjclkj", address="新址", headcount=480).json()
    assert done["applied"] == ["address"]
    assert done["change_case"]
    assert done["unit"]["headcount"] == 120


def test_an_edit_of_an_old_version_is_refused(joined: Unit, registrant: Person) -> None:
    answer = browser(registrant).patch(
        "/api/v1/units/xjclkj", {"address": "新址"}, content_type="application/json", headers={"If-Match": '"v1"'}
    )
    assert answer.status_code == 412


def test_the_moves_are_offered_and_taken(submitted: Unit, registrant: Person) -> None:
    client = browser(registrant)
    offered = send(client, "get", "/units/xjclkj").json()["allowed"]
    assert [move["action"] for move in offered] == ["withdraw"]
    assert send(client, "post", "/units/xjclkj/withdraw").json()["state"]["code"] == "draft"
    assert send(client, "post", "/units/xjclkj/withdraw").status_code == 409


def test_only_the_authority_makes_a_unit_leave(joined: Unit, registrant: Person, city: Person) -> None:
    assert send(browser(registrant), "post", "/units/xjclkj/leave", note="不用了").status_code == 403
    assert send(browser(city), "post", "/units/xjclkj/leave", note="注销").json()["state"]["code"] == "left"


def test_binding_through_the_api(joined: Unit, registrant: Person, person: MakePerson) -> None:
    staff = browser(person("staff"))
    asked = send(staff, "post", "/units/xjclkj/members/ask", message="检测部").json()
    assert asked["state"]["code"] == "asked"
    assert len(send(browser(registrant), "get", "/units/xjclkj/members").json()["items"]) == 2
    assert send(staff, "post", f"/memberships/{asked['id']}/cancel").json()["state"]["code"] == "cancelled"
    assert Membership.objects.get(pk=asked["id"]).until


def test_the_tree_through_the_api(joined: Unit, registrant: Person) -> None:
    client = browser(registrant)
    school = send(client, "post", "/units/xjclkj/sub-units/add", name="材料学院", kind="school").json()
    lab = send(client, "post", "/units/xjclkj/sub-units/add", name="电镜室", parent_id=school["id"]).json()
    assert [one["depth"] for one in send(client, "get", "/units/xjclkj/sub-units").json()] == [1, 2]
    assert send(client, "post", f"/sub-units/{school['id']}/close").status_code == 409
    assert send(client, "post", f"/sub-units/{lab['id']}/close").status_code == 200


def test_papers_and_flags_through_the_api(joined: Unit, registrant: Person, city: Person) -> None:
    flag = {"kind": "abnormal", "since": str(date(2026, 1, 5)), "source": "公示"}
    assert send(browser(registrant), "post", "/units/xjclkj/flags/put", **flag).status_code == 403
    assert send(browser(city), "post", "/units/xjclkj/flags/put", **flag).status_code == 201
    for name, count in (("flags", 1), ("relations", 0), ("regulations", 0)):
        assert len(send(browser(registrant), "get", f"/units/xjclkj/{name}").json()) == count


def test_experts_through_the_api(joined: Unit, registrant: Person) -> None:
    client = browser(registrant)
    made = send(client, "post", "/units/xjclkj/experts/apply", title="高工", field="电镜")
    assert made.json()["state"]["code"] == "submitted"
    assert send(client, "get", "/experts").json()["items"] == []  # found by others only when certified


def test_a_change_under_review_is_taken_back_once(joined: Unit, registrant: Person) -> None:
    program = browser(registrant)
    assert send(program, "patch", "/units/xjclkj", headcount=260).status_code == 200
    assert joined.changes.filter(state="submitted").exists()
    assert send(program, "post", "/units/xjclkj/withdraw_change").status_code == 200
    assert joined.changes.get().state == "withdrawn"
    assert send(program, "post", "/units/xjclkj/withdraw_change").status_code == 404
