"""The JSON doors of time, prices, platforms and test services."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yixiang.catalogue.models import Hold, Instrument, Platform, Tariff, TestService
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, browser
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
API = "/api/v1"
ALWAYS = tuple((day, 0, 1440) for day in range(7))


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument(hours=ALWAYS, keeps_holidays=False)


@pytest.fixture
def client(admin: Person) -> Client:
    return browser(admin)


def send(client: Client, method: str, url: str, body: Any = None) -> Any:
    return getattr(client, method)(f"{API}{url}", body or {}, content_type="application/json")


def test_anybody_reads_free_time(one: Instrument) -> None:
    today = timezone.localdate() + timedelta(days=1)
    answer = Client().get(f"{API}/instruments/{one.code}/free?from={today}&to={today}")
    said = answer.json()
    assert answer.status_code == 200
    assert (said["bookable"], said["slot_minutes"], len(said["items"])) == (True, 30, 1)
    assert said["items"][0]["start"] == f"{today}T00:00:00+08:00"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-05-02&to=2026-05-01", "to"),
        ("from=2026-01-01&to=2026-03-04", "to"),
        ("from=1066-01-01&to=1066-01-02", "from"),
        ("from=tomorrow", "from"),
        ("from=9999-12-31", "from"),
        ("from=2026-02-30", "from"),
    ],
)
def test_days_that_make_no_sense_are_refused_by_name(query: str, field: str, one: Instrument) -> None:
    answer = Client().get(f"{API}/instruments/{one.code}/free?{query}")
    assert answer.status_code == 422
    assert field in answer.content.decode()


def test_sixty_two_days_are_the_most(one: Instrument) -> None:
    assert Client().get(f"{API}/instruments/{one.code}/free?from=2026-01-01&to=2026-03-03").status_code == 200


def test_a_draft_shows_no_free_time_to_others(instrument: MakeInstrument, outsider: Person) -> None:
    draft = instrument(state="draft")
    assert browser(outsider).get(f"{API}/instruments/{draft.code}/free").status_code == 404


def test_hours_are_read_back_as_they_were_set(one: Instrument, client: Client) -> None:
    weekly = [{"weekday": 1, "opens": "08:30", "closes": "12:00"}, {"weekday": 7, "opens": "20:00", "closes": "24:00"}]
    assert send(client, "put", f"/instruments/{one.code}/hours", {"weekly": weekly}).status_code == 200
    assert Client().get(f"{API}/instruments/{one.code}/hours").json()["weekly"] == weekly


@pytest.mark.parametrize(
    "weekly",
    [
        [{"weekday": 8, "opens": "08:30", "closes": "12:00"}],
        [{"weekday": 1, "opens": "8am", "closes": "12:00"}],
        [{"weekday": 1, "opens": "12:00", "closes": "08:30"}],
        [{"weekday": 1, "opens": "08:00", "closes": "12:00"}, {"weekday": 1, "opens": "11:00", "closes": "13:00"}],
    ],
)
def test_hours_that_cannot_be_are_refused(weekly: list[Any], one: Instrument, client: Client) -> None:
    assert send(client, "put", f"/instruments/{one.code}/hours", {"weekly": weekly}).status_code == 422
    assert one.opening_hours.count() == 7


def test_taken_time_answers_with_the_three_nearest(one: Instrument, client: Client) -> None:
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    wanted = {"kind": "own", "starts": start.isoformat(), "ends": (start + timedelta(hours=2)).isoformat()}
    made = send(client, "post", f"/instruments/{one.code}/holds", wanted)
    assert made.status_code == 201
    taken = send(client, "post", f"/instruments/{one.code}/holds", wanted)
    assert (taken.status_code, taken.json()["code"]) == (409, "time-taken")
    assert len(taken.json()["alternatives"]) == 3
    gone = client.delete(f"{API}/instruments/{one.code}/holds/{made.json()['id']}")
    assert (gone.status_code, Hold.objects.count()) == (204, 0)


def test_time_without_a_zone_is_refused(one: Instrument, client: Client) -> None:
    wanted = {"kind": "own", "starts": "2099-03-03T09:00:00", "ends": "2099-03-03T10:00:00"}
    answer = send(client, "post", f"/instruments/{one.code}/holds", wanted)
    assert answer.status_code == 422
    assert "时区" in answer.content.decode()


def test_only_its_people_change_an_instruments_time(one: Instrument, outsider: Person) -> None:
    stranger, wanted = browser(outsider), {"kind": "own", "starts": "2099-03-03T09:00Z", "ends": "2099-03-03T10:00Z"}
    assert send(stranger, "put", f"/instruments/{one.code}/hours", {"weekly": []}).status_code == 403
    assert send(stranger, "post", f"/instruments/{one.code}/holds", wanted).status_code == 403
    assert stranger.delete(f"{API}/instruments/{one.code}/holds/1").status_code == 403
    assert send(Client(), "put", f"/instruments/{one.code}/hours", {"weekly": []}).status_code == 401


LINE = {"component": "labour", "basis": "hour", "price": "300.00"}


def test_a_price_list_is_published_and_read(one: Instrument, client: Client) -> None:
    made = send(client, "post", f"/instruments/{one.code}/tariffs", {"valid_from": "2026-01-01", "lines": [LINE]})
    assert made.status_code == 201
    (tariff,) = Client().get(f"{API}/instruments/{one.code}/tariffs").json()["items"]
    assert (tariff["number"], tariff["lines"][0]["component"]) == (1, "labour")


@pytest.mark.parametrize(
    "payload",
    [
        {"valid_from": "2026-01-01", "lines": []},
        {"valid_from": "2026-01-01", "lines": [LINE | {"price": "-1"}]},
        {"valid_from": "2026-01-01", "lines": [LINE | {"component": "use"}]},
        {"valid_from": "2026-01-01", "lines": [LINE, LINE]},
        {"valid_from": "2026-01-01", "valid_until": "2025-01-01", "lines": [LINE]},
        {"valid_from": "soon", "lines": [LINE]},
    ],
)
def test_an_unsound_price_list_is_refused(payload: dict[str, Any], one: Instrument, client: Client) -> None:
    assert send(client, "post", f"/instruments/{one.code}/tariffs", payload).status_code == 422
    assert not Tariff.objects.exists()


# --- platforms and test services


@pytest.fixture
def platform(one: Instrument) -> Platform:
    made: Platform = Platform.objects.create(
        unit=one.unit, name="材料中心", kind="instrument_centre", region="430104", state="listed", listed_at=NOW,
        introduction="材料", contact_phone="13800000000",
    )  # fmt: skip
    return made


def test_platforms_are_listed_for_everyone_page_by_page(platform: Platform) -> None:
    for number in range(2):
        Platform.objects.create(unit=platform.unit, name=f"中心{number}", state="listed", listed_at=NOW)
    Platform.objects.create(unit=platform.unit, name="草稿")
    first = Client().get(f"{API}/platforms?limit=2&total=true").json()
    assert ([one["name"] for one in first["items"]], first["total"]) == (["中心1", "中心0"], 3)
    rest = Client().get(f"{API}/platforms?limit=2&cursor={first['next']}").json()
    assert ([one["name"] for one in rest["items"]], rest["next"]) == (["材料中心"], None)


def test_lists_cost_the_same_however_long(platform: Platform, django_assert_max_num_queries: Any) -> None:
    for number in range(10):
        Platform.objects.create(unit=platform.unit, name=f"中心{number}", state="listed", listed_at=NOW)
        TestService.objects.create(unit=platform.unit, name=f"试验{number}", state="listed", listed_at=NOW)
    for path in ("platforms", "services"):
        with django_assert_max_num_queries(8):
            assert len(Client().get(f"{API}/{path}").json()["items"]) >= 10


def test_a_platform_is_begun_changed_and_read(one: Instrument, client: Client, outsider: Person) -> None:
    made = send(
        client, "post", "/platforms", {"unit": one.unit.account_name, "name": "新中心", "stated_worth": "1500000"}
    )
    assert made.status_code == 201
    url = f"/platforms/{made.json()['code']}"
    changed = send(client, "patch", url, {"introduction": "新的", "disciplines": ["430", "150"]})
    assert changed.status_code == 200
    typed = Platform.objects.get().typed
    assert (typed["stated_worth"], typed["disciplines"]) == ("1500000元", "430,150")
    assert browser(outsider).get(f"{API}{url}").status_code == 404


def test_handing_in_an_unfinished_platform_says_what_is_missing(one: Instrument, client: Client) -> None:
    made = send(client, "post", "/platforms", {"unit": one.unit.account_name, "name": "新中心"}).json()
    answer = send(client, "post", f"/platforms/{made['code']}/submit")
    assert answer.status_code == 422
    assert "introduction" in answer.content.decode()


def test_a_platform_is_stopped_and_restarted(platform: Platform, client: Client) -> None:
    stopped = send(client, "post", f"/platforms/{platform.code}/stop", {"note": "搬迁"})
    assert stopped.json()["state"]["code"] == "stopped"
    assert send(client, "post", f"/platforms/{platform.code}/restart").json()["state"]["code"] == "listed"


def test_the_instruments_of_a_platform_are_set_by_their_codes(
    platform: Platform, one: Instrument, client: Client
) -> None:
    url = f"/platforms/{platform.code}/instruments"
    answer = send(client, "put", url, {"codes": [one.code]})
    assert [member["code"] for member in answer.json()["instruments"]] == [one.code]
    assert send(client, "put", url, {"codes": ["nosuchone"]}).status_code == 422


def test_another_version_is_not_overwritten(platform: Platform, client: Client) -> None:
    body, kind = {"introduction": "新的"}, "application/json"
    url = f"{API}/platforms/{platform.code}"
    assert client.patch(url, body, content_type=kind, headers={"If-Match": '"v99"'}).status_code == 412


def test_services_have_their_own_filters_and_prices(one: Instrument, client: Client) -> None:
    service = TestService.objects.create(
        unit=one.unit, name="拉伸试验", category="010102", standard="GB/T 228.1", state="listed", listed_at=NOW
    )
    sent = {"valid_from": "2026-01-01", "lines": [LINE | {"basis": "sample"}]}
    assert send(client, "post", f"/services/{service.code}/tariffs", sent).status_code == 201
    found = Client().get(f"{API}/services?q=228.1&category=010000&region=430000").json()["items"]
    assert [(one["name"], one["price_from"], one["price_basis"]) for one in found] == [("拉伸试验", "300.00", "sample")]
    assert Client().get(f"{API}/services?category=020000").json()["items"] == []
    assert Client().get(f"{API}/services/{service.code}/tariffs").json()["items"][0]["number"] == 1


def test_strangers_change_no_platform(platform: Platform, outsider: Person) -> None:
    stranger, url = browser(outsider), f"/platforms/{platform.code}"
    assert send(stranger, "patch", url, {"name": "我的"}).status_code == 403
    assert send(stranger, "put", f"{url}/instruments", {"codes": []}).status_code == 403
    assert send(stranger, "post", f"{url}/stop", {"note": "无"}).status_code in {403, 409}
