"""Many want the same time at the same moment, through every door there is: the constraint on taken time decides."""

import itertools
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Hold, Instrument
from yixiang.kernel.errors import Refused
from yixiang.orders.commands import answering, moving, placing
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.models import Line, Order
from yixiang.orders.states import HOLDING, ORDER
from yixiang.orders.tests.conftest import NOW, MakeInstrument, belong, local, priced, wish
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.tests.test_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, ROUNDS = 16, 12


@pytest.fixture
def crowd(firm: Unit, person: Callable[..., Person]) -> list[Person]:
    found = [person(f"user{number}") for number in range(CLIENTS)]
    for one in found:
        belong(one, firm)
    return found


@pytest.fixture
def two(instrument: MakeInstrument) -> list[Instrument]:
    """Two instruments with buffers, so that neighbours collide too."""
    return [priced(instrument(buffer_after=15)) for _number in range(2)]


def test_of_sixteen_who_want_one_slot_one_wins_and_all_others_are_offered_times(
    crowd: list[Person], two: list[Instrument]
) -> None:
    def place(who: Person) -> Callable[[], object]:
        return lambda: placing.place(actor=who, wish=wish(two[0]), now=NOW)

    results = together(*map(place, crowd))
    lost = [one for one in results if isinstance(one, Refused)]
    assert (len(lost), Hold.objects.count(), Order.objects.count()) == (CLIENTS - 1, 1, 1)
    assert {one.code for one in lost} == {"time-taken"}
    assert all(len(one.extra["alternatives"]) == 3 for one in lost)


def test_all_doors_at_once_never_overlap_and_each_move_leaves_one_row(
    crowd: list[Person], two: list[Instrument], admin: Person
) -> None:
    """Placing, moving, cancelling, downtime and accepting, at random, over and over on the same few hours."""
    chance = random.Random(7)
    for _round in range(ROUNDS):
        together(*[_act(chance, who, two, admin) for who in crowd[:8]])
    _nothing_overlaps()
    for order in Order.objects.prefetch_related("events"):
        _moves_are_whole(order)


def _act(chance: random.Random, who: Person, two: list[Instrument], admin: Person) -> Callable[[], object]:
    one = chance.choice(two)
    start = local(chance.choice((3, 4)), chance.randrange(9, 15))
    length = timedelta(hours=chance.choice((1, 2)))
    kind = chance.choices(("place", "move", "cancel", "downtime", "accept"), (5, 3, 1, 1, 2))[0]
    own = Order.objects.filter(person=who, state__in=["submitted", "accepted"]).first()
    if kind == "move" and own:
        line = own.lines.get()
        return lambda: moving.reschedule(own, [NewTime(line.pk, start, start + length)], actor=who, now=NOW)
    if kind == "cancel" and own:
        act = moving.cancel if own.state == "accepted" else moving.withdraw
        return lambda: act(own, actor=who, now=NOW)
    if kind == "accept" and (waiting := Order.objects.filter(state="submitted").first()):
        return lambda: answering.accept(waiting, actor=admin, now=NOW)
    if kind == "downtime":
        taken = {"starts": start, "ends": start + length, "actor": admin, "now": NOW}
        return lambda: timing.hold(one, kind="downtime", **taken)  # type: ignore[arg-type]
    return lambda: placing.place(actor=who, wish=wish(one, start, start + length), now=NOW)


def _nothing_overlaps() -> None:
    """Asked of the rows themselves, not of the constraint."""
    with connection.cursor() as cursor:
        cursor.execute("""SELECT count(*) FROM catalogue_hold a JOIN catalogue_hold b
            ON a.instrument_id = b.instrument_id AND a.id < b.id AND a.span && b.span""")
        assert cursor.fetchone() == (0,)
    holding = set(Line.objects.filter(order__state__in=HOLDING).values_list("pk", flat=True))
    assert holding == set(Hold.objects.filter(kind="booking").values_list("reference", flat=True))
    held = {hold.reference: hold.starts for hold in Hold.objects.filter(kind="booking")}
    assert all(held[line.pk] == line.starts for line in Line.objects.filter(pk__in=holding))


def _moves_are_whole(order: Order) -> None:
    moves = [event for event in order.events.all() if event.after]
    assert moves[-1].after == order.state
    assert moves[0].before == ORDER.initial
    assert all(first.after == second.before for first, second in itertools.pairwise(moves))
    assert len(moves) == order.version - 1


def test_two_tabs_submit_one_draft_once(draft: Order, customer: Person) -> None:
    results = together(*[lambda: placing.submit(draft, actor=customer, now=NOW)] * 4)
    assert sum(isinstance(one, Order) for one in results) == 1
    assert Hold.objects.count() == 1


def test_accepting_and_withdrawing_at_once_leave_one_of_both(submitted: Order, customer: Person, admin: Person) -> None:
    together(
        lambda: answering.accept(submitted, actor=admin, now=NOW),
        lambda: moving.withdraw(submitted, actor=customer, now=NOW),
    )
    state = Order.objects.get().state
    assert state in {"accepted", "draft"}
    assert Hold.objects.exists() is (state == "accepted")


def test_orders_over_two_instruments_in_any_order_do_not_block_each_other(
    crowd: list[Person], two: list[Instrument]
) -> None:
    """Each wants both, half of them named the other way round: nobody waits for ever."""

    def both(number: int, who: Person) -> Callable[[], object]:
        lines = [*wish(two[0]).lines, *wish(two[1]).lines]
        asked = wish(two[0])
        turned = tuple(lines if number % 2 else reversed(lines))
        return lambda: placing.place(actor=who, wish=type(asked)(turned, asked.words), now=NOW)

    results = together(*[both(number, who) for number, who in enumerate(crowd[:8])])
    assert sum(isinstance(one, Order) for one in results) == 1
