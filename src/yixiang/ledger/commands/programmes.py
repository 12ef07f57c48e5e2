"""Planning, opening, changing and closing a programme. What is open is only added to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.kernel.money import ZERO, NotMoney, yuan
from yixiang.kernel.periods import local_date
from yixiang.kernel.reference import division, region_path
from yixiang.ledger.commands.moving import Share, enter, lock_accounts
from yixiang.ledger.declaring import Setting, kinds, label, settings_of
from yixiang.ledger.models import Account, Posting, Programme, ProgrammeEvent
from yixiang.ledger.permissions import LedgerPermission
from yixiang.ledger.states import PROGRAMME, STAGES
from yixiang.people.access import require
from yixiang.people.models import Person
from yixiang.policy import library


@dataclass(frozen=True, slots=True)
class Plan:
    """What an authority fills in; settings as typed, empty where they are not decided yet."""

    subject: str
    region: str
    year: int
    title: str
    budget: Decimal
    opens_on: date
    closes_on: date
    settings: Mapping[str, str]


@transaction.atomic
def plan(wish: Plan, *, actor: Person, now: datetime) -> Programme:
    """A draft; nothing can be used before it is opened."""
    programme = Programme(code=_free_code(wish))
    _fill(programme, wish)
    require(actor, LedgerPermission.PLAN, programme.scopes)
    programme.save()
    _note(programme, "plan", "编制项目", actor=actor, now=now)
    return programme


@transaction.atomic
def change(programme: Programme, wish: Plan, *, actor: Person, now: datetime, version: int | None = None) -> Programme:
    """A draft changes freely. An open one gets more budget and settings that were still missing, nothing else."""
    programme = _lock(programme, actor, version)
    if programme.state == "closed":
        PROGRAMME.move(programme.state, "close")
    if programme.state == "draft":
        _fill(programme, wish)
        said = "修改"
    else:
        said = _add_to(programme, wish, actor, now)
    if said:
        programme.version += 1
        programme.save()
        _note(programme, "change", said, actor=actor, now=now)
    return programme


@transaction.atomic
def open_programme(programme: Programme, *, actor: Person, now: datetime, version: int | None = None) -> Programme:
    """The budget is booked. A region has one of a subject in a year, so that nobody gets round its caps."""
    programme = _lock(programme, actor, version)
    before, programme.state = programme.state, PROGRAMME.step(programme.state, "open")
    if programme.closes_on < local_date(now):
        raise Invalid.field("closes_on", "截止日期已过，请先改好日期再开放。")
    programme.version += 1
    try:
        with transaction.atomic():
            programme.save()
    except IntegrityError as broken:
        raise Refused(
            "programme-exists", "这个地区本年度已经有一个同类项目。请给它增加预算；已经关闭的，可以重新开放。"
        ) from broken
    Account.objects.bulk_create([Account(programme=programme, stage=stage) for stage in STAGES])
    _fund(programme, programme.budget, actor, now, "开放项目，预算入账")
    _note(programme, "open", f"开放，预算 {programme.budget:,.2f} 元", actor=actor, now=now, before=before)
    return programme


def close_programme(
    programme: Programme, *, actor: Person, now: datetime, note: str, version: int | None = None
) -> Programme:
    """Nothing new; what is reserved goes its way."""
    return _turn(programme, "close", actor=actor, now=now, note=note, version=version)


def reopen_programme(
    programme: Programme, *, actor: Person, now: datetime, note: str, version: int | None = None
) -> Programme:
    """Open again as it was: the budget is booked once, and what caps have counted stays counted."""
    return _turn(programme, "reopen", actor=actor, now=now, note=note, version=version)


@transaction.atomic
def _turn(
    programme: Programme, action: str, *, actor: Person, now: datetime, note: str, version: int | None
) -> Programme:
    programme = _lock(programme, actor, version)
    move, before = PROGRAMME.move(programme.state, action), programme.state
    if not note.strip():
        raise Invalid.field("note", f"请写明{move.label}的原因。", code="reason-missing")
    programme.state = move.target
    programme.version += 1
    programme.save()
    _note(programme, action, move.label, actor=actor, now=now, before=before, note=note)
    return programme


# --- reading what was typed


def _fill(programme: Programme, wish: Plan) -> None:
    found = division(wish.region)
    if found is None or found.level == "county":
        raise Invalid.field("region", "请选择一个省或者一个市。")
    place = library().jurisdiction_of(region_path(wish.region))
    options = settings_of(wish.subject, place.code, found.level, on=wish.opens_on) if place else None
    if place is None or options is None:
        raise Invalid.field("subject", _no_law(wish.subject), code="no-law")
    if wish.opens_on > wish.closes_on:
        raise Invalid.field("closes_on", "截止日期不能早于开始日期。")
    if not wish.opens_on.year <= wish.year <= wish.closes_on.year:
        raise Invalid.field("year", "年度应与受理时间相符。")
    if not wish.title.strip():
        raise Invalid.field("title", "请填写项目名称。")
    programme.jurisdiction, programme.subject, programme.region = place.code, wish.subject, wish.region
    programme.level = found.level
    programme.year, programme.title = wish.year, wish.title.strip()[:80]
    programme.budget = _budget(wish.budget)
    programme.opens_on, programme.closes_on = wish.opens_on, wish.closes_on
    programme.settings = read_settings(options, wish.settings)


def _no_law(subject: str) -> str:
    named = f"“{label(subject)}”" if subject in kinds() else "这一类项目"
    return f"这个地区在开始那天还没有关于{named}的政策包，不能编制项目。"


def read_settings(options: Sequence[Setting], typed: Mapping[str, str]) -> dict[str, str]:
    """Name → text; an empty one stays undecided."""
    known = {setting.name: setting for setting in options}
    if unknown := set(typed) - set(known):
        raise Invalid.field("settings", f"没有这样的标准：{'、'.join(sorted(unknown))}。")
    return {name: str(known[name].read(text)) for name, text in typed.items() if text.strip()}


def _budget(budget: Decimal) -> Decimal:
    try:
        value = yuan(budget)
    except NotMoney:
        value = ZERO
    if not ZERO < value < Decimal(10) ** 12:
        raise Invalid.field("budget", "预算应大于 0，最多两位小数。", code="amount-invalid")
    return value


def _free_code(wish: Plan) -> str:
    """Subject, region, year; numbered on when there was one before."""
    stem = f"{wish.subject}-{wish.region}-{wish.year}"[:36]
    taken = set(Programme.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if code not in taken)


# --- an open one


def _add_to(programme: Programme, wish: Plan, actor: Person, now: datetime) -> str:
    """In words what was added; refuses what would take away from people who rely on it."""
    options = settings_of(programme.subject, programme.jurisdiction, programme.level, on=programme.opens_on) or ()
    typed = read_settings(options, wish.settings)
    fixed = programme.settings
    changed = [s.label for s in options if s.name in fixed and fixed[s.name] != typed.get(s.name)]
    if changed:
        raise Refused("programme-open", f"项目已经开放，不能再改：{'、'.join(changed)}。")
    added = [s for s in options if s.name in typed and s.name not in programme.settings]
    more = _budget(wish.budget) - programme.budget
    if more < ZERO:
        raise Refused("programme-open", f"项目已经开放，预算只能增加，现在是 {programme.budget:,} 元。")
    words = [f"{s.label}定为 {s.shown(typed[s.name])}" for s in added]
    programme.settings = programme.settings | typed
    if more:
        programme.budget += more
        _fund(programme, more, actor, now, "增加预算")
        words.append(f"预算增加 {more:,.2f} 元，共 {programme.budget:,.2f} 元")
    return "；".join(words)


def _fund(programme: Programme, amount: Decimal, actor: Person, now: datetime, reason: str) -> None:
    lock_accounts(programme)
    posting = Posting.objects.create(
        programme=programme, move="fund", amount=amount, at=now, by=actor, by_label=str(actor), reason=reason
    )
    enter(posting, ("appropriated", "fund"), [Share(amount)])


# --- alike for all


def _lock(programme: Programme, actor: Person, version: int | None) -> Programme:
    found: Programme | None = Programme.objects.select_for_update().filter(pk=programme.pk).first()
    if found is None or not Programme.objects.visible_to(actor).filter(pk=found.pk).exists():
        raise Unseen()
    require(actor, LedgerPermission.PLAN, found.scopes)
    if version not in {None, found.version}:
        raise Refused("version-changed", "项目刚刚被别人改过，您的修改没有保存。请刷新后再试。")
    return found


def _note(
    programme: Programme, action: str, what: str, *, actor: Person, now: datetime, before: str = "", note: str = ""
) -> None:
    ProgrammeEvent.objects.create(
        programme=programme, at=now, by=actor, by_label=str(actor), action=action, before=before,
        after=programme.state if before else "", what=what[:200], note=note.strip(),
    )  # fmt: skip
