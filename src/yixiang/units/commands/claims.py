"""A credit code that is taken: the second claimant writes to the holder, or appeals to the authority."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yixiang.kernel.errors import Invalid, TooMany, Unseen
from yixiang.people.models import Person
from yixiang.units import law, queries
from yixiang.units.commands.telling import admins, holders, tell_unit
from yixiang.units.commands.writing import require_edit
from yixiang.units.models import ClaimMessage, Unit
from yixiang.units.permissions import UnitsPermission

PER_DAY = 3  # enough to be heard, too few to be a nuisance


@transaction.atomic
def write_to_holder(unit: Unit, *, actor: Person, text: str, reply_to: str, now: datetime) -> ClaimMessage:
    """The holder's administrators get the words and the claimant's own contact; nothing of theirs is shown."""
    message = _write(unit, ClaimMessage.To.HOLDER, actor, text, reply_to, now)
    tell_unit(
        message.holder,
        now=now,
        subject=f"有人申请登记“{message.holder.name}”的统一社会信用代码",
        body=f"{message.text}\n联系方式：{message.reply_to}\n若对方是本单位人员，可请其申请加入本单位。",
        key=f"claim-{message.pk}",
        people=admins(message.holder),
    )
    return message


@transaction.atomic
def appeal(unit: Unit, *, actor: Person, text: str, reply_to: str, now: datetime) -> ClaimMessage:
    message = _write(unit, ClaimMessage.To.AUTHORITY, actor, text, reply_to, now)
    offices = law.joining_rounds(message.holder, on=timezone.localdate(now))
    people = holders(UnitsPermission.DECIDE, [scope for office in offices for scope in office.scopes])
    tell_unit(
        message.holder,
        now=now,
        subject=f"信用代码申诉：{message.holder.name}",
        body=f"{message.text}\n联系方式：{message.reply_to}",
        key=f"claim-{message.pk}",
        people=people,
    )
    return message


def _write(unit: Unit, to: str, actor: Person, text: str, reply_to: str, now: datetime) -> ClaimMessage:
    require_edit(unit, actor)
    Person.objects.select_for_update().get(pk=actor.pk)  # so that the daily count holds against parallel clicks
    holder = queries.holder_of_typed_code(unit)
    if holder is None:
        raise Unseen("这个统一社会信用代码现在没有被其他单位登记，您可以直接提交。")
    fields = {}
    if not text.strip():
        fields["text"] = ["请写明您要说的情况。"]
    if not reply_to.strip():
        fields["reply_to"] = ["请留下联系方式，便于对方回复。"]
    if fields:
        raise Invalid("请补充下列内容。", fields=fields)
    if ClaimMessage.objects.filter(by=actor, at__gt=now - timedelta(days=1)).count() >= PER_DAY:
        raise TooMany("一天最多发送三次，请等待对方回复，或明天再试。", retry_after=24 * 3600)
    return ClaimMessage.objects.create(
        holder=holder, unit=unit, to=to, text=text.strip()[:500], reply_to=reply_to.strip()[:120], by=actor, at=now
    )
