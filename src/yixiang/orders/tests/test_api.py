from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from yixiang.catalogue.models import Hold, Instrument
from yixiang.kernel import scopes
from yixiang.orders.models import Order
from yixiang.orders.tests.conftest import NOW, Ask, MakeInstrument, belong, fresh, line_of, local, priced
from yixiang.people.models import Person
from yixiang.units.models import SubUnit

ORDERS = "/api/v1/orders"


def wanted(one: Instrument, start: str = "2026-03-03T10:00:00+08:00", end: str = "2026-03-03T12:00:00+08:00") -> Any:
    line = {"instrument": one.code, "start": start, "end": end}
    return {"provider": one.unit.account_name, "lines": [line], "content": "断口形貌", "contact_phone": "13800138000",
            "submit": True}  # fmt: skip


def test_an_order_from_placing_to_rating(
    as_: Callable[..., Ask], sem: Instrument, customer: Person, admin: Person, clock: list[datetime]
) -> None:
    user, keeper = as_(customer), as_(admin)
    made = user("POST", ORDERS, wanted(sem))
    assert made.status_code == 201, made.content
    number, place = made.json()["number"], made.headers["Location"]
    assert (made.json()["state"]["code"], made.json()["quote"]) == ("submitted", "600.00")
    assert "accept" in [one["action"] for one in keeper("GET", place).json()["allowed"]]
    assert keeper("POST", f"{place}/accept", {}).json()["state"]["code"] == "accepted"
    clock[0] = local(3, 14)
    key = made.json()["lines"][0]["id"]
    done = {"lines": [{"line": key, "used_minutes": 150, "result": "韧窝"}]}
    assert keeper("POST", f"{place}/record", done).json()["bill"] == "750.00"
    paper = {"number": "24432000000012345678", "amount": "750.00", "issued_on": "2026-03-03"}
    assert keeper("POST", f"{place}/invoices", paper).status_code == 201
    assert user("POST", f"{place}/settle", {}).json()["state"]["code"] == "completed"
    assert user("POST", f"{place}/rating", {"step": 5, "words": "好"}).status_code == 201
    assert keeper("GET", f"{ORDERS}?role=provider&state=completed").json()["items"][0]["number"] == number


@pytest.mark.parametrize("submit", [True, False])
def test_a_new_order_is_answered_as_it_will_be_read(
    submit: bool, as_: Callable[..., Ask], instrument: MakeInstrument, sem: Instrument, customer: Person
) -> None:
    """What the answer takes from memory is what the database gives back; the lines in the order they were asked for."""
    other = priced(instrument(), each=5)
    sent = {"instrument": other.code, "samples": [{"name": "钢片", "count": 3, "hazard": "none"}]}
    lines = [sent, *wanted(sem, "2026-03-03T10:00:00+08:00", "2026-03-03T12:30:00+08:00")["lines"]]
    user = as_(customer)
    made = user("POST", ORDERS, wanted(sem) | {"lines": lines, "submit": submit})
    assert made.status_code == 201, made.content
    assert made.json() == user("GET", made.headers["Location"]).json()


def test_one_order_is_served_by_whoever_serves_it_in_the_list(
    submitted: Order, sem: Instrument, admin: Person, customer: Person, outsider: Person, person: Callable[..., Person]
) -> None:
    unit, labs = sem.unit, [SubUnit.objects.create(unit=sem.unit, name=name) for name in "甲乙"]
    for lab in labs:
        SubUnit.objects.filter(pk=lab.pk).update(path=f"{lab.pk}/")
    Instrument.objects.filter(pk=sem.pk).update(sub_unit=labs[0])
    people = [
        admin, customer, outsider, person("keeper"), person("gone"),
        person("above", "authority", scopes.region(unit.region)), person("all", "platform_admin", scopes.PLATFORM),
        person("same", "unit_admin", unit.scope), person("lab", "sub_unit_admin", labs[0].scope),
        person("beside", "sub_unit_admin", labs[1].scope),
    ]  # fmt: skip
    for keeper in people[3:5]:
        belong(keeper, unit)
        sem.keepers.create(person=keeper, name=keeper.name, added_at=NOW)
    people[4].memberships.update(state="released")
    for one in people:
        assert submitted.serves(one) == Order.objects.served_by(one).filter(pk=submitted.pk).exists(), one
    assert {one.username for one in people if submitted.serves(one)} == {"keeper", "same", "lab", admin.username}


def test_taken_time_answers_with_three_others_and_keeps_nothing(
    submitted: Order, as_: Callable[..., Ask], sem: Instrument, customer: Person
) -> None:
    answer = as_(customer)("POST", ORDERS, wanted(sem))
    assert (answer.status_code, answer.json()["code"]) == (409, "time-taken")
    assert len(answer.json()["alternatives"]) == 3
    assert set(answer.json()["alternatives"][0]) >= {"instrument", "start", "end"}
    assert Order.objects.count() == 1


def test_sent_twice_with_one_key_is_placed_once(as_: Callable[..., Ask], sem: Instrument, customer: Person) -> None:
    user = as_(customer)
    first, second = (user("POST", ORDERS, wanted(sem), Idempotency_Key="one") for _n in range(2))
    assert first.json() == second.json()
    assert Hold.objects.count() == 1


