"""Drafts: begun with one or several instruments of one unit, saved as often as one likes, thrown away."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from yixiang.catalogue.models import Instrument
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.known import know
from yixiang.kernel.periods import local_date
from yixiang.orders.commands.writing import lock, require_side
from yixiang.orders.models import Line, Order, Sample
from yixiang.orders.models.order import new_number
from yixiang.orders.rules.wishes import MOST_LINES, MOST_SAMPLES, LineWish, Wish
from yixiang.orders.states import PLACE
from yixiang.people.models import Person
from yixiang.units.models import Unit
from yixiang.units.queries import may_start_new

MOST_DRAFTS = 50
WORDS = (
    "contact_name", "contact_phone", "contact_email", "purpose", "content", "project_name", "project_number",
    "project_funds", "disciplines", "other_subsidy", "note",
)  # fmt: skip


def customer_unit(actor: Any, *, now: datetime) -> Unit:
    """The unit a person orders for: the one they belong to, while its facts are fresh."""
    within = getattr(actor, "token_permissions", None)
    if within is not None and PLACE not in within:
        raise NotPermitted("这个接口令牌没有“以本单位名义预约”的权限。")
    member = actor.memberships.live().select_related("unit").first()
    if member is None or member.state not in {"member", "leaving"}:
        raise WrongState(
            "预约需要先绑定单位：企业、学校、团队或个人团队都可以。绑定后回到这里继续，已选的内容会保留。",
            code="no-unit",
        )
    refuse_stale(member.unit, now=now)
    unit: Unit = member.unit
    return unit


def refuse_stale(unit: Unit, *, now: datetime) -> None:
    """Facts that nobody has confirmed for too long stop what is new, never what is under way."""
    verdict = may_start_new(unit, on=local_date(now))
    if not verdict.allowed:
        raise WrongState(verdict.reasons[0], code=verdict.code)


@transaction.atomic
def start(*, actor: Person, wish: Wish, now: datetime) -> Order:
    """A new draft. Nothing is held yet, and nobody else sees it."""
    order, _lines = written(actor=actor, wish=wish, now=now)
    return order


def written(*, actor: Person, wish: Wish, now: datetime) -> tuple[Order, list[Line]]:
    """The draft and its lines, for whoever goes on with them in the same transaction."""
    customer = customer_unit(actor, now=now)
    instruments = _instruments(actor, wish.lines)
    provider = _one_provider(instruments.values())
    if customer.pk != provider.pk and not customer.uses:
        raise WrongState(
            "您的单位没有登记“使用仪器设备”，不能向外单位预约。请单位管理员在单位信息里勾选后再来。",
            code="unit-does-not-use",
        )
    if Order.objects.filter(person=actor, state="draft").count() >= MOST_DRAFTS:
        raise Invalid(f"您有 {MOST_DRAFTS} 张没有提交的预约单，请先提交或删除一些。", code="too-many-drafts")
    order = Order(
        number=new_number(local_date(now)),
        provider=provider,
        customer=customer,
        person=actor,
        internal=customer.pk == provider.pk,
        contact_name=actor.name,
        contact_phone=actor.phone or "",
        contact_email=actor.email or "",
        created_at=now,
        changed_at=now,
    )
    return order, _write(order, wish, instruments)


@transaction.atomic
def save_draft(order: Order, *, actor: Person, wish: Wish, now: datetime, version: int | None = None) -> Order:
    """The whole form at once; what was typed wrong is told on submitting, not here."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if order.state != "draft":
        raise WrongState("这张预约单已经提交，不能再改；需要修改请先撤回。", code="order-submitted")
    if version is not None and version != order.version:
        raise WrongState(
            "这张草稿在别处（可能是另一个窗口）保存过，刚才的内容没有覆盖它。请刷新后再改。", code="order-changed"
        )
    instruments = _instruments(actor, wish.lines)
    if wish.lines and _one_provider(instruments.values()).pk != order.provider_id:
        raise Invalid.field("lines", f"这张预约单里只能放“{order.provider}”的仪器。", code="other-provider")
    _write(order, wish, instruments)
    order.version += 1
    order.changed_at = now
    order.save()
    return order


