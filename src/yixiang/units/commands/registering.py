"""Joining: a draft that keeps whatever is typed, the commitment, the scans, and handing it in for review."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yixiang.files import commands as files
from yixiang.files.kinds import SCANS
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person
from yixiang.reviews.commands import Fact, Opening, open_case, resubmit, withdraw
from yixiang.reviews.models import Case
from yixiang.units import law, queries
from yixiang.units.commands.telling import tell_deciders
from yixiang.units.commands.writing import is_own_application, lock_unit, record, require_edit
from yixiang.units.models import Attachment, Membership, Unit
from yixiang.units.permissions import UnitsPermission
from yixiang.units.rules import details
from yixiang.units.rules.words import PURPOSES
from yixiang.units.states import BELONGS, JOINING

declare(Purpose("unit-scan", "单位证明材料", SCANS))
TYPED_LIMIT = 4000  # characters kept of one field; far more than any column takes


class CodeTaken(Invalid):
    """Another unit holds this credit code; the page offers to write to it."""

    status = 409

    def __init__(self, holder: Unit) -> None:
        message = f"该统一社会信用代码已由“{holder.name}”登记。您可以联系该单位的管理员加入，或向主管部门申诉。"
        super().__init__(message, code="credit-code-taken", fields={"credit_code": [message]})
        self.extra = {"holder": holder.pk, "holder_name": holder.name}


@transaction.atomic
def start_draft(actor: Person, *, now: datetime, demo: bool = False) -> Unit:
    """The person's registration under way, or a new one: pressing twice gives the same."""
    if any(grant.separation for grant in actor.grants.standing(now)):
        raise NotPermitted("系统、安全、审计管理员不能登记单位。")
    under_way = queries.own_registration(actor)
    if under_way:
        return under_way
    try:
        with transaction.atomic():
            unit = Unit.objects.create(created_by=actor, demo=demo)
    except IntegrityError:
        return Unit.objects.get(created_by=actor, state="draft", joined_at=None)
    record(unit, "start", "开始登记单位", actor=actor, now=now, after="draft")
    return unit


@transaction.atomic
def save_draft(unit: Unit, *, actor: Person, typed: Mapping[str, str], now: datetime, propose: bool = False) -> Unit:
    """Keeps the words as typed, right or wrong, without reading them; fields not sent stay as they were.

    With `propose`, a unit that has a name but no account name yet gets the first one on offer."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if unit.state == "submitted":
        raise WrongState("单位信息已提交审核，暂不能修改。如需修改，请先撤回。")
    kept = {name: str(text)[:TYPED_LIMIT] for name, text in typed.items() if name in details.BY_NAME}
    unit.typed, unit.typed_at = {**unit.typed, **kept}, now
    if propose and not queries.typed_of(unit)["account_name"]:
        unit.typed["account_name"] = next(iter(queries.account_offers(queries.typed_of(unit)["name"], unit)), "")
    unit.save(update_fields=["typed", "typed_at"])
    return unit


@transaction.atomic
def accept_commitment(unit: Unit, *, actor: Person, version: str, now: datetime) -> Unit:
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if unit.state not in {"draft", "returned"}:
        raise WrongState("承诺书在入网登记时签署；已入网单位请在“修改单位信息”中更新承诺。")
    if unit.commitment_version != version:
        unit.commitment_version, unit.commitment_at, unit.commitment_by = version, now, actor
        unit.save(update_fields=["commitment_version", "commitment_at", "commitment_by"])
        record(unit, "commit", f"接受承诺书（{version}）", actor=actor, now=now)
    return unit


@transaction.atomic
def attach(unit: Unit, *, actor: Person, purpose: str, file: File, now: datetime) -> Attachment:
    """A newer scan takes the place of the older one, which is kept."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    if unit.state == "submitted":
        raise WrongState("单位信息已提交审核，暂不能更换附件。如需更换，请先撤回。")
    if purpose not in PURPOSES:
        raise Invalid.field("purpose", "请选择附件的用途。")
    files.attach(file, by=actor, holder_kind="unit", holder_id=unit.pk, scope=unit.scope, now=now)
    if purpose != "other":
        unit.attachments.filter(purpose=purpose, removed_at=None).update(removed_at=now)
    attachment = Attachment.objects.create(unit=unit, purpose=purpose, file=file, added_by=actor, added_at=now)
    label = PURPOSES[purpose]
    record(unit, "attach", f"上传{label}", actor=actor, now=now, thing="paper", thing_id=attachment.pk)
    return attachment


