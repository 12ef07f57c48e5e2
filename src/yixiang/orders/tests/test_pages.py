from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.catalogue.models import Hold, Instrument
from yixiang.orders.models import Order
from yixiang.orders.tests.conftest import MakeInstrument, browser, fresh, line_of, local, priced, text, wish
from yixiang.people.models import Person

URLS = ("mine", "serving")


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The doors look at the clock; here it stands still."""
    for door in ("asking", "checking", "acting", "order", "lists", "complaints"):
        monkeypatch.setattr(f"yixiang.orders.pages.{door}.timezone.now", lambda: now)


def at(order: Order, name: str, *more: Any) -> str:
    return reverse(f"orders:{name}", args=[order.number, *more])


def typed(one: Instrument, **more: str) -> dict[str, Any]:
    return {
        "instrument": one.code, "line-0-mode": "time", "line-0-day": "2026-03-03", "line-0-begins": "10:00",
        "line-0-finishes": "12:00", "line-0-way": "guided", "content": "断口形貌", "contact_name": "王芳",
        "contact_phone": "13800138000", **more,
    }  # fmt: skip


def test_from_a_free_time_to_a_submitted_order(sem: Instrument, customer: Person, admin: Person) -> None:
    client = browser(customer)
    page = client.get(f"/desk/orders/new/?instrument={sem.code}&start=2026-03-03T10:00")
    assert 'value="10:00"' in text(page)
    assert "¥600.00" in text(page)
    done = client.post(f"/desk/orders/new/?instrument={sem.code}", typed(sem))
    order = Order.objects.get()
    assert done.headers["Location"] == at(order, "check")
    assert "¥600.00" in text(client.get(done.headers["Location"]))
    client.post(at(order, "check"), {"version": order.version, "total": "600.00"})
    assert fresh(order).state == "submitted"
    assert Hold.objects.get().starts == local(3, 10)


def test_a_lost_race_comes_back_with_times_that_one_click_takes(
    submitted: Order, sem: Instrument, customer: Person
) -> None:
    client = browser(customer)
    client.post(f"/desk/orders/new/?instrument={sem.code}", typed(sem))
    order = Order.objects.get(state="draft")
    answer = client.post(at(order, "check"), {"version": order.version, "total": "600.00"})
    assert answer.status_code == 409
    assert text(answer).count('name="start"') == 3
    line = order.lines.get()
    taken = {"line": line.pk, "instrument": sem.code, "start": "2026-03-03T13:00:00+08:00",
             "end": "2026-03-03T15:00:00+08:00"}  # fmt: skip
    client.post(at(order, "take"), taken)
    client.post(at(order, "check"), {"version": fresh(order).version, "total": "600.00"})
    assert fresh(order).state == "submitted"


@pytest.mark.parametrize(
    "typed",
    [{"start": "2026-02-30T10:00"}, {"end": ""}, {"line": "²"}, {"line": "9" * 30}, {"start": "2026-03-03T16:00"}],
)
def test_another_time_that_is_none_takes_nothing(typed: dict[str, str], draft: Order, customer: Person) -> None:
    line = draft.lines.get()
    sent = {"line": str(line.pk), "instrument": line.instrument.code, "start": "2026-03-03T13:00",
            "end": "2026-03-03T15:00"}  # fmt: skip
    assert browser(customer).post(at(draft, "take"), sent | typed).status_code == 404
    assert draft.lines.get().starts == line.starts
    assert browser(customer).post(at(draft, "take"), sent).status_code == 302
    assert draft.lines.get().starts == local(3, 13)


@pytest.mark.parametrize(
    ("field", "value"),
    [("line-0-day", "soon"), ("line-0-begins", "25:99"), ("contact_email", "nobody"), ("line-0-mode", "magic")],
)
def test_what_cannot_be_read_is_shown_again_with_everything_else(
    field: str, value: str, sem: Instrument, customer: Person
) -> None:
    answer = browser(customer).post(f"/desk/orders/new/?instrument={sem.code}", typed(sem, **{field: value}))
    assert answer.status_code == 422
    assert "断口形貌" in text(answer)
    assert not Order.objects.exists()


def test_samples_are_typed_as_a_small_table(sem: Instrument, customer: Person) -> None:
    rows = {"line-0-mode": "samples", "line-0-sample-name": ["钢片", "粉末", ""], "line-0-sample-count": ["3", "2", ""],
            "line-0-sample-hazard": ["none", "toxic", "none"]}  # fmt: skip
    browser(customer).post(f"/desk/orders/new/?instrument={sem.code}", {**typed(sem), **rows})
    found = line_of(Order.objects.get()).samples.values_list("name", "count", "hazard")
    assert list(found) == [("钢片", 3, "none"), ("粉末", 2, "toxic")]


def test_the_look_tells_price_and_rules_before_anything_is_kept(sem: Instrument, customer: Person) -> None:
    answer = browser(customer).post("/desk/orders/look/", typed(sem, **{"line-0-begins": "07:00"}))
    assert "不在仪器的开放时间之内" in text(answer)
    assert not Order.objects.exists()


def test_autosave_keeps_what_can_be_read(draft: Order, sem: Instrument, customer: Person) -> None:
    client = browser(customer)
    saved = client.post(at(draft, "autosave"), typed(sem, content="改过的要求", version=str(draft.version)))
    assert (saved.status_code, fresh(draft).content) == (204, "改过的要求")
    old = client.post(at(draft, "autosave"), typed(sem, content="旧窗口", version=str(draft.version)))
    assert (old.status_code, fresh(draft).content) == (409, "改过的要求")


@pytest.mark.parametrize("name", ["order", "edit", "check", "drop", "accept"])
def test_strangers_find_nothing(name: str, submitted: Order, outsider: Person) -> None:
    client = browser(outsider)
    answer = client.post(at(submitted, name)) if name in {"drop", "accept"} else client.get(at(submitted, name))
    assert answer.status_code == 404


def test_one_click_accepts_and_an_old_page_does_not(submitted: Order, admin: Person) -> None:
    client = browser(admin)
    assert client.post(at(submitted, "accept"), {"version": submitted.version - 1}).status_code == 409
    client.post(at(submitted, "accept"), {"version": submitted.version, "back": "inbox"})
    assert fresh(submitted).state == "accepted"


def test_the_inbox_shows_what_waits_for_an_answer(submitted: Order, admin: Person, customer: Person) -> None:
    assert at(submitted, "accept") in text(browser(admin).get("/desk/"))
    assert at(submitted, "accept") not in text(browser(customer).get("/desk/"))


def test_many_are_accepted_at_once_each_by_itself(
    submitted: Order, instrument: MakeInstrument, customer: Person, admin: Person
) -> None:
    from yixiang.orders.commands import drafting, placing
    from yixiang.orders.tests.conftest import NOW

    unpriced = drafting.start(actor=customer, wish=wish(instrument()), now=NOW)
    placing.submit(unpriced, actor=customer, now=NOW)
    unpriced = fresh(unpriced)
    both = {"chosen": [submitted.ticket, unpriced.ticket]}
    page = text(browser(admin).post("/desk/serving/accept/", both, follow=True))
    assert (fresh(submitted).state, fresh(unpriced).state) == ("accepted", "submitted")
    assert unpriced.number in page


ACTS: list[tuple[str, dict[str, Any], str]] = [
    ("refuse", {"reason": "fault", "note": "探测器送修"}, "refused"),
    ("quote", {}, "quoted"),
]


@pytest.mark.parametrize(("action", "data", "state"), ACTS)
def test_the_provider_answers_on_a_page_of_its_own(
    action: str, data: dict[str, Any], state: str, submitted: Order, admin: Person
) -> None:
    client, line = browser(admin), line_of(submitted)
    assert "确认后会发生" in text(client.get(at(submitted, "act", action)))
    data = {**data, "version": submitted.version}
    if action == "quote":
        data |= {f"running-{line.pk}": "300", f"labour-{line.pk}": "100"}
    client.post(at(submitted, "act", action), data)
    assert fresh(submitted).state == state


def test_results_are_recorded_in_one_form(accepted: Order, admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: local(3, 14))
    key, client = line_of(accepted).pk, browser(admin)
    assert 'value="2.00"' in text(client.get(at(accepted, "act", "record")))
    client.post(at(accepted, "act", "record"), {f"hours-{key}": "2.5", f"result-{key}": "断口呈韧窝状"})
    assert (fresh(accepted).state, str(fresh(accepted).final_total)) == ("recorded", "750.00")


def test_a_price_by_hand_without_a_reason_comes_back_to_its_field(
    accepted: Order, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: local(3, 14))
    key = line_of(accepted).pk
    data = {f"hours-{key}": "2", f"byhand-{key}": "on", f"running-{key}": "100"}
    answer = browser(admin).post(at(accepted, "act", "record"), data)
    assert answer.status_code == 422
    assert "请写明原因" in text(answer)
    assert fresh(accepted).state == "accepted"


def test_settling_and_rating_are_one_form(recorded: Order, customer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: local(5, 9))
    data = {"number": "24432000000012345678", "amount": "750.00", "issued_on": "2026-03-04", "paid_on": "2026-03-05",
            "step": "5", "words": "很好"}  # fmt: skip
    browser(customer).post(at(recorded, "act", "settle"), data)
    done = fresh(recorded)
    assert (done.state, done.rating.step) == ("completed", 5)


def test_a_wrong_invoice_settles_and_rates_nothing(
    recorded: Order, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yixiang.orders.pages.acting.timezone.now", lambda: local(5, 9))
    data = {"number": "24432000000012345678", "amount": "700.00", "issued_on": "2026-03-04", "step": "5"}
    answer = browser(customer).post(at(recorded, "act", "settle"), data)
    assert answer.status_code == 422
    assert fresh(recorded).state == "recorded"
    assert not recorded.invoices.exists()


@pytest.mark.parametrize("what", ["order", "contract"])
def test_what_is_printed_is_a_pdf(what: str, accepted: Order, customer: Person, outsider: Person) -> None:
    address = at(accepted, "print", what)
    assert browser(customer).get(address).content.startswith(b"%PDF")
    assert browser(outsider).get(address).status_code == 404


@pytest.mark.parametrize("what", ["receipt", "labels", "cover", "nonsense"])
def test_what_does_not_exist_yet_is_not_printed(what: str, accepted: Order, customer: Person) -> None:
    assert browser(customer).get(at(accepted, "print", what)).status_code == 404


@pytest.mark.parametrize("role", URLS)
def test_lists_filter_count_and_export(role: str, submitted: Order, customer: Person, admin: Person) -> None:
    client: Client = browser(customer if role == "mine" else admin)
    page = text(client.get(f"/desk/{'orders' if role == 'mine' else 'serving'}/?queue=answer&q=扫描"))
    assert submitted.number in page
    assert submitted.number not in text(client.get(f"/desk/{'orders' if role == 'mine' else 'serving'}/?queue=done"))
    side = "customer" if role == "mine" else "provider"
    assert client.get(f"/desk/orders/sheet/{side}/").content.startswith(b"PK")


def test_a_complaint_goes_back_and_forth(recorded: Order, customer: Person, admin: Person) -> None:
    place = at(recorded, "complaint")
    browser(customer).post(place, {"do": "complain", "words": "报告迟迟没有给出"})
    browser(admin).post(place, {"do": "answer", "words": "明天给出"})
    browser(customer).post(place, {"do": "close"})
    assert recorded.complaints.get().state == "closed"
    assert browser(admin).post(place, {"do": "rule", "words": "x"}).status_code == 404


def test_the_page_of_an_order_asks_few_questions(
    recorded: Order, customer: Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client = browser(customer)
    client.get(at(recorded, "order"))
    with django_assert_max_num_queries(32):
        client.get(at(recorded, "order"))


def test_several_instruments_of_one_unit_are_asked_for_at_once(
    sem: Instrument, instrument: MakeInstrument, customer: Person
) -> None:
    other = priced(instrument(name="X 射线衍射仪"))
    page = text(browser(customer).get(f"/desk/orders/new/?instrument={sem.code}&instrument={other.code}"))
    assert "line-0-day" in page
    assert "line-1-day" in page


def test_another_week_can_be_looked_at(sem: Instrument, customer: Person, now: datetime) -> None:
    later = (now + timedelta(days=14)).date()
    page = text(browser(customer).get(f"/desk/orders/new/?instrument={sem.code}&from={later}"))
    assert f"{later.month}月{later.day}日" in page
