"""What may be done with an instrument from its page, and the words around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yixiang.catalogue.commands import publishing, standing
from yixiang.catalogue.commands.editing import FIXED, Edited
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.rules.fields import BY_NAME, STEPS, Spec
from yixiang.kernel.states import Move
from yixiang.people.models import Person


@dataclass(frozen=True, slots=True)
class Step:
    """One binding step: its page says `happens` before it is done."""

    happens: Sequence[str]
    done: str
    undo: str
    style: str = "danger"


HAPPENS: Mapping[str, Step] = {
    "withdraw": Step(
        ("申请从审核部门的待办中移除。", "填写的内容都保留，可以修改后重新提交。"),
        "已撤回，可以继续修改。", "可以随时重新提交，审核从头开始。", "warm",
    ),
    "reopen": Step(
        ("回到草稿，原来填写的内容都在。", "修改并提交后由主管部门重新审核。"),
        "已回到草稿，请修改后提交。", "不提交就不会进入审核。", "primary",
    ),
    "stop": Step(
        ("对外页面显示“已停用”和原因，不接受新的预约。", "已经受理的预约不受影响，请联系用户另行安排。"),
        "已停用。", "随时可以恢复开放，不用审核。", "warm",
    ),
    "restart": Step(
        ("立即恢复对外展示和预约，不用审核。",),
        "已恢复开放。", "随时可以再停用。", "primary",
    ),
    "ask_scrap": Step(
        ("提交后立即停止对外预约。", "由主管部门核准；核准后从平台注销，历史记录保留。"),
        "报废申请已提交，结果会通知您。", "核准以前可以撤回；核准以后不能恢复。",
    ),
    "ask_leave": Step(
        ("提交后立即停止对外预约。", "由主管部门核准；核准后不再对外展示，历史记录保留。"),
        "退出申请已提交，结果会通知您。", "核准以前可以撤回；退出后可以重新申请入网。",
    ),
    "stay": Step(
        ("报废或退出的申请作废。", "状态变为“已停用”，可以随时恢复开放。"),
        "已撤回申请，现在是停用状态。", "可以再次提出申请。", "warm",
    ),
    "deregister": Step(
        ("不再对外展示，不能预约。", "管理单位会收到通知和原因。", "历史记录全部保留。"),
        "已注销。", "管理单位可以重新申请入网。",
    ),
}  # fmt: skip


def moves(listing: Instrument, person: Any) -> list[Move]:
    """Those with a page of their own; handing in has the check page."""
    return [move for move in desk.moves_of(listing, person) if move.action in HAPPENS]


def do(listing: Instrument, action: str, actor: Person, note: str, now: datetime) -> object:
    if action == "withdraw":
        return publishing.withdraw_listing(listing, actor=actor, now=now)
    if action == "reopen":
        return publishing.reopen(listing, actor=actor, now=now)
    return standing.act(listing, action, actor=actor, note=note, now=now)


def editable(listing: Instrument) -> list[Spec]:
    """What may be changed once it is listed."""
    return [spec for spec in facts.specs_of(listing) if spec.name not in FIXED]


def said(done: Edited) -> str:
    if not done.changed:
        return _("没有改动，信息视为已核对确认。")
    labels = "、".join(BY_NAME[name].label.split("（")[0] for name in done.changed)
    return _("已修改并立即生效：%(labels)s。") % {"labels": labels}


def parts(listing: Instrument, person: Any) -> list[dict[str, Any]]:
    """The facts in force by step; empty ones are left out."""
    found = []
    for step, title in STEPS.items():
        rows = [pair for pair in desk.rows_of(listing, person, step) if pair[1] != "—"]
        if rows:
            found.append({"step": step, "title": title, "rows": rows})
    return found


def beside(listing: Instrument, on: date) -> dict[str, Any]:
    """Keepers, hours, pictures and price in a line each."""
    return {
        "keepers": listing.keepers.filter(removed_at=None),
        "hours": desk.week_of(listing),
        "pictures": list(listing.pictures.select_related("file")),
        "priced": facts.has_tariff(listing, on=on),
    }
