"""What every move of a redemption does alike: lock, ask who may, step, write one row of the time line."""

from datetime import datetime

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.states import Move
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import may
from yixiang.people.models import Person
from yixiang.vouchers.models import Redemption, RedemptionEvent
from yixiang.vouchers.permissions import VouchersPermission
from yixiang.vouchers.states import PAY, REDEMPTION, USE

SYSTEM = "系统"


def lock(redemption: Redemption) -> Redemption:
    """Locks are taken in one order everywhere: order, redemption, case, then the accounts of the programme."""
    rows = Redemption.objects.select_for_update(of=("self",))
    found: Redemption | None = (
        rows.select_related("programme", "unit", "provider", "payee", "person", "hold", "case")
        .filter(pk=redemption.pk)
        .first()
    )
    if found is None:
        raise Unseen()
    return found


def may_use(person: Person, redemption: Redemption) -> bool:
    """Whoever used it, and whoever acts for the unit with its vouchers; a token must allow it."""
    within = person.token_permissions
    if within is not None and VouchersPermission.USE not in within:
        return False
    own = redemption.person_id == person.pk
    return own or may(person, VouchersPermission.USE, [redemption.unit.scope])


def may_pay(person: Person, redemption: Redemption) -> bool:
    return may(person, LedgerPermission.PAY, redemption.programme.scopes)


_WHO = {USE: may_use, PAY: may_pay}


def allowed(redemption: Redemption, person: Person) -> list[Move]:
    """What this person may do with it now. Deciding is done on the case."""
    return [
        move for move in REDEMPTION.allowed(redemption.state) if move.who in _WHO and _WHO[move.who](person, redemption)
    ]  # fmt: skip


def begin(
    redemption: Redemption, action: str, *, actor: Person, note: str = "", version: int | None = None
) -> tuple[Redemption, Move]:
    redemption = lock(redemption)
    if not Redemption.objects.visible_to(actor).filter(pk=redemption.pk).exists():
        raise Unseen()
    who = next((move.who for move in REDEMPTION.moves if move.action == action), "")
    if who not in _WHO or not _WHO[who](actor, redemption):
        raise NotPermitted("这一步由使用单位办理。" if who == USE else "这一步由主管部门的财务人员办理。")
    if version not in {None, redemption.version}:
        raise changed_meanwhile()
    move = REDEMPTION.move(redemption.state, action)
    if move.note and not note.strip():
        raise Invalid.field("note", f"请写明{move.label}的原因。", code="reason-missing")
    return redemption, move


def changed_meanwhile() -> WrongState:
    return WrongState("这张创新券刚刚有了变化，这一步没有办理。请刷新后核对再办。", code="voucher-changed")


def finish(
    redemption: Redemption,
    action: str,
    *,
    actor: Person | None,
    now: datetime,
    what: str = "",
    note: str = "",
    state: str = "",
) -> Redemption:
    """The state, the version, one row: always together. `state` stands where a part leaves it where it is."""
    move = REDEMPTION.move(redemption.state, action)
    before, redemption.state = redemption.state, state or move.target
    redemption.version += 1
    redemption.changed_at = now
    redemption.save()
    record(redemption, action, what or move.label, actor=actor, now=now, before=before, note=note)
    return redemption


def record(
    redemption: Redemption,
    action: str,
    what: str,
    *,
    actor: Person | None,
    now: datetime,
    before: str = "",
    note: str = "",
) -> None:
    """`before` is empty where nothing moved."""
    RedemptionEvent.objects.create(
        redemption=redemption, at=now, by=actor, by_label=str(actor) if actor else SYSTEM, action=action,
        before=before, after=redemption.state if before else "", what=what[:200], note=note.strip(),
    )  # fmt: skip
