"""Random people make random moves with several orders on two instruments; a model in plain Python says what must come.

After each move state, version, taken time and who sees what are compared; the model knows nothing of the rows.
`YIXIANG_MODEL_EXAMPLES=500` searches longer and elsewhere.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from yixiang.catalogue.commands import timing
from yixiang.catalogue.models import Hold, Instrument
from yixiang.catalogue.tests.conftest import NOW, belong, joined_unit
from yixiang.kernel.errors import Refused
from yixiang.kernel.periods import SHANGHAI
from yixiang.orders.commands import answering, drafting, moving, placing, recording, settling
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.commands.settling import Billed
from yixiang.orders.commands.writing import allowed
from yixiang.orders.models import Order, OrderEvent
from yixiang.orders.rules.wishes import LineWish, Wish
from yixiang.orders.tests.conftest import WORDS, MakeInstrument, local, priced
from yixiang.people.models import Person
from yixiang.units.models import Unit

EXAMPLES = int(os.environ.get("YIXIANG_MODEL_EXAMPLES", "8"))
BUFFER = timedelta(minutes=15)
DONE = (200, "")
Outcome = tuple[int, str]  # status and, where time decides, the code
Slot = tuple[datetime, datetime]

# Written again here, so that a change of the table has to be meant twice.
MOVES: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "submit": ("customer", ("draft",), "submitted"),
    "withdraw": ("customer", ("submitted", "quoted"), "draft"),
    "accept": ("provider", ("submitted",), "accepted"),
    "refuse": ("provider", ("submitted",), "refused"),
    "quote": ("provider", ("submitted",), "quoted"),
    "agree": ("customer", ("quoted",), "accepted"),
    "counter": ("customer", ("quoted",), "submitted"),
    "reschedule": ("customer", ("submitted", "accepted"), "submitted"),
    "shift": ("provider", ("accepted",), "accepted"),
    "cancel": ("customer", ("draft", "accepted"), "cancelled"),
    "call_off": ("provider", ("accepted",), "cancelled"),
    "no_show": ("provider", ("accepted",), "no_show"),
    "record": ("provider", ("accepted",), "recorded"),
    "amend": ("provider", ("recorded", "disputed"), "recorded"),
    "dispute": ("customer", ("recorded",), "disputed"),
    "drop_dispute": ("customer", ("disputed",), "recorded"),
    "settle": ("customer", ("recorded",), "completed"),
}
HOLDING = {"submitted", "quoted", "accepted", "recorded", "disputed", "completed"}


@dataclass
class Known:
    """What the model believes of one order."""

    order: Order
    owner: str
    slots: dict[int, Slot]  # instrument → when
    lines: dict[int, int]  # instrument → line
    state: str = "draft"
    version: int = 1
    sent: bool = False
    started: set[int] = field(default_factory=set)
    billed: Decimal = Decimal(0)

    @property
    def begins(self) -> datetime:
        return min(start for start, _end in self.slots.values())


@dataclass(frozen=True)
class World:
    people: Mapping[str, Person]
    two: list[Instrument]


@pytest.fixture
def world(instrument: MakeInstrument, admin: Person, outsider: Person, customer: Person,
          person: Callable[..., Person], unit: Unit) -> World:  # fmt: skip
    other = joined_unit("湘潭新材料有限公司", "430302")
    other.uses = True
    other.save(update_fields=["uses"])
    belong(person("li"), other)
    people = {"wang": customer, "li": person("li"), "provider": admin, "stranger": outsider}
    return World(people, [priced(instrument(buffer_after=15)) for _number in range(2)])


def test_random_people_making_random_moves_are_answered_as_the_model_says(world: World) -> None:
    bounds = settings(
        max_examples=EXAMPLES, stateful_step_count=25, deadline=None, derandomize=EXAMPLES < 100, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    DONE_MOVES.clear()
    run_state_machine_as_test(lambda: Orders(world), settings=bounds)  # type: ignore[arg-type]
    assert len(MOVES.keys() & DONE_MOVES.keys()) >= 10, "what was never done has not been compared"


DONE_MOVES = Counter[str]()
PICK = st.integers(0, 3)
WHO = st.sampled_from(["right", "right", "right", "right", "wang", "li", "provider", "stranger"])
SLOT = st.tuples(st.sampled_from([2, 2, 3]), st.integers(8, 16), st.integers(1, 2))
ON = st.sampled_from([(0,), (1,), (0, 1)])


DEEDS: dict[str, tuple[int, dict[str, Any]]] = {}


def deed(weight: int, **drawn: Any) -> Callable[[Any], Any]:
    """One of the things people do. Not a rule each: hypothesis would leave most of them out of most examples."""

    def kept(act: Any) -> Any:
        DEEDS[act.__name__] = weight, drawn
        return act

    return kept


def slot_of(drawn: tuple[int, int, int]) -> Slot:
    day, hour, hours = drawn
    return local(day, hour), local(day, hour) + timedelta(hours=hours)


class Orders(RuleBasedStateMachine):
    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.known, self.now = world, list[Known](), NOW + timedelta(minutes=30)
        self.blocked: list[tuple[Hold, int, Slot]] = []
        self.numbers, self.turns = count(10**18), count()
        self.touched: Known | None = None
        self.done = DONE_MOVES
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- what the model expects

    def side(self, one: Known, who: str) -> str:
        return "customer" if who == one.owner else "provider" if who == "provider" and one.sent else ""

    def standing(self, one: Known, who: str, action: str) -> Outcome:
        """Who may and in which state, before anything else is looked at."""
        side, states, _target = MOVES[action]
        sides = {self.side(one, who)} | ({"provider"} if who == "provider" and one.sent else set())
        if sides == {""}:
            return (404, "")
        if side not in sides:
            return (403, "")
        return DONE if one.state in states else (409, "")

    def fits(self, slot: Slot) -> bool:
        start, end = (moment.astimezone(SHANGHAI) for moment in slot)
        open_ = start.hour >= 9 and (end.hour, end.minute) <= (17, 0) and start.date() == end.date()
        return self.now <= slot[0] and open_

    def free(self, at: int, slot: Slot, besides: Known | None = None) -> bool:
        taken = [one.slots[at] for one in self.known if one is not besides and one.state in HOLDING and at in one.slots]
        taken += [held for _hold, place, held in self.blocked if place == at]
        return all(slot[1] + BUFFER <= start or end + BUFFER <= slot[0] for start, end in taken)

    def room(self, slots: Mapping[int, Slot], besides: Known | None, *, checked: bool = True) -> Outcome:
        if checked and not all(self.fits(slot) for slot in slots.values()):
            return (422, "")
        return DONE if all(self.free(at, slot, besides) for at, slot in slots.items()) else (409, "time-taken")

    def person(self, one: Known, who: str, side: str) -> str:
        return (one.owner if side == "customer" else "provider") if who == "right" else who

    def met(self, expected: Outcome, act: Callable[[], Any]) -> Any:
        """The command answered as the model said; what it gave back, or None."""
        try:
            with transaction.atomic():
                given, outcome = act(), DONE
        except Refused as refused:
            given, outcome = None, (refused.status, refused.code)
        wanted = outcome if not expected[1] and outcome != DONE else expected
        assert (outcome[0], outcome) == (expected[0], wanted), (outcome, expected)
        return given

    def apply(self, one: Known, action: str, who: str, expected: Outcome, act: Callable[[Order, Any], Any]) -> bool:
        """One move of the table: asked of the command, then done in the model when it was expected to be done."""
        facts = {"actor": self.world.people[who], "now": self.now}
        self.met(expected, lambda: act(Order.objects.get(pk=one.order.pk), facts))
        if expected == DONE:
            one.state = MOVES[action][2]
            one.version += 1
            one.sent = one.sent or action == "submit"
            self.done[action] += 1
        return expected == DONE

    @rule(data=st.data())
    def somebody_does_something(self, data: Any) -> None:
        names = [name for name, (weight, _drawn) in DEEDS.items() for _n in range(weight)]
        name = data.draw(st.sampled_from(names))
        getattr(self, name)(**{word: data.draw(what, label=word) for word, what in DEEDS[name][1].items()})

    # --- drafts

    @initialize(on=ON, drawn=SLOT)
    def begin_with_an_order_that_waits(self, on: tuple[int, ...], drawn: tuple[int, int, int]) -> None:
        self.draft("wang", on, (2, max(drawn[1], 11), 1))
        self.submit(0, "right")

    @deed(2, who=st.sampled_from(["wang", "li", "provider", "stranger"]), on=ON, drawn=SLOT, close=st.booleans())
    def draft(self, who: str, on: tuple[int, ...], drawn: tuple[int, int, int], close: bool = False) -> None:
        """`close`: handed in at once right after another order, where only the buffer is in the way."""
        slot, two = slot_of(drawn), self.world.two
        held = [one for one in self.known if one.state in HOLDING] if close else []
        if held:
            end = max(end for _start, end in held[-1].slots.values())
            slot = end, end + timedelta(hours=1)
        wish = Wish(tuple(LineWish(two[at].code, starts=slot[0], ends=slot[1]) for at in on), dict(WORDS))
        expected = (409, "unit-does-not-use") if who == "stranger" else DONE
        actor = self.world.people[who]
        made = self.met(expected, lambda: drafting.start(actor=actor, wish=wish, now=self.now))
        if made is not None:
            lines = {at: made.lines.get(instrument=two[at]).pk for at in on}
            self.known.append(Known(made, who, dict.fromkeys(on, slot), lines))
            if held:
                self.submit(len(self.known) - 1, "right")

    @deed(2, pick=PICK, who=WHO)
    def submit(self, pick: int, who: str) -> None:
        one = self.one(pick)
        if one is None:
            return
        who = self.person(one, who, "customer")
        expected = self.standing(one, who, "submit")
        if expected == DONE:
            expected = self.room(one.slots, one)
        self.apply(one, "submit", who, expected, lambda o, f: placing.submit(o, **f))

    @deed(1, pick=PICK, who=WHO)
    def drop(self, pick: int, who: str) -> None:
        one = self.one(pick)
        if one is None:
            return
        who = self.person(one, who, "customer")
        expected = self.standing(one, who, "submit")
        if expected == DONE and one.sent:
            expected = (409, "order-submitted")
        actor = self.world.people[who]
        self.met(expected, lambda: drafting.drop(Order.objects.get(pk=one.order.pk), actor=actor))
        if expected == DONE:
            self.known.remove(one)
            self.touched = None

    # --- moves that only need to be allowed

    @deed(4, pick=PICK, who=WHO, wild=st.booleans(), which=st.integers(0, 11))
    def move(self, pick: int, who: str, wild: bool, which: int) -> None:
        one = self.one(pick)
        if one is None:
            return
        wild = wild and which > 8  # often enough for refusals, seldom enough to come far
        fitting = [action for action in PLAIN if wild or one.state in MOVES[action][1]]
        if not fitting:
            return
        action = fitting[which % len(fitting)]
        who = self.person(one, who, MOVES[action][0])
        expected = self.standing(one, who, action)
        if expected == DONE:
            expected = self.also(one, action)
        if self.apply(one, action, who, expected, PLAIN[action]) and action == "withdraw":
            one.started.clear()

    @deed(6, pick=PICK, turns=st.lists(st.integers(0, 11), min_size=1, max_size=5))
    def onward(self, pick: int, turns: list[int]) -> None:
        """The right people take the order some steps further when its time has come, or few would come to the end."""
        one = self.one(pick)
        for turn in turns:
            if one is not None and one.state in ONWARD:
                self.step(pick, one, ONWARD[one.state][turn % len(ONWARD[one.state])], invoiced=turn > 3)

    def step(self, pick: int, one: Known, action: str, *, invoiced: bool) -> None:
        if one.state == "accepted":
            self.now = max(self.now, max(end for _start, end in one.slots.values()) + timedelta(minutes=30))
        if action == "submit":
            self.submit(pick, "right")
        elif action == "settle":
            self.settle(pick, "right", invoiced)
        else:
            self.apply(one, action, self.person(one, "right", MOVES[action][0]), self.also(one, action), PLAIN[action])

    def also(self, one: Known, action: str) -> Outcome:
        """What single moves ask beyond the table."""
        if action == "no_show":
            if one.begins > self.now:
                return (409, "too-early")
            return (409, "was-used") if one.started else DONE
        if action == "record" and any(start > self.now for start, _end in one.slots.values()):
            return (409, "too-early")
        return DONE

    # --- another time

    @deed(5, pick=PICK, who=WHO, drawn=SLOT, action=st.sampled_from(["reschedule", "shift"]))
    def retime(self, pick: int, who: str, drawn: tuple[int, int, int], action: str) -> None:
        one = self.one(pick)
        if one is None:
            return
        at, slot = min(one.slots), slot_of(drawn)
        who = self.person(one, who, MOVES[action][0])
        expected = self.standing(one, who, action)
        if expected == DONE:
            wanted = one.slots | {at: slot}
            past = (422, "") if slot[0] <= self.now else DONE
            expected = past if past != DONE else self.moved(one, at, wanted, checked=action == "reschedule")
        times = [NewTime(one.lines[at], *slot)]
        act: Any = moving.reschedule if action == "reschedule" else moving.shift
        note = {} if action == "reschedule" else {"note": "设备检修"}
        if self.apply(one, action, who, expected, lambda o, f: act(o, times, **f, **note)):
            one.slots[at] = slot

    def moved(self, one: Known, at: int, wanted: Mapping[int, Slot], *, checked: bool) -> Outcome:
        """Only the line that moves is asked for; the others keep what they have."""
        return self.room({at: wanted[at]}, one, checked=checked)

    # --- time that is no booking

    @deed(1, at=st.integers(0, 1), who=st.sampled_from(["provider", "provider", "wang", "stranger"]), drawn=SLOT)
    def downtime(self, at: int, who: str, drawn: tuple[int, int, int]) -> None:
        slot, actor = slot_of(drawn), self.world.people[who]
        expected: Outcome = (403, "") if who != "provider" else (422, "") if slot[1] <= self.now else DONE
        if expected == DONE:
            expected = self.room({at: slot}, None, checked=False)
        facts: dict[str, Any] = {"starts": slot[0], "ends": slot[1], "actor": actor, "now": self.now}
        made = self.met(expected, lambda: timing.hold(self.world.two[at], kind="downtime", **facts))
        if made is not None:
            self.blocked.append((made, at, slot))

    @deed(1, which=st.integers(0, 3))
    def release(self, which: int) -> None:
        if self.blocked:
            held, _at, _slot = self.blocked.pop(which % len(self.blocked))
            timing.release(held, actor=self.world.people["provider"], now=self.now)

    # --- at the instrument, and money

    @deed(1, pick=PICK, who=WHO)
    def check_in(self, pick: int, who: str) -> None:
        one = self.one(pick)
        if one is None:
            return
        who, at = self.person(one, who, "customer"), min(one.slots)
        expected = (404, "") if not self.side(one, who) else DONE if one.state == "accepted" else (409, "")
        early = one.slots[at][0] - self.now > timedelta(minutes=30)
        if expected == DONE and at not in one.started and early:
            expected = (409, "too-early")
        line = Order.objects.get(pk=one.order.pk).lines.select_related("order").get(pk=one.lines[at])
        actor = self.world.people[who]
        self.met(expected, lambda: recording.check_in(line, actor=actor, now=self.now))
        if expected == DONE:
            one.started.add(at)

    @deed(1, pick=PICK, who=WHO, invoiced=st.booleans())
    def settle(self, pick: int, who: str, invoiced: bool) -> None:
        """With an invoice over what is still open, or without."""
        one = self.one(pick)
        if one is None:
            return
        who = self.person(one, who, "customer")
        order, actor = Order.objects.get(pk=one.order.pk), self.world.people[who]
        expected = self.standing(one, who, "settle")
        total = order.final_total or Decimal(0)
        if expected == DONE and invoiced and total > one.billed:
            billed = Billed(f"{next(self.numbers):020d}", total - one.billed, self.now.date())
            settling.add_invoice(order, billed, actor=actor, now=self.now)
            one.billed = total
        if expected == DONE and one.owner != "provider" and one.billed != total:
            expected = (422, "")
        self.apply(one, "settle", who, expected, lambda o, f: settling.settle(o, **f))

    # --- the clock

    @deed(1, hours=st.sampled_from([1, 2, 20]))
    def wait(self, hours: int) -> None:
        if self.now < local(5, 12):
            self.now += timedelta(hours=hours)

    @deed(3, pick=PICK, late=st.booleans())
    def expire(self, pick: int, late: bool) -> None:
        """`late`: somebody has let it lie until its time came."""
        waiting = [one for one in self.known if one.state in {"submitted", "quoted"}] if late else []
        one = self.touched = waiting[pick % len(waiting)] if waiting else self.one(pick)
        if one is None:
            return
        if waiting:
            self.now = max(self.now, one.begins)
        due = one.state in {"submitted", "quoted"} and one.begins <= self.now
        assert moving.expire(one.order.pk, now=self.now) is due
        if due:
            one.state, one.version = "expired", one.version + 1

    # --- what is always so

    def one(self, pick: int) -> Known | None:
        self.touched = self.known[pick % len(self.known)] if self.known else None
        return self.touched

    @invariant()
    def rows_stand_as_the_model_says(self) -> None:
        rows = {order.pk: (order.state, order.version) for order in Order.objects.all()}
        assert rows == {one.order.pk: (one.state, one.version) for one in self.known}
        moves = OrderEvent.objects.exclude(after="").order_by("pk").values_list("order_id", "after")
        last = {one.order.pk: one.state for one in self.known if one.version > 1}
        assert dict(moves) == last
        assert Counter(pk for pk, _after in moves) == {
            one.order.pk: one.version - 1 for one in self.known if one.version > 1
        }

    @invariant()
    def time_is_held_as_the_model_says(self) -> None:
        found = {(hold.instrument_id, hold.starts, hold.ends) for hold in Hold.objects.all()}
        wanted = {
            (self.world.two[at].pk, *slot)
            for one in self.known if one.state in HOLDING
            for at, slot in one.slots.items()
        } | {(self.world.two[at].pk, *slot) for _hold, at, slot in self.blocked}  # fmt: skip
        assert found == wanted

    @invariant()
    def each_sees_and_is_offered_what_the_model_says(self) -> None:
        """One person and one order after each move, in turn: it is the dearest question."""
        who = list(self.world.people)[next(self.turns) % 4]
        person = self.world.people[who]
        seen = set(Order.objects.visible_to(person).values_list("pk", flat=True))
        assert seen == {one.order.pk for one in self.known if self.side(one, who)}, who
        if one := self.touched:
            offered = {move.action for move in allowed(Order.objects.get(pk=one.order.pk), person)}
            assert offered == {action for action in MOVES if self.standing(one, who, action) == DONE}, who


def _offer(order: Order, facts: Any) -> Any:
    amounts = {line.pk: {"running": Decimal(300)} for line in order.lines.all()}
    return answering.quote(order, amounts=amounts, **facts)


ONWARD: Mapping[str, tuple[str, ...]] = {
    "draft": ("submit",),
    "submitted": ("accept", "accept", "accept", "quote", "quote", "refuse"),
    "quoted": ("agree", "counter"),
    "accepted": ("record", "record", "no_show", "call_off"),
    "recorded": ("dispute", "amend", "settle"),
    "disputed": ("amend", "drop_dispute"),
}
PLAIN: Mapping[str, Callable[[Order, Any], Any]] = {
    "withdraw": lambda o, f: moving.withdraw(o, **f),
    "accept": lambda o, f: answering.accept(o, **f),
    "refuse": lambda o, f: answering.refuse(o, reason="other", note="样品不合适", **f),
    "quote": _offer,
    "agree": lambda o, f: answering.agree(o, **f),
    "counter": lambda o, f: answering.counter(o, total=Decimal(250), note="长期合作", **f),
    "cancel": lambda o, f: moving.cancel(o, **f),
    "call_off": lambda o, f: moving.call_off(o, note="仪器故障", **f),
    "no_show": lambda o, f: moving.no_show(o, **f),
    "record": lambda o, f: recording.record_results(o, {}, **f),
    "amend": lambda o, f: recording.amend(o, {}, note="更正", **f),
    "dispute": lambda o, f: settling.dispute(o, note="时间不对", **f),
    "drop_dispute": lambda o, f: settling.drop_dispute(o, **f),
}