def test_another_time_zone_is_the_same_moment(as_: Callable[..., Ask], sem: Instrument, customer: Person) -> None:
    made = as_(customer)("POST", ORDERS, wanted(sem, "2026-03-03T02:00:00Z", "2026-03-02T23:00:00-05:00"))
    assert made.status_code == 201
    assert Hold.objects.get().starts == local(3, 10)
    assert Hold.objects.get().ends == local(3, 12)


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"lines": []}, 422, "lines"),
    ({"lines": [{"instrument": "nothing"}]}, 404, ""),
    ({"lines": [{"instrument": "X", "start": "2026-03-03T10:00:00", "end": "2026-03-03T12:00:00"}]}, 422, "start"),
    ({"lines": [{"instrument": "X", "start": "2026-03-03T12:00:00+08:00", "end": "2026-03-03T10:00:00+08:00"}]},
     422, "lines.0"),
    ({"lines": [{"instrument": "X", "start": "2020-03-03T10:00:00+08:00", "end": "2020-03-03T12:00:00+08:00"}]},
     422, "lines.0"),
    ({"lines": [{"instrument": "X", "start": "2099-03-03T10:00:00+08:00", "end": "2099-03-03T12:00:00+08:00"}]},
     422, "lines.0"),
    ({"lines": [{"instrument": "X"}] * 10_000}, 422, "lines"),
    ({"provider": "nobody"}, 404, ""),
    ({"lines": [{"instrument": "X", "samples": [{"name": "a", "count": 0}]}]}, 422, "count"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "status", "field"), BAD)
def test_what_cannot_be_is_answered_clearly_and_leaves_nothing(
    change: dict[str, Any], status: int, field: str, as_: Callable[..., Ask], sem: Instrument, customer: Person
) -> None:
    for line in change.get("lines", []):
        line.update({"instrument": sem.code} if line["instrument"] == "X" else {})
    answer = as_(customer)("POST", ORDERS, wanted(sem) | change)
    assert answer.status_code == status, answer.content
    assert field in answer.content.decode()
    assert not Order.objects.exists()


def test_strangers_get_nothing_and_a_narrow_token_does_no_more(
    submitted: Order, as_: Callable[..., Ask], outsider: Person, customer: Person
) -> None:
    place = f"{ORDERS}/{submitted.number}"
    assert as_(outsider)("GET", place).status_code == 404
    assert as_(outsider)("POST", f"{place}/accept", {}).status_code == 404
    assert as_(None)("GET", place).status_code == 401
    assert as_(customer)("POST", f"{place}/accept", {}).status_code == 403
    assert as_(customer, "units:unit:see")("POST", f"{place}/withdraw", {}).status_code == 403


def test_an_old_version_changes_nothing(submitted: Order, as_: Callable[..., Ask], admin: Person) -> None:
    answer = as_(admin)("POST", f"{ORDERS}/{submitted.number}/accept", {}, If_Match='"1"')
    assert answer.status_code == 412
    assert fresh(submitted).state == "submitted"


def test_a_draft_is_changed_and_thrown_away(as_: Callable[..., Ask], sem: Instrument, customer: Person) -> None:
    user = as_(customer)
    place = user("POST", ORDERS, wanted(sem) | {"submit": False}).headers["Location"]
    later = wanted(sem, "2026-03-04T10:00:00+08:00", "2026-03-04T12:00:00+08:00") | {"submit": False}
    assert user("PATCH", place, later).json()["lines"][0]["start"].startswith("2026-03-04")
    assert user("DELETE", place).status_code == 204
    assert not Order.objects.exists()


def test_the_calendar_names_orders_only_to_those_who_see_them(
    submitted: Order, as_: Callable[..., Ask], sem: Instrument, admin: Person, outsider: Person
) -> None:
    place = f"/api/v1/instruments/{sem.code}/calendar?from=2026-03-02&to=2026-03-08"
    seen = {who: as_(person)("GET", place).json()["taken"] for who, person in
            (("visitor", None), ("other", outsider), ("keeper", admin))}  # fmt: skip
    assert [one["number"] for one in (seen["visitor"][0], seen["other"][0])] == ["", ""]
    assert seen["keeper"][0]["number"] == submitted.number
    assert as_(None)("GET", place.replace("03-08", "09-08")).status_code == 422


def test_the_calendar_of_a_busy_month_asks_few_questions(
    submitted: Order,
    sem: Instrument,
    as_: Callable[..., Ask],
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    ask = as_(None)
    with django_assert_max_num_queries(10):
        assert ask("GET", f"/api/v1/instruments/{sem.code}/calendar").status_code == 200


def test_a_wish_is_checked_before_it_is_placed(
    submitted: Order, as_: Callable[..., Ask], sem: Instrument, customer: Person
) -> None:
    query = "start=2026-03-03T10:00:00%2B08:00&end=2026-03-03T12:00:00%2B08:00"
    said = as_(customer)("GET", f"/api/v1/instruments/{sem.code}/check?{query}").json()
    assert (said["fits"], said["taken"], said["total"]) == (False, True, "600.00")
    assert len(said["alternatives"]) == 3


def test_haggling_by_program(submitted: Order, as_: Callable[..., Ask], customer: Person, admin: Person) -> None:
    place, key = f"{ORDERS}/{submitted.number}", line_of(submitted).pk
    offer = {"lines": [{"line": key, "amounts": {"running": "300.00", "labour": "100.00"}}]}
    assert as_(admin)("POST", f"{place}/quote", offer).json()["state"]["code"] == "quoted"
    less = as_(customer)("POST", f"{place}/counter", {"total": "350.00", "note": "长期合作"})
    assert less.json()["state"]["code"] == "submitted"
    as_(admin)("POST", f"{place}/quote", offer)
    assert as_(customer)("POST", f"{place}/agree", {}).json()["agreed"] == "400.00"
