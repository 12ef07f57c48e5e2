from datetime import date
from decimal import Decimal

import pytest

from yixiang.kernel.errors import Invalid, Refused, WrongState
from yixiang.ledger.commands import moving
from yixiang.ledger.commands.moving import Limit, Share
from yixiang.ledger.models import Cap, Entry, Hold, Posting, Programme
from yixiang.ledger.queries.books import books, check_books
from yixiang.ledger.tests.conftest import BASIS, NOW, opened, reserve
from yixiang.people.models import Person
from yixiang.units.models import Unit


def stands(programme: Programme) -> list[str]:
    found = books(programme)
    return [str(found[stage]) for stage in ("fund", "reserved", "committed", "paid", "recovered")]


def test_money_goes_from_the_budget_to_paid(programme: Programme, planner: Person, firm: Unit) -> None:
    hold = reserve(programme, "300.00", "1", planner, firm, "500.00")
    assert stands(programme) == ["700.00", "300.00", "0.00", "0.00", "0.00"]
    moving.commit(hold, actor=planner, now=NOW)
    hold = moving.pay(hold, actor=planner, now=NOW)
    assert (hold.state, stands(programme)) == ("paid", ["700.00", "0.00", "0.00", "300.00", "0.00"])
    assert [one.move for one in hold.postings.order_by("pk")] == ["reserve", "commit", "pay"]
    assert Cap.objects.get().used == Decimal("300.00")
    assert check_books() == []


def test_every_posting_keeps_why(programme: Programme, planner: Person) -> None:
    hold = moving.commit(reserve(programme, "10.00", "1", planner), actor=planner, now=NOW, reason="审核通过")
    last = hold.postings.latest("pk")
    assert (last.order_number, last.invoices, last.article) == (BASIS.order_number, list(BASIS.invoices), "第二十五条")
    assert (last.by, last.reason) == (planner, "审核通过")


@pytest.mark.parametrize("promised", [False, True])
def test_releasing_gives_back_exactly_what_was_held(
    promised: bool, programme: Programme, planner: Person, firm: Unit
) -> None:
    hold = reserve(programme, "300.01", "1", planner, firm, "500.00")
    if promised:
        moving.commit(hold, actor=planner, now=NOW)
    moving.release(hold, actor=planner, now=NOW)
    assert stands(programme) == ["1000.00", "0.00", "0.00", "0.00", "0.00"]
    assert Cap.objects.get().used == 0


def test_the_same_reference_is_the_same_hold(programme: Programme, planner: Person) -> None:
    first = reserve(programme, "300.00", "1", planner)
    assert reserve(programme, "300.00", "1", planner) == first
    assert Posting.objects.filter(move="reserve").count() == 1
    with pytest.raises(Refused) as refused:
        reserve(programme, "200.00", "1", planner)
    assert refused.value.code == "hold-differs"


def test_a_move_asked_for_twice_moves_once(programme: Programme, planner: Person) -> None:
    hold = reserve(programme, "300.00", "1", planner)
    for _time in range(2):
        moving.release(hold, actor=planner, now=NOW)
    assert Posting.objects.filter(move="release").count() == 1
    with pytest.raises(WrongState):
        moving.commit(hold, actor=planner, now=NOW)


def test_the_budget_is_kept_to_the_cent(programme: Programme, planner: Person) -> None:
    reserve(programme, "999.99", "1", planner)
    with pytest.raises(Refused) as refused:
        reserve(programme, "0.02", "2", planner)
    assert (refused.value.code, refused.value.extra) == ("budget-exhausted", {"left": "0.01"})
    reserve(programme, "0.01", "3", planner)
    assert stands(programme)[0] == "0.00"


def test_a_cap_is_kept_to_the_cent_and_says_what_is_left(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "99.99", "1", planner, firm, "100.00")
    with pytest.raises(Refused, match=r"还剩 0\.01 元") as refused:
        reserve(programme, "0.02", "2", planner, firm, "100.00")
    assert refused.value.code == "cap-reached"
    assert Hold.objects.count() == 1


def test_a_lower_ceiling_than_what_is_used_refuses_the_next(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "80.00", "1", planner, firm, "100.00")
    with pytest.raises(Refused):
        reserve(programme, "1.00", "2", planner, firm, "50.00")
    reserve(programme, "20.00", "3", planner, firm, "100.00")


def test_a_cap_set_later_counts_what_was_given_before(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "80.00", "1", planner, firm)
    with pytest.raises(Refused):
        reserve(programme, "30.00", "2", planner, firm, "100.00")
    with pytest.raises(Refused):
        reserve(programme, "1.00", "3", planner, firm, "50.00")


def test_what_is_counted_apart_does_not_count_for_its_unit(programme: Programme, planner: Person, firm: Unit) -> None:
    shares = [Share(Decimal("60.00"), provider=firm.pk), Share(Decimal("90.00"), provider=firm.pk, apart="platform/7")]
    limits = [
        Limit("unit", str(firm.pk), Decimal("60.00"), "每个单位"),
        Limit("unit_separate", "platform/7", Decimal("100.00"), "省实验室"),
    ]
    moving.reserve(programme, shares, reference=("t", "1"), limits=limits, basis=BASIS, actor=planner, now=NOW)
    assert {cap.dimension: cap.used for cap in Cap.objects.all()} == {"unit": 60, "unit_separate": 90}
    assert Entry.objects.filter(account__stage="reserved").count() == 2


def test_recovering_in_parts_spreads_over_the_shares(programme: Programme, planner: Person, firm: Unit) -> None:
    other = Unit.objects.create(name="另一家", region="430100")
    shares = [Share(Decimal("100.00"), customer=firm.pk), Share(Decimal("50.00"), customer=other.pk)]
    hold = moving.reserve(programme, shares, reference=("t", "1"), basis=BASIS, actor=planner, now=NOW)
    moving.commit(hold, actor=planner, now=NOW)
    moving.pay(hold, actor=planner, now=NOW)
    hold = moving.recover(hold, Decimal("10.00"), actor=planner, now=NOW, reason="多报")
    left = {share.customer: share.amount for share in moving.shares_in(hold, "paid")}
    assert left == {firm.pk: Decimal("93.33"), other.pk: Decimal("46.67")}
    with pytest.raises(Invalid):
        moving.recover(hold, Decimal("140.01"), actor=planner, now=NOW, reason="多报")
    hold = moving.recover(hold, Decimal("140.00"), actor=planner, now=NOW, reason="多报")
    assert (hold.state, stands(programme)) == ("recovered", ["850.00", "0.00", "0.00", "0.00", "150.00"])
    assert check_books() == []


@pytest.mark.parametrize("amount", ["-1.00", "0.00", "0.001", "NaN"])
def test_what_is_no_amount_is_refused(amount: str, programme: Programme, planner: Person) -> None:
    with pytest.raises(Invalid):
        reserve(programme, amount, "1", planner)
    assert not Hold.objects.exists()


def test_outside_its_days_a_programme_takes_nothing(planner: Person) -> None:
    programme = opened(planner, opens_on=date(2026, 6, 1))
    with pytest.raises(Refused) as refused:
        reserve(programme, "1.00", "1", planner)
    assert refused.value.code == "programme-closed"