@transaction.atomic
def detach(attachment: Attachment, *, actor: Person, now: datetime) -> None:
    unit = lock_unit(attachment.unit_id)
    require_edit(unit, actor)
    if unit.state == "submitted":
        raise WrongState("单位信息已提交审核，暂不能删除附件。如需更换，请先撤回。")
    if unit.attachments.filter(pk=attachment.pk, removed_at=None).update(removed_at=now):
        label = PURPOSES[attachment.purpose]
        record(unit, "detach", f"移除{label}", actor=actor, now=now, thing="paper", thing_id=attachment.pk)


@transaction.atomic
def submit(unit: Unit, *, actor: Person, now: datetime) -> Unit:
    """Reads what was typed, and either says everything that is wrong or hands it in whole."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    before, unit.state = unit.state, JOINING.step(unit.state, "submit")
    values = checked_values(unit, on=timezone.localdate(now))
    _refuse_second_unit(unit, actor)
    _write_values(unit, values, now)
    record(unit, "submit", "提交入网申请", actor=actor, now=now, before=before, after=unit.state)
    tell_deciders(_hand_in(unit, actor, now), now=now)
    return unit


def checked_values(unit: Unit, *, on: Any) -> dict[str, Any]:
    """Every fact, readable, complete and free to take; else `Invalid` with a message beside each field."""
    reading = details.read(queries.typed_of(unit))
    values = details.settled(reading.values)
    values["wants_voucher"] = bool(values.get("wants_voucher")) and law.asks_voucher(values, on=on)
    problems = {**details.complete(values, on=on), **reading.problems}
    for purpose in law.missing_attachments(unit, values, on=on):
        problems[f"attachment_{purpose}"] = [f"请上传{PURPOSES[purpose]}。"]
    if unit.commitment_version != law.commitment_version(values.get("region", ""), on=on):
        problems["commitment"] = ["请阅读并接受承诺书。"]
    if values.get("region") and not law.covers(values["region"], on=on):
        problems["region"] = ["本平台目前不受理该地区单位的入网申请，请核对所在地区。"]
    account = values.get("account_name", "")
    if account and queries.account_taken(account, unit):
        offers = "、".join(queries.account_offers(values.get("name", ""), unit))
        problems["account_name"] = [f"账号 {account} 已被使用，可以选用：{offers}。"]
    if problems:
        raise Invalid("还有内容需要补充或更正，已填写的内容都已保存。", fields=problems)
    return values


def _refuse_second_unit(unit: Unit, actor: Person) -> None:
    """Whoever registers becomes a member of the new unit, and nobody belongs to two at once."""
    elsewhere = actor.memberships.filter(state__in=BELONGS).exclude(unit_id=unit.pk).select_related("unit").first()
    if elsewhere and is_own_application(unit, actor):
        raise WrongState(
            f"您目前绑定在“{elsewhere.unit}”，请先申请解除绑定，再为新单位提交入网申请。填写的内容已保存。",
            code="bound-elsewhere",
        )


def _write_values(unit: Unit, values: Mapping[str, Any], now: datetime) -> None:
    for name, value in values.items():
        setattr(unit, name, value)
    unit.submitted_at, unit.typed, unit.version = now, {}, unit.version + 1
    code = unit.credit_code
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as clash:
        holder = Unit.objects.claiming(code).exclude(pk=unit.pk).first()
        if holder is None:
            raise Invalid.field("account_name", "这个单位账号刚刚被使用，请换一个。") from clash
        raise CodeTaken(holder) from clash


def _hand_in(unit: Unit, actor: Person, now: datetime) -> Case:
    on = timezone.localdate(now)
    rounds, facts = law.joining_rounds(unit, on=on), joining_facts(unit, on=on)
    if unit.case and unit.case.state == "returned":
        unit.case = resubmit(unit.case, actor=actor, rounds=rounds, facts=facts, now=now)
    else:
        opening = Opening(
            kind="unit",
            subject_id=unit.pk,
            title=f"单位入网：{unit.name}",
            permission=UnitsPermission.DECIDE,
            region=unit.region,
            rounds=rounds,
            applicant_label=unit.name,
            facts=facts,
        )
        unit.case = open_case(opening, applicant=actor, now=now)
    unit.save(update_fields=["case"])
    return unit.case


def joining_facts(unit: Unit, *, on: Any) -> list[Fact]:
    """What the reviewer need not look up: checks made, papers there, neighbours with nearly the same name."""
    facts = [
        Fact("统一社会信用代码", unit.credit_code or "无（学生团队）", True, "18 位且校验位正确、未被登记", "GB 32100")
    ]
    papers = unit.attachments.filter(removed_at=None)
    facts += [Fact(PURPOSES[paper.purpose], "已上传", True) for paper in papers]
    facts.append(Fact("承诺书", f"已接受（{unit.commitment_version}）", True))
    alike = queries.similar_units(unit.name, unit.region, besides=unit.pk)
    found = "；".join(f"{one.name}（{round(one.likeness * 100)}%）" for one in alike) or "没有发现"
    facts.append(Fact("名称相近的单位", found, None if alike else True, because="名称相近不一定重复，请核对信用代码。"))
    if unit.is_enterprise:
        facts += law.voucher_facts(unit, on=on)
    return facts


@transaction.atomic
def register(
    actor: Person,
    *,
    typed: Mapping[str, str],
    commitment: bool,
    papers: Mapping[str, File],
    now: datetime,
) -> Unit:
    """All steps in one, for programs: whole or not at all."""
    unit = save_draft(start_draft(actor, now=now), actor=actor, typed=typed, now=now)
    region = details.read({"region": queries.typed_of(unit)["region"]}).values.get("region", "")
    version = law.commitment_version(region, on=timezone.localdate(now))
    if commitment and version:
        unit = accept_commitment(unit, actor=actor, version=version, now=now)
    for purpose, file in papers.items():
        attach(unit, actor=actor, purpose=purpose, file=file, now=now)
    return submit(unit, actor=actor, now=now)


@transaction.atomic
def withdraw_application(unit: Unit, *, actor: Person, now: datetime) -> Unit:
    """Back to the draft, with everything in it."""
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    before, unit.state = unit.state, JOINING.step(unit.state, "withdraw")
    if unit.case:
        withdraw(unit.case, actor=actor, now=now)
    unit.save(update_fields=["state"])
    record(unit, "withdraw", "撤回入网申请", actor=actor, now=now, before=before, after=unit.state)
    return unit


@transaction.atomic
def reopen(unit: Unit, *, actor: Person, now: datetime) -> Unit:
    """A refused unit, or one that had left, applies again."""
    unit = lock_unit(unit.pk)
    if unit.created_by_id != actor.pk:
        require_edit(unit, actor)
    before, unit.state = unit.state, JOINING.step(unit.state, "reopen")
    if unit.joined_at is None and queries.own_registration(actor):
        raise WrongState("您有另一份入网登记正在办理，请先完成它。")
    unit.save(update_fields=["state"])
    record(unit, "reopen", "重新申请入网", actor=actor, now=now, before=before, after=unit.state)
    return unit


def enrol(unit: Unit, person: Person, *, now: datetime) -> Membership | None:
    """The registrant belongs to the unit from the day it joins, unless meanwhile bound elsewhere."""
    person.memberships.filter(state__in=["asked", "returned"]).exclude(unit=unit).update(state="cancelled", until=now)
    current = person.memberships.live().first()
    if current:
        return current if current.unit_id == unit.pk else None
    return Membership.objects.create(
        person=person, unit=unit, state="member", position="单位管理员", asked_at=now, since=now
    )
