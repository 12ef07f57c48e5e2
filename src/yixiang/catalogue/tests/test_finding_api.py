"""The JSON doors of finding, open to everybody."""

from urllib.parse import urlencode

import pytest

from yixiang.catalogue.search.indexing import refresh

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/"


@pytest.fixture
def shown(instrument):
    made = instrument(hours=(), function="观察断口。")
    refresh([made.pk])
    return made


def read(client, path, **query):
    answer = client.get(f"{PLACE}{path}?{urlencode(query)}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_instruments_come_with_facets_and_reasons(shown, client, unit):
    found = read(client, "instruments", q="SEM", region="430100")
    (item,) = found["items"]
    assert item["code"] == shown.code
    assert item["unit"] == {"code": unit.account_name, "name": unit.name}
    assert item["category"] == {"code": "010102", "name": "扫描电镜"}
    assert item["booking_modes"] == ["time", "samples"]
    assert item["why"] == ["SEM = 扫描电镜"]
    assert (found["total"], found["total_is_exact"], found["next"]) == (1, True, None)
    assert {"code": "010102", "name": "扫描电镜", "count": 1, "chosen": False, "depth": 2} in found["facets"][
        "category"
    ]


def test_units_with_their_instruments(shown, client, unit):
    (found,) = read(client, "instruments", q="SEM", by="unit")["units"]
    assert (found["name"], found["count"]) == (unit.name, 1)
    assert found["instruments"][0]["code"] == shown.code


def test_a_page_read_again_costs_a_header(shown, client):
    first = client.get(PLACE + "instruments?q=SEM")
    assert client.get(PLACE + "instruments?q=SEM", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_made_up_cursor_is_a_clear_refusal(shown, client):
    answer = client.get(PLACE + "instruments?cursor=x")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-invalid")


def test_words_of_ten_thousand_characters_are_answered(shown, client):
    assert read(client, "instruments", q="电" * 10_000)["notes"]


def test_the_trees_hold_counts(shown, client):
    classes = {row["code"]: row["count"] for row in read(client, "categories")["items"]}
    assert (classes["010000"], classes["010102"], classes["010101"]) == (1, 1, 0)
    regions = {row["code"]: row["count"] for row in read(client, "regions")["items"]}
    assert regions == {"430000": 1, "430100": 1, "430104": 1}


def test_suggestions_say_what_they_are(shown, client):
    assert {"text": "扫描电镜", "kind": "class", "note": "分类", "query": {"category": "010102"}} in read(
        client, "suggest", q="扫描"
    )
