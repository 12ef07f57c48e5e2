"""The same conversation for programs."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from yixiang.people.models import Person
from yixiang.units.models import Expert
from yixiang.units.tests.test_consulting import asker, expert, other  # noqa: F401  # fixtures
from yixiang.units.tests.test_pages import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_api(settings: Settings) -> None:
    settings.ROOT_URLCONF = "yixiang.units.tests.api_urls"


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_anybody_reads_the_directory_and_no_contact_is_in_it(expert: Expert) -> None:  # noqa: F811
    listed = Client().get("/api/v1/experts", {"category": "010100"}).json()["items"]
    assert [row["classes"] for row in listed] == [["010101"]]
    one = Client().get(f"/api/v1/experts/{listed[0]['id']}").json()
    assert one["shared"] == []
    assert not {"phone", "email"} & set(one)


def test_a_question_is_asked_answered_and_closed(expert: Expert, asker: Person) -> None:  # noqa: F811
    mine, theirs = browser(asker), browser(expert.person)
    made = post(mine, f"/experts/{expert.pk}/questions", title="怎样制样？", text="粉末团聚")
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    assert [move["action"] for move in theirs.get(f"/api/v1{path}").json()["allowed"]] == [
        "answer",
        "forward",
        "decline",
    ]
    assert post(theirs, f"{path}/answer", text="超声").json()["state"]["code"] == "answered"
    assert post(mine, f"{path}/close", text="谢谢").json()["turns"][-1]["text"] == "谢谢"


def test_a_strangers_question_does_not_exist(expert: Expert, asker: Person, stranger: Person) -> None:  # noqa: F811
    made = post(browser(asker), f"/experts/{expert.pk}/questions", title="问", text="问").json()
    assert browser(stranger).get(f"/api/v1/questions/{made['id']}").status_code == 404
    assert post(browser(stranger), f"/questions/{made['id']}/answer", text="x").status_code == 404
    assert browser(stranger).get("/api/v1/questions", {"box": "all"}).json()["items"] == []


def test_forwarding_names_to_whom(expert: Expert, other: Expert, asker: Person) -> None:  # noqa: F811
    made = post(browser(asker), f"/experts/{expert.pk}/questions", title="问", text="问").json()
    theirs = browser(expert.person)
    assert post(theirs, f"/questions/{made['id']}/forward", text="x").status_code == 422
    moved = post(theirs, f"/questions/{made['id']}/forward", text="他更熟悉", to=other.pk)
    assert moved.json()["expert_id"] == other.pk
