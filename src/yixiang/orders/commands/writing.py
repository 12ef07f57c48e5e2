"""What every act on an order does alike: find one's side, lock in one order, step, write one row of the time line."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.known import know, knows
from yixiang.kernel.periods import local_date
from yixiang.kernel.states import Move
from yixiang.orders.models import Line, Order, OrderEvent
from yixiang.orders.queries.orders import with_provider
from yixiang.orders.states import ORDER, PLACE, SERVE
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.units.queries.standing import standing_on
from yixiang.units.states import BELONGS
from yixiang.vouchers.commands.using import give_back

NEVER = datetime.max.replace(tzinfo=UTC)

# Rows are locked in this order everywhere: a waiting or a draw, the order, then instruments by rising key, then their
# taken time, then the rest.
# Two acts on one order queue up; two orders that want the same time meet in the constraint on taken time.


def lock(order: Order) -> Order:
    """The same row, read again under lock."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("provider", "customer", "person")
    found: Order | None = rows.filter(pk=order.pk).first()
    if found is None:
        raise Unseen()
    return found


def lines_of(order: Order) -> list[Line]:
    """Its lines as they will be locked: by instrument."""
    rows = order.lines.select_related("instrument", "instrument__sub_unit", "tariff")
    return with_provider(order, in_turn(rows.prefetch_related("samples", "tariff__lines")))


def in_turn(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.instrument_id, line.starts or NEVER, line.pk))


# --- sides


def is_customer(order: Order, person: Any) -> bool:
    """Whoever placed it, while they belong to the unit, and whoever acts for the unit; a token must allow it."""
    if not getattr(person, "is_authenticated", False) or not _token_allows(person, PLACE):
        return False
    if getattr(order, "begun_by", None) == person.pk:
        return True  # in this very transaction, which has asked already
    if order.person_id != person.pk:
        return order.state != "draft" and may(person, PLACE, [order.customer.scope])
    return bool(person.memberships.filter(unit_id=order.customer_id, state__in=BELONGS).exists())


def is_provider(order: Order, person: Any) -> bool:
    if not getattr(person, "is_authenticated", False):
        return False
    return bool(order.serves(person))


def _token_allows(person: Any, permission: str) -> bool:
    within = getattr(person, "token_permissions", None)
    return within is None or permission in within


_SIDES = {PLACE: is_customer, SERVE: is_provider}


def sides_of(order: Order, person: Any) -> frozenset[str]:
    """The permissions of moves this person can make on this order."""
    return frozenset(side for side, belongs in _SIDES.items() if belongs(order, person))


def require_side(order: Order, person: Any, side: str) -> None:
    """Who cannot see the order learns nothing; who can see it learns that this is not theirs to do."""
    if _SIDES[side](order, person):
        return
    if not Order.objects.visible_to(person).filter(pk=order.pk).exists():
        raise Unseen()
    other = "供给方" if side == SERVE else "预约人"
    raise NotPermitted(f"这一步由{other}办理。")


# --- moving


def begin(
    order: Order, action: str, *, actor: Person, note: str = "", version: int | None = None
) -> tuple[Order, Move]:
    """Lock, ask who may, ask the table. Nothing is changed yet."""
    order = lock(order)
    who = next((move.who for move in ORDER.moves if move.action == action), None)
    if not who:
        raise Unseen()
    require_side(order, actor, who)
    move = ORDER.move(order.state, action)
    if version is not None and version != order.version:
        raise changed_meanwhile()
    if move.note and not note.strip():
        raise Invalid.field("note", f"请写明{move.label}的原因。", code="reason-missing")
    return order, move


def changed_meanwhile() -> WrongState:
    """The page somebody acts from is not what stands now."""
    return WrongState(
        "这张预约单刚刚有了变化，您看到的不是最新内容，这一步没有办理。请刷新页面核对后再办。", code="order-changed"
    )


def finish(
    order: Order,
    move: Move,
    *,
    actor: Person | None,
    now: datetime,
    what: str = "",
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> Order:
    """The state, the version, one row of the time line: always together. An agreement freezes what the customer is."""
    before, order.state = order.state, move.target
    if order.state == "accepted" and before != "accepted":
        order.customer_facts = standing_on(order.customer, local_date(now))
    order.version += 1
    order.changed_at = now
    order.save()
    said = what or move.label
    record(order, move.action, said, actor=actor, now=now, before=before, note=note, data=data, side=move.who)
    if before == "accepted" and order.state not in {"accepted", "recorded"}:
        give_back(order.number, actor=actor, now=now, reason=said)  # there is no agreement any more
    return order


def record(
    order: Order,
    action: str,
    what: str,
    *,
    actor: Person | None,
    now: datetime,
    before: str | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    side: str = "",
) -> OrderEvent:
    """`before` is None where nothing moved; an act that moves nothing names no states."""
    event = OrderEvent.objects.create(
        order=order,
        provider_id=order.provider_id,
        at=now,
        by=actor,
        by_label=str(actor) if actor else "系统",
        side=_side_of(order, actor, side),
        action=action,
        before="" if before is None else before,
        after="" if before is None else order.state,
        what=what[:200],
        note=note.strip(),
        data=dict(data or {}),
    )
    if knows(order, "events"):
        know(order, "events", [*order.events.all(), event])
    return event


def _side_of(order: Order, actor: Person | None, side: str) -> str:
    """Known from the move; where nothing moves it is asked for."""
    if actor is None:
        return "system"
    if side:
        return "customer" if side == PLACE else "provider"
    return "provider" if is_provider(order, actor) and actor.pk != order.person_id else "customer"


def allowed(order: Order, person: Any) -> list[Move]:
    """What this person may do with it now; pages and API show these and no others."""
    sides = sides_of(order, person)
    return [move for move in ORDER.allowed(order.state) if move.who in sides]
