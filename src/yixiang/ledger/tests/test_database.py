"""What the database refuses whoever asks, with raw SQL too."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from yixiang.kernel.errors import Refused
from yixiang.ledger.models import Account, Cap, Hold, Posting, Programme
from yixiang.ledger.queries.books import check_books
from yixiang.ledger.tests.conftest import opened, reserve
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.tests.test_at_once import together


def refused(statement: str, *values: object) -> None:
    with pytest.raises(DatabaseError):
        run(statement, *values)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@transaction.atomic
def run(statement: str, *values: object) -> None:
    """As at the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def account(programme: Programme, stage: str) -> int:
    return Account.objects.get(programme=programme, stage=stage).pk


ENTRY = "INSERT INTO ledger_entry (posting_id, account_id, amount, customer_id, apart) VALUES (%s, %s, %s, %s, '')"


def test_sums_are_not_written_by_hand(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "10.00", "1", planner, firm, "100.00")
    refused("UPDATE ledger_account SET balance = balance + 1 WHERE stage = 'fund'")
    refused("UPDATE ledger_cap SET used = 0")
    refused("DELETE FROM ledger_cap")
    refused("UPDATE ledger_account SET stage = 'x' WHERE stage = 'fund'")


def test_what_is_written_stays(programme: Programme) -> None:
    refused("UPDATE ledger_entry SET amount = amount * 2")
    refused("DELETE FROM ledger_posting")
    refused("DELETE FROM ledger_entry")


def test_a_posting_balances(programme: Programme) -> None:
    alone = (
        "INSERT INTO ledger_posting (programme_id, move, amount, at, by_label, reason, order_number, invoices, pack,"
    )
    alone += " digest, article, decision) VALUES (%s, 'fund', 1, now(), '', '', '', '{}', '', '', '', '{}')"
    refused(alone, programme.pk)
    made = Posting.objects.get()
    refused(ENTRY, made.pk, account(programme, "fund"), 5, None)
    both = ENTRY + ", (%s, %s, %s, %s, '')"
    run(both, made.pk, account(programme, "appropriated"), -5, None, made.pk, account(programme, "fund"), 5, None)


def test_no_account_is_overdrawn_and_no_cap_exceeded(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "10.00", "1", planner, firm, "100.00")
    made = Posting.objects.filter(move="reserve").get()
    both = ENTRY + ", (%s, %s, %s, %s, '')"
    fund, reserved = account(programme, "fund"), account(programme, "reserved")
    refused(both, made.pk, fund, -2000, None, made.pk, reserved, 2000, None)
    refused(both, made.pk, fund, Decimal("-90.01"), None, made.pk, reserved, Decimal("90.01"), firm.pk)
    refused("UPDATE ledger_cap SET ceiling = 9.99")


def test_a_sum_begins_with_what_the_entries_say(programme: Programme, planner: Person, firm: Unit) -> None:
    reserve(programme, "10.00", "1", planner, firm)
    Cap.objects.create(programme=programme, dimension="user", key=str(firm.pk), ceiling=50, used=40)
    assert Cap.objects.get().used == 10
    assert check_books() == []


def test_entries_stay_with_their_programme(programme: Programme, planner: Person) -> None:
    other = opened(planner, year=2027, opens_on=date(2027, 1, 1), closes_on=date(2027, 12, 31))
    both = ENTRY + ", (%s, %s, %s, %s, '')"
    made = Posting.objects.filter(programme=programme).get()
    refused(both, made.pk, account(other, "fund"), -5, None, made.pk, account(other, "reserved"), 5, None)


@pytest.mark.parametrize("said", [{"state": "paid"}, {"amount": 11}, {"state": "paid", "recovered": 5}])
def test_a_hold_that_differs_from_its_postings_is_found(
    said: dict[str, object], programme: Programme, planner: Person
) -> None:
    hold = reserve(programme, "10.00", "1", planner)
    Hold.objects.filter(pk=hold.pk).update(**said)
    assert [fault.what for fault in check_books()] == ["预留"]


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_below_a_cap_with_room_for_one_exactly_one_succeeds(
    programme: Programme, planner: Person, firm: Unit
) -> None:
    def take(key: str) -> Callable[[], object]:
        return lambda: reserve(programme, "60.00", key, planner, firm, "100.00")

    for number in range(5):
        results = together(take(f"{number}a"), take(f"{number}b"))
        lost = [one for one in results if isinstance(one, Refused)]
        assert len(lost) == (1 if number == 0 else 2)
        assert {one.code for one in lost} == {"cap-reached"}
    assert Cap.objects.get().used == 60
    assert check_books() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_reference_from_two_tabs_is_one_hold(programme: Programme, planner: Person, firm: Unit) -> None:
    results = together(*[lambda: reserve(programme, "60.00", "1", planner, firm, "100.00")] * 4)
    assert len(set(results)) == 1
    assert Posting.objects.filter(move="reserve").count() == 1
