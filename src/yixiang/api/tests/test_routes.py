"""The endpoints of the rooms below."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yixiang.api.tests.conftest import asking
from yixiang.api.tests.test_problems import check_problem
from yixiang.kernel import scopes
from yixiang.notices.models import Notice
from yixiang.people.access import forget_grants
from yixiang.people.models import Grant, Person, Role, Token
from yixiang.reviews.commands import Fact, Opening, Round, open_case
from yixiang.reviews.models import Case
from yixiang.units.models import Unit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DECIDE = "units:unit:decide"


@pytest.fixture
def reviewer(person):
    role = Role.objects.create(code="city-reviewer", name="审核人", permissions=[DECIDE], reaches=["region"])
    Grant.objects.create(person=person, role=role, scope=scopes.region("430100"), scope_label="长沙市")
    forget_grants(person)
    return person


def opened(region="430100", number=1):
    return open_case(
        Opening(
            kind="unit",
            subject_id=number,
            title=f"单位 {number} 申请入网",
            permission=DECIDE,
            region=region,
            rounds=[Round("city", "科技局", [scopes.region(region)], 5)],
            applicant_label="申请单位",
            facts=[Fact("统一社会信用代码", "91430100MA4L16JQ9B", passed=True)],
        ),
        applicant=Person.objects.get_or_create(username="applicant", name="申请人")[0],
        now=NOW,
    )


def test_me_says_who_and_what_one_may(ask, reviewer):
    body = ask("GET", "/api/v1/me").json()
    assert (body["username"], body["permissions"]) == ("asker", [DECIDE])
    assert body["grants"][0]["role"] == {"code": "city-reviewer", "name": "审核人"}
    assert body["grants"][0]["scope"] == "region/430000/430100"
    assert body["token"]["scopes"] == ["write"]


def test_a_reading_token_shows_only_what_it_may_use(secret, reviewer):
    assert asking(secret("read"))("GET", "/api/v1/me").json()["permissions"] == []


def test_my_tokens_are_listed_without_their_secret_and_can_be_revoked(ask):
    (token,) = ask("GET", "/api/v1/me/tokens").json()["items"]
    assert "digest" not in token
    response = ask("DELETE", f"/api/v1/me/tokens/{token['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert Token.objects.get().revoked_at


def test_nobody_elses_token_can_be_revoked(ask):
    other = Person.objects.create(username="other", name="他人")
    token = Token.objects.create(person=other, name="x", prefix="x", digest="x", expires_at=NOW)
    check_problem(ask("DELETE", f"/api/v1/me/tokens/{token.pk}"), 404, "not-found")


def test_cases_are_those_within_ones_reach(ask, reviewer):
    here, _elsewhere = opened("430100", 1), opened("370100", 2)
    body = ask("GET", "/api/v1/cases?total=true").json()
    assert [one["id"] for one in body["items"]] == [here.pk]
    assert (body["total"], body["next"]) == (1, None)
    assert body["items"][0]["state"] == {"code": "open", "label": "待审核"}


def test_cases_can_be_filtered(ask, reviewer):
    opened()
    for query, count in (("state=open", 1), ("state=approved", 0), ("kind=unit", 1), ("kind=x", 0), ("waiting=1", 1)):
        assert len(ask("GET", f"/api/v1/cases?{query}").json()["items"]) == count, query
    check_problem(ask("GET", "/api/v1/cases?state=nonsense"), 422, "invalid")


def test_a_case_comes_with_facts_decisions_and_what_may_be_done(ask, reviewer):
    case = opened()
    response = ask("GET", f"/api/v1/cases/{case.pk}")
    body = response.json()
    assert body["facts"][0]["passed"] is True
    assert [one["action"] for one in body["decisions"]] == ["submit"]
    assert {one["action"]: one["href"] for one in body["allowed"]} == {
        action: f"/api/v1/cases/{case.pk}/{action}" for action in ("approve", "return", "reject")
    }
    assert response["ETag"].startswith('"v1.')


def test_a_case_of_another_city_is_not_there(ask, reviewer):
    case = opened("370100")
    check_problem(ask("GET", f"/api/v1/cases/{case.pk}"), 404, "not-found")
    check_problem(ask("POST", f"/api/v1/cases/{case.pk}/approve", {}), 404, "not-found")


def test_a_token_without_the_permission_sees_but_does_not_decide(secret, reviewer):
    case = opened(number=Unit.objects.create(created_by=reviewer, name="单位 1", region="430100").pk)
    send = asking(secret("units:unit:see", "people:grant:give"))
    assert send("GET", f"/api/v1/cases/{case.pk}").json()["allowed"] == []
    check_problem(send("POST", f"/api/v1/cases/{case.pk}/approve", {}), 403, "not-permitted")


def test_a_decision_on_an_older_version_is_refused(ask, reviewer):
    case = opened()
    Case.objects.filter(pk=case.pk).update(version=2)
    check_problem(ask("POST", f"/api/v1/cases/{case.pk}/approve", {}, If_Match='"v1.x"'), 412, "version-changed")


def test_an_action_there_is_not_is_named(ask, reviewer):
    check_problem(ask("POST", f"/api/v1/cases/{opened().pk}/bless", {}), 422, "invalid")


def test_notices_are_my_own_and_can_be_read(ask, person):
    other = Person.objects.create(username="other", name="他人")
    mine = Notice.objects.create(person=person, kind="system", subject="停机维护", key="a")
    Notice.objects.create(person=other, kind="system", subject="别人的", key="a")
    (one,) = ask("GET", "/api/v1/notices?unread=true").json()["items"]
    assert (one["id"], one["subject"], one["read_at"]) == (mine.pk, "停机维护", None)
    assert ask("POST", f"/api/v1/notices/{mine.pk}/read").json()["read_at"]
    assert ask("GET", "/api/v1/notices?unread=true").json()["items"] == []


def test_somebody_elses_notice_cannot_be_read(ask):
    other = Person.objects.create(username="other", name="他人")
    notice = Notice.objects.create(person=other, kind="system", subject="别人的", key="a")
    check_problem(ask("POST", f"/api/v1/notices/{notice.pk}/read"), 404, "not-found")


@pytest.fixture
def upload(secret, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = Client(headers={"Authorization": f"Bearer {secret()}"})

    def send(name, content, **headers):
        return client.post("/api/v1/files", {"file": SimpleUploadedFile(name, content)}, headers=headers)

    return send


def test_a_file_goes_in_and_comes_out(upload, ask):
    response = upload("说明.txt", "一行文字\n".encode())
    body = response.json()
    assert (response.status_code, response["Location"]) == (201, f"/api/v1/files/{body['id']}")
    assert ask("GET", response["Location"]).json() == body
    content = ask("GET", body["content"])
    assert b"".join(content.streaming_content) == "一行文字\n".encode()
    assert "attachment" in content["Content-Disposition"]


def test_the_same_upload_sent_twice_is_one_file(upload):
    first, second = (upload("a.txt", b"words\n", **{"Idempotency-Key": "k-1"}) for _n in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    check_problem(upload("a.txt", b"other\n", **{"Idempotency-Key": "k-1"}), 422, "idempotency-key-reused")


def test_a_disguised_file_is_refused_at_its_field(upload):
    body = upload("scan.pdf", b"MZ\x90\x00" + b"\x00" * 200).json()
    assert body["code"].startswith("file-")
    assert body["errors"][0]["field"] == "file"


def test_a_file_of_somebody_else_is_not_there(upload, ask):
    place = upload("a.txt", b"words\n")["Location"]
    Token.objects.update(person=Person.objects.create(username="other", name="他人"))
    check_problem(ask("GET", place), 404, "not-found")
    check_problem(ask("GET", f"{place}/content"), 404, "not-found")


def test_code_tables_need_no_key():
    body = asking("")("GET", "/api/v1/reference/divisions?parent=430000").json()
    assert {"code": "430100", "name": "长沙市", "parent": "430000"} in body["items"]
    assert all(item["parent"] == "430000" for item in body["items"])
    found = asking("")("GET", "/api/v1/reference/divisions?q=长沙").json()["items"]
    assert {"长沙市", "长沙县"} <= {item["name"] for item in found}


def test_the_root_names_the_way(client):
    assert client.get("/api/v1/").json()["docs"] == "/api/v1/docs"
