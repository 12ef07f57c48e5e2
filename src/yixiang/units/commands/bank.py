"""The unit's bank account: written by its administrators, read whole only with a reason that is kept."""

import re
from datetime import datetime

from django.db import transaction

from yixiang.kernel.errors import Invalid, NotPermitted, Unseen
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands.writing import lock_unit, record, require_edit
from yixiang.units.models import BankAccount, Unit


@transaction.atomic
def set_account(
    unit: Unit, *, actor: Person, bank_name: str, account_name: str, number: str, now: datetime
) -> BankAccount:
    unit = lock_unit(unit.pk)
    require_edit(unit, actor)
    digits = re.sub(r"[\s\-]", "", number)
    _refuse(bank_name, account_name, digits)
    account, _created = BankAccount.objects.update_or_create(
        unit=unit,
        defaults={
            "bank_name": bank_name.strip()[:120],
            "account_name": account_name.strip()[:120],
            "number": digits,
            "tail": digits[-4:],
            "updated_by": actor,
            "updated_at": now,
        },
    )
    what = f"修改银行账户（尾号 {account.tail}）"
    record(unit, "set", what, actor=actor, now=now, thing="bank", thing_id=account.pk)
    return account


@transaction.atomic
def reveal(unit: Unit, *, actor: Person, purpose: str, now: datetime) -> str:
    """The whole number; the look is on the unit's time line, with its purpose, for the unit to see."""
    unit = lock_unit(unit.pk)
    if not queries.may_see_private(actor, unit):
        raise NotPermitted()
    if not purpose.strip():
        raise Invalid.field("purpose", "请写明查看完整账号的用途。", code="reason-missing")
    account = BankAccount.objects.filter(unit=unit).first()
    if account is None:
        raise Unseen("该单位还没有登记银行账户。")
    what = f"查看完整银行账号（尾号 {account.tail}）"
    record(unit, "reveal", what, actor=actor, now=now, thing="bank", thing_id=account.pk, note=purpose.strip()[:200])
    number: str = account.number
    return number


def _refuse(bank_name: str, account_name: str, digits: str) -> None:
    fields = {}
    if not bank_name.strip():
        fields["bank_name"] = ["请填写开户银行，写到支行。"]
    if not account_name.strip():
        fields["account_name"] = ["请填写账户名称，应与单位名称一致。"]
    if not re.fullmatch(r"\d{8,32}", digits):
        fields["number"] = ["账号应为 8 至 32 位数字。"]
    if fields:
        raise Invalid("银行账户还没有保存，请更正下列内容。", fields=fields)
