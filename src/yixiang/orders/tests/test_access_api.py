"""Fair access by programs: what the screen may do, and no more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from yixiang.catalogue.models import Instrument
from yixiang.orders.commands import answering, drawing, moving, queueing
from yixiang.orders.models import Mark, Order, Qualification
from yixiang.orders.tests.conftest import NOW, Ask, local
from yixiang.orders.tests.test_queueing import fill
from yixiang.people.models import Person

V1 = "/api/v1"
WAIT = {"earliest": "2026-03-03T09:00:00+08:00", "latest": "2026-03-03T17:00:00+08:00", "minutes": 120,
        "content": "断口形貌", "contact_phone": "13800138000"}  # fmt: skip


def of(one: Instrument, what: str) -> str:
    return f"{V1}/instruments/{one.code}/{what}"


def test_terms_are_read_by_anybody_and_set_by_who_runs_it(
    as_: Callable[..., Ask],
    sem: Instrument,
    customer: Person,
    admin: Person,
) -> None:
    wanted = {"level": "working", "person_hours": 20, "auto_accept": True}
    assert as_(customer)("PUT", of(sem, "terms"), wanted).status_code == 404
    assert as_(admin)("PUT", of(sem, "terms"), wanted).json()["person_hours"] == 20
    assert as_(admin)("PUT", of(sem, "terms"), {"person_hours": 9, "group_hours": 5}).status_code == 422
    assert as_(None)("GET", of(sem, "terms")).json()["level"] == "working"


def test_a_qualification_from_asking_to_taking_back(
    as_: Callable[..., Ask],
    sem: Instrument,
    customer: Person,
    other: Person,
    admin: Person,
) -> None:
    user, keeper = as_(customer), as_(admin)
    made = user("POST", of(sem, "qualifications"), {"words": "想学能谱"})
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    place = f"{V1}/qualifications/{made.json()['id']}"
    assert user("POST", of(sem, "qualifications"), {}).status_code == 409
    assert user("POST", f"{place}/grant", {"level": "any"}).status_code == 403
    assert as_(other)("POST", f"{place}/leave", {}).status_code == 404
    assert keeper("POST", f"{place}/invite", {}).status_code == 422
    assert keeper("POST", f"{place}/invite", {"at": "2026-03-05T14:00:00+08:00"}).json()["state"] == "invited"
    assert keeper("POST", f"{place}/grant", {}).status_code == 422
    assert keeper("POST", f"{place}/grant", {"level": "working", "until": "2027-03-01"}).json()["level"] == "working"
    assert user("GET", f"{V1}/qualifications").json()[0]["until"] == "2027-03-01"
    assert keeper("POST", f"{place}/withdraw", {"note": " "}).status_code == 422
    assert keeper("POST", f"{place}/withdraw", {"note": "违规"}).json()["state"] == "withdrawn"
    assert user("GET", of(sem, "qualifications")).status_code == 404
    assert len(keeper("GET", of(sem, "qualifications")).json()) == 1
    assert Qualification.objects.count() == 1


def test_waiting_taking_and_leaving(
    as_: Callable[..., Ask],
    sem: Instrument,
    customer: Person,
    other: Person,
    admin: Person,
) -> None:
    user, second = as_(customer), as_(other)
    free = user("POST", of(sem, "waitings"), WAIT)
    assert (free.status_code, free.json()["code"]) == (409, "free-now")
    assert len(free.json()["alternatives"]) == 1
    order = answering.accept(fill(sem, other, 3), actor=admin, now=NOW)
    made = user("POST", of(sem, "waitings"), WAIT).json()
    assert (made["state"], made["place"]) == ("waiting", 1)
    moving.cancel(order, actor=other, now=NOW)
    queueing.offer_next(sem.pk, now=NOW)
    place = f"{V1}/waitings/{made['id']}"
    assert second("POST", f"{place}/take").status_code == 404
    taken = user("POST", f"{place}/take")
    assert (taken.status_code, taken.json()["state"]["code"]) == (201, "submitted")
    assert user("POST", f"{place}/leave").status_code == 409
    assert user("GET", f"{V1}/waitings").json()[0]["order"] == taken.json()["number"]


def test_a_draw_keeps_its_seed_until_it_is_drawn(
    as_: Callable[..., Ask],
    sem: Instrument,
    customer: Person,
    admin: Person,
) -> None:
    asked = {"starts": "2026-03-06T09:00:00+08:00", "ends": "2026-03-06T17:00:00+08:00",
             "closes_at": "2026-03-05T12:00:00+08:00", "most_minutes": 240}  # fmt: skip
    assert as_(customer)("POST", of(sem, "draws"), asked).status_code == 404
    draw = as_(admin)("POST", of(sem, "draws"), asked).json()
    assert (draw["seed"], draw["lots"], len(draw["commitment"])) == ("", [], 64)
    lot = {"start": "2026-03-06T09:00:00+08:00", "end": "2026-03-06T13:00:00+08:00", "content": "断口",
           "contact_phone": "13800138000"}  # fmt: skip
    place = f"{V1}/draws/{draw['code']}"
    assert as_(customer)("POST", f"{place}/lots", {**lot, "end": "2026-03-06T18:00:00+08:00"}).status_code == 422
    assert as_(customer)("POST", f"{place}/lots", lot).json()["number"] == 1
    from yixiang.orders.models import Draw

    drawing.draw_lots(Draw.objects.get().pk, now=local(5, 12))
    seen = as_(None)("GET", place).json()
    assert (len(seen["seed"]), seen["lots"][0]["outcome"]) == (64, "won")


def test_faults_are_reported_and_mended(
    as_: Callable[..., Ask],
    accepted: Order,
    sem: Instrument,
    customer: Person,
    admin: Person,
) -> None:
    assert as_(customer)("POST", of(sem, "faults"), {"words": "冒烟"}).status_code == 403
    keeper = as_(admin)
    assert keeper("POST", of(sem, "faults/mend"), {"outcome": "好了"}).status_code == 404
    assert keeper("POST", of(sem, "faults"), {"words": "真空泵报警"}).json()["told"] == 1
    assert keeper("POST", of(sem, "faults"), {"words": "真空泵报警"}).status_code == 409
    assert keeper("POST", of(sem, "faults/mend"), {"outcome": "换了泵油"}).json()["mended_at"]
    assert len(keeper("GET", of(sem, "faults")).json()) == 1


def test_own_use_is_one_request(
    as_: Callable[..., Ask],
    sem: Instrument,
    customer: Person,
    admin: Person,
) -> None:
    use = {"start": "2026-03-01T20:00:00+08:00", "end": "2026-03-01T22:00:00+08:00", "content": "标样校准"}
    assert as_(customer)("POST", of(sem, "own-uses"), use).status_code == 404
    made = as_(admin)("POST", of(sem, "own-uses"), use)
    assert (made.status_code, made.json()["state"]["code"]) == (201, "completed")


def test_conduct_is_read_appealed_and_decided(
    as_: Callable[..., Ask],
    accepted: Order,
    customer: Person,
    admin: Person,
    clock: list[datetime],
) -> None:
    moving.no_show(accepted, actor=admin, now=local(3, 13))
    mark = Mark.objects.get()
    user, office = as_(customer), as_(admin)
    (standing,) = user("GET", f"{V1}/conduct").json()
    assert (standing["total"], standing["paused"], standing["marks"][0]["kind"]) == (None, False, "no_show")
    place = f"{V1}/conduct/{mark.pk}"
    assert user("POST", f"{place}/decide", {"upheld": True, "words": "同意"}).status_code == 404
    assert user("POST", f"{place}/appeal", {"words": "门锁着进不去"}).json()["appeal"] == "open"
    decided: Any = office("POST", f"{place}/decide", {"upheld": False, "words": "监控未见"})
    assert decided.json()["appeal"] == "kept"
