"""The kind of programme this room gives to the ledger: the settings its packs leave to the authority."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from yixiang.ledger.declaring import ProgrammeKind, Setting, declare
from yixiang.policy import library
from yixiang.policy.library import NoPack
from yixiang.vouchers.law import SUBJECT
from yixiang.vouchers.laws import SETTINGS, VOUCHER

_KINDS: dict[str, Literal["rate", "money"]] = {"rate": "rate", "order_ceiling": "money", "year_ceiling": "money"}
_OWN = (
    Setting(
        "headcount_below", "市级条件：企业人数少于", "count", optional=True, level="city",
        help="单位：人。两项市级条件都空着，就与省级一致。",
    ),
    Setting(
        "revenue_below", "市级条件：上年营业收入低于", "money", optional=True, level="city",
        help="只设定一项时，另一项不作要求。",
    ),
)  # fmt: skip


def _settings(jurisdiction: str, on: date) -> Sequence[Setting] | None:
    """A city below a province that has vouchers too may have conditions of its own."""
    try:
        rules = library().pack(jurisdiction, VOUCHER, on).values
    except NoPack:
        return None
    asked = [Setting(name, SETTINGS[name], _KINDS[name]) for name in rules.settings.value]
    return [*asked, *(_OWN if "province" in rules.levels.value else ())]


declare(ProgrammeKind(SUBJECT, "创新券", _settings))
