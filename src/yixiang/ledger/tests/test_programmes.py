from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from yixiang.kernel.errors import Invalid, NotPermitted, Refused, Unseen, WrongState
from yixiang.ledger.commands import moving, programmes
from yixiang.ledger.models import Posting, Programme
from yixiang.ledger.queries.books import books, open_programme
from yixiang.ledger.tests.conftest import NOW, opened, reserve, wish
from yixiang.people.models import Person
from yixiang.units.models import Unit


def test_opening_books_the_budget(planner: Person) -> None:
    draft = programmes.plan(wish(settings={"rate": "0.1"}), actor=planner, now=NOW)
    assert open_programme(draft.subject, "430000", on=date(2026, 5, 1)) is None
    made = programmes.open_programme(draft, actor=planner, now=NOW)
    assert books(made)["fund"] == books(made)["appropriated"] == Decimal("1000.00")
    assert open_programme(draft.subject, "430000", on=date(2026, 12, 31)) == made
    assert open_programme(draft.subject, "430000", on=date(2027, 1, 1)) is None
    assert [event.action for event in made.events.all()] == ["plan", "open"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"budget": Decimal("-1.00")}, "budget"),
        ({"budget": Decimal("0.001")}, "budget"),
        ({"region": "430104"}, "region"),
        ({"region": "000000"}, "region"),
        ({"region": "370000"}, "subject"),
        ({"subject": "lottery"}, "subject"),
        ({"closes_on": date(2025, 12, 31)}, "closes_on"),
        ({"year": 2031}, "year"),
        ({"title": " "}, "title"),
        ({"settings": {"rate": "1.01"}}, "rate"),
        ({"settings": {"rate": "0.21"}}, "rate"),
        ({"settings": {"rate": "-0.10"}}, "rate"),
        ({"settings": {"per_use": "12.345"}}, "per_use"),
        ({"settings": {"per_use": "一千"}}, "per_use"),
        ({"settings": {"else": "1"}}, "settings"),
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(wrong: dict[str, object], where: str, planner: Person) -> None:
    with pytest.raises(Invalid) as refused:
        programmes.plan(wish(**wrong), actor=planner, now=NOW)
    assert where in refused.value.fields
    assert not Programme.objects.exists()


def test_a_rate_above_the_pack_names_the_article(planner: Person) -> None:
    with pytest.raises(Invalid, match="不超过 20%（第二十四条）") as refused:
        programmes.plan(wish(settings={"rate": "0.2001"}), actor=planner, now=NOW)
    assert refused.value.code == "above-the-pack"


def test_an_open_programme_is_only_added_to(planner: Person) -> None:
    made = opened(planner, settings={"rate": "0.10"})
    for less in (
        {"settings": {"rate": "0.20"}},
        {"settings": {}},
        {"budget": Decimal("999.99"), "settings": {"rate": "0.10"}},
    ):
        with pytest.raises(Refused) as refused:
            programmes.change(made, wish(**less), actor=planner, now=NOW)
        assert refused.value.code == "programme-open"
    more = wish(budget=Decimal("1500.00"), settings={"rate": "0.10", "per_use": "50"})
    changed = programmes.change(made, more, actor=planner, now=NOW)
    assert (changed.settings, books(changed)["fund"]) == ({"rate": "0.10", "per_use": "50.00"}, Decimal("1500.00"))
    assert changed.events.last().what == "单次上限定为 50.00 元；预算增加 500.00 元，共 1,500.00 元"
    assert Posting.objects.filter(move="fund").count() == 2


def test_a_closed_one_takes_nothing_and_finishes_what_it_has(planner: Person) -> None:
    made = opened(planner)
    hold = reserve(made, "10.00", "1", planner)
    with pytest.raises(Invalid):
        programmes.close_programme(made, actor=planner, now=NOW, note=" ")
    programmes.close_programme(made, actor=planner, now=NOW, note="年度结束")
    with pytest.raises(Refused):
        reserve(made, "10.00", "2", planner)
    assert moving.pay(moving.commit(hold, actor=planner, now=NOW), actor=planner, now=NOW).state == "paid"
    with pytest.raises(WrongState):
        programmes.change(made, wish(budget=Decimal("2000")), actor=planner, now=NOW)


def test_a_region_has_one_of_a_subject_in_a_year(planner: Person, firm: Unit) -> None:
    """Closed and planned anew it would begin with empty caps, and everybody could have the most of a year twice."""
    first = opened(planner)
    reserve(first, "60.00", "1", planner, firm, cap="100.00")
    second = programmes.plan(wish(), actor=planner, now=NOW)
    assert second.code == "test-voucher-430000-2026-2"
    for _closed in (False, True):
        with pytest.raises(Refused) as refused:
            programmes.open_programme(second, actor=planner, now=NOW)
        assert refused.value.code == "programme-exists"
        if not _closed:
            programmes.close_programme(first, actor=planner, now=NOW, note="年度结束")
    with pytest.raises(Invalid):
        programmes.reopen_programme(first, actor=planner, now=NOW, note="")
    again = programmes.reopen_programme(first, actor=planner, now=NOW, note="还有企业申请")
    assert (again.state, books(again)["fund"]) == ("open", Decimal("940.00"))
    with pytest.raises(Refused) as refused:
        reserve(again, "60.00", "2", planner, firm, cap="100.00")
    assert refused.value.code == "cap-reached"


def test_another_office_plans_nothing_here(programme: Programme, person: Callable[..., Person]) -> None:
    city, stranger = person("c", "authority", "region/430000/430100"), person("s", "authority", "region/370000")
    with pytest.raises(NotPermitted):
        programmes.plan(wish(), actor=city, now=NOW)
    for other in (city, stranger):
        with pytest.raises(Unseen):
            programmes.change(programme, wish(), actor=other, now=NOW)


def test_a_stale_page_changes_nothing(programme: Programme, planner: Person) -> None:
    with pytest.raises(Refused) as refused:
        programmes.close_programme(programme, actor=planner, now=NOW, note="x", version=1)
    assert refused.value.code == "version-changed"
