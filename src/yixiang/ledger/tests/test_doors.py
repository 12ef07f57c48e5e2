"""Pages and API: who sees which money, and how far it is from an amount to its reasons."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from yixiang.catalogue.tests.conftest import browser, text
from yixiang.ledger.models import Posting, Programme
from yixiang.ledger.tests.conftest import SUBJECT, reserve
from yixiang.people.models import Person
from yixiang.units.models import Unit


@pytest.fixture
def finance(person: Callable[..., Person], firm: Unit) -> Person:
    return person("finance", "finance", firm.scope)


@pytest.fixture
def moved(programme: Programme, planner: Person, firm: Unit) -> Posting:
    return reserve(programme, "300.00", "R-1", planner, firm, "500.00").postings.get()


def test_an_office_follows_an_amount_to_order_invoice_and_article_in_two_clicks(
    moved: Posting, planner: Person
) -> None:
    page = text(browser(planner).get(f"/desk/programmes/{moved.programme.code}/"))
    assert f"/desk/postings/{moved.pk}/" in page
    detail = text(browser(planner).get(f"/desk/postings/{moved.pk}/"))
    for said in ("260501-ABCDEFG", "24432000000012345678", "第二十五条", "R-1", "planner"):
        assert said in detail


def test_a_unit_sees_its_own_postings_and_no_others(
    moved: Posting, programme: Programme, planner: Person, finance: Person
) -> None:
    other = reserve(programme, "5.00", "R-2", planner, Unit.objects.create(name="另一家", region="430100"))
    page = text(browser(finance).get("/desk/postings/"))
    assert "R-1" in page
    assert "R-2" not in page
    assert browser(finance).get(f"/desk/postings/{moved.pk}/").status_code == 200
    assert browser(finance).get(f"/desk/postings/{other.postings.get().pk}/").status_code == 404
    assert browser(finance).get(f"/desk/programmes/{programme.code}/").status_code == 404


def test_another_provinces_office_sees_nothing(moved: Posting, person: Callable[..., Person]) -> None:
    stranger = browser(person("s", "authority", "region/370000"))
    assert stranger.get(f"/desk/postings/{moved.pk}/").status_code == 404
    assert "湖南省 2026 年" not in text(stranger.get("/desk/programmes/"))
    assert stranger.get(f"/api/v1/programmes/{moved.programme.code}").status_code == 404
    assert stranger.get("/api/v1/postings").json()["items"] == []


def test_planning_from_the_first_page_to_open(planner: Person) -> None:
    desk = browser(planner)
    first = {
        "subject": SUBJECT, "region": "430000", "year": "2026", "title": "试验", "budget": "100.00",
        "opens_on": "2026-01-01", "closes_on": "2099-12-31",
    }  # fmt: skip
    made = desk.post("/desk/programmes/new/", first)
    page = text(desk.get(made["Location"]))
    assert "补助比例" in page
    version = {"version": "1"}
    wrong = desk.post(made["Location"], first | version | {"rate": "0.5"})
    assert (wrong.status_code, "最高不超过 20%" in text(wrong)) == (422, True)
    desk.post(made["Location"], first | version | {"rate": "0.10"})
    code = Programme.objects.get().code
    assert "单次上限" in text(desk.get(f"/desk/programmes/{code}/do/open/"))
    desk.post(f"/desk/programmes/{code}/do/open/", {"version": "2"})
    assert Programme.objects.get().state == "open"
    assert "主管部门尚未确定" in text(desk.get(f"/desk/programmes/{code}/"))
    added = desk.post(f"/desk/programmes/{code}/edit/", {"budget": "200", "per_use": "30", "version": "3"})
    assert added.status_code == 302
    assert Programme.objects.get().settings == {"rate": "0.10", "per_use": "30.00"}


@pytest.mark.parametrize("place", ["/desk/programmes/list", "/desk/postings/list"])
def test_lists_are_handed_out_as_sheet_and_on_paper(place: str, moved: Posting, planner: Person) -> None:
    assert browser(planner).get(f"{place}.xlsx").content[:2] == b"PK"
    assert browser(planner).get(f"{place}.pdf").content[:4] == b"%PDF"
    assert browser(planner).get(f"{place}.doc").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [("q=260501-ABCDEFG", 1), ("q=24432000000012345678", 1), ("q=湘江", 1), ("q=R-1", 1), ("q=别人", 0),
     ("move=pay", 0), ("move=fund", 1), ("since=2026-05-12", 0), ("until=2026-05-11", 2), ("since=x", 2)],
)  # fmt: skip
def test_filters_find_what_they_say(asked: str, found: int, moved: Posting, planner: Person) -> None:
    assert f"共 {found} 笔" in text(browser(planner).get(f"/desk/postings/?{asked}"))


def test_the_api_plans_opens_and_shows_the_books(planner: Person) -> None:
    desk = browser(planner)
    payload = {
        "subject": SUBJECT, "region": "430000", "year": 2026, "title": "试验", "budget": "100.00",
        "opens_on": "2026-01-01", "closes_on": "2099-12-31", "settings": {"rate": "0.10"},
    }  # fmt: skip
    made = desk.post("/api/v1/programmes", payload, content_type="application/json")
    assert made.status_code == 201
    place = made["Location"]
    opened = desk.post(f"{place}/open").json()
    assert (opened["state"], opened["books"]["fund"], opened["allowed"]) == ("open", "100.00", ["close"])
    assert opened["settings"][1] == {"name": "per_use", "label": "单次上限", "kind": "money", "value": None}
    more = desk.put(
        place, payload | {"budget": "150.00"}, content_type="application/json", headers={"If-Match": '"v1"'}
    )
    assert more.status_code == 412
    assert desk.put(place, payload | {"budget": "150.00"}, content_type="application/json").json()["budget"] == "150.00"
    (last, first) = desk.get("/api/v1/postings").json()["items"]
    assert (last["amount"], first["amount"]) == ("50.00", "100.00")
    full = desk.get(f"/api/v1/postings/{last['id']}").json()
    assert sum(Decimal(entry["amount"]) for entry in full["entries"]) == 0
    assert desk.post(f"{place}/close", {"note": ""}, content_type="application/json").status_code == 422