@transaction.atomic
def change_time(
    order: Order, line_id: int, *, instrument: str, starts: datetime, ends: datetime, actor: Person, now: datetime
) -> Order:
    """One line of a draft to another time, also on the instrument beside it."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if order.state != "draft":
        raise WrongState("这张预约单已经提交，不能再改；需要修改请先撤回。", code="order-submitted")
    line = order.lines.filter(pk=line_id).first()
    if line is None or starts >= ends:
        raise Unseen("草稿里没有这一项，或者时间不对，请刷新后再选。")
    chosen = _instruments(actor, [LineWish(instrument)])[instrument]
    if chosen.unit_id != order.provider_id:
        raise Invalid("换成别的单位的仪器需要另开一张预约单。", code="other-provider")
    line.instrument, line.starts, line.ends = chosen, starts, ends
    line.save(update_fields=["instrument", "starts", "ends"])
    order.version += 1
    order.changed_at = now
    order.save(update_fields=["version", "changed_at"])
    return order


@transaction.atomic
def drop(order: Order, *, actor: Person) -> None:
    """A draft that was never submitted disappears; one that was is cancelled and stays as history."""
    order = lock(order)
    require_side(order, actor, PLACE)
    if order.state != "draft" or order.submitted_at:
        raise WrongState("只有从未提交过的草稿可以删除，其他的请取消。", code="order-submitted")
    order.delete()


def _instruments(actor: Person, lines: Iterable[LineWish]) -> dict[str, Instrument]:
    """By code, each once; what may not be seen does not exist."""
    wanted = list(lines)
    if len(wanted) > MOST_LINES:
        raise Invalid.field("lines", f"一张预约单最多 {MOST_LINES} 项，现在有 {len(wanted)} 项。请分成几张提交。")
    codes = {line.instrument for line in wanted}
    found = {
        one.code: one
        for one in Instrument.objects.visible_to(actor).filter(code__in=codes).select_related("unit").order_by("pk")
    }
    if missing := codes - set(found):
        raise Unseen(f"没有找到仪器 {'、'.join(sorted(missing)[:3])}，它可能已经退出平台。其余内容没有变化。")
    return found


def _one_provider(instruments: Iterable[Instrument]) -> Unit:
    units = {one.unit_id: one.unit for one in instruments}
    if not units:
        raise Invalid.field("lines", "请至少选择一台仪器。")
    if len(units) > 1:
        raise Invalid.field("lines", "一张预约单只能选同一家单位的仪器，请按单位分开预约。", code="several-providers")
    unit: Unit = next(iter(units.values()))
    return unit


def _write(order: Order, wish: Wish, instruments: dict[str, Instrument]) -> list[Line]:
    for name in WORDS:
        if name in wish.words:
            setattr(order, name, wish.words[name])
    known = order.pk is not None
    order.save()
    if known:
        order.lines.all().delete()
    lines = []
    for position, line in enumerate(wish.lines):
        made = Line.objects.create(
            order=order,
            position=position,
            instrument=instruments[line.instrument],
            mode=line.mode,
            way=line.way,
            starts=_utc(line.starts) if line.mode == "time" else None,
            ends=_utc(line.ends) if line.mode == "time" and _forward(line) else None,
            items=list(line.items),
        )
        samples = [
            Sample(
                line=made,
                position=number,
                name=sample.name.strip()[:80],
                count=min(max(sample.count, 1), 1000),
                form=sample.form[:80],
                hazard=sample.hazard,
                hazard_note=sample.hazard_note[:200],
                afterwards=sample.afterwards,
            )
            for number, sample in enumerate(line.samples[:MOST_SAMPLES])
        ]
        know(made, "samples", Sample.objects.bulk_create(samples))
        lines.append(made)
    return lines


def _utc(moment: datetime | None) -> datetime | None:
    """As the database will give it back."""
    return moment and moment.astimezone(UTC)


def _forward(line: LineWish) -> bool:
    """An end before its beginning is not kept; the form shows what was typed."""
    return line.starts is None or line.ends is None or line.starts < line.ends
