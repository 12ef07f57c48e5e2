"""The test itself: check-in and check-out, results and cost, reports; and putting right what was recorded wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.kernel.money import ZERO
from yixiang.kernel.periods import local_date
from yixiang.orders import law
from yixiang.orders.commands.answering import MOST, read_money
from yixiang.orders.commands.placing import write_charges
from yixiang.orders.commands.telling import instruments_said, tell_customer
from yixiang.orders.commands.writing import begin, finish, lines_of, lock, record, sides_of
from yixiang.orders.models import Charge, Line, Order, Paper
from yixiang.orders.queries import checking
from yixiang.orders.rules import pricing, using
from yixiang.orders.rules.pricing import Amount, Use
from yixiang.orders.rules.words import PAPERS
from yixiang.orders.states import OPEN, SERVE
from yixiang.people.models import Person

LONGEST_USE = 60 * 24 * 31
MOST_PAPERS = 60


@transaction.atomic
def check_in(line: Line, *, actor: Person, now: datetime) -> Line:
    """At the instrument, by either side: from the page, or the plate on the instrument. Twice changes nothing."""
    order, line, sides = _locked(line, actor)
    if line.started_at is not None and order.state == "accepted":
        return line
    may_begin(order, line, sides, now=now)
    line.started_at = now
    line.save(update_fields=["started_at"])
    record(order, "check_in", f"开始使用：{line.instrument.name}", actor=actor, now=now, data={"line": line.pk})
    return line


@transaction.atomic
def check_out(line: Line, *, actor: Person, now: datetime) -> Line:
    order, line, _sides = _locked(line, actor)
    if line.stopped_at is not None:
        return line
    may_end(order, line)
    line.stopped_at = now
    line.save(update_fields=["stopped_at"])
    what = f"结束使用：{line.instrument.name}，{line.measured_minutes} 分钟"
    record(order, "check_out", what, actor=actor, now=now, data={"line": line.pk, "minutes": line.measured_minutes})
    return line


def _locked(line: Line, actor: Person) -> tuple[Order, Line, frozenset[str]]:
    order = lock(line.order)
    sides = sides_of(order, actor)
    if not sides:
        raise Unseen()
    return order, Line.objects.select_related("instrument").get(pk=line.pk), sides


def may_begin(order: Order, line: Line, sides: frozenset[str], *, now: datetime) -> None:
    """A page asks before it offers the button, the command before it writes."""
    against = using.begins(state=order.state, starts=line.starts, ends=line.ends, provider=SERVE in sides, now=now)
    if against:
        raise WrongState(against.message, code=against.code)


def may_end(order: Order, line: Line) -> None:
    against = using.ends_use(state=order.state, started=line.started_at)
    if against:
        raise WrongState(against.message, code=against.code)


# --- results and cost


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one line. Without amounts the price list (or the agreed offer) says what it costs."""

    used_minutes: int | None = None
    used_samples: int | None = None
    result: str = ""
    amounts: Mapping[str, Decimal] | None = None
    why: str = ""


@transaction.atomic
def record_results(
    order: Order, done: Mapping[int, Done], *, actor: Person, now: datetime, note: str = "", version: int | None = None
) -> Order:
    """From 待测试 to 待结算: hours, results, the bill; each difference from what was agreed says why."""
    order, move = begin(order, "record", actor=actor, version=version)
    if any(line.starts and line.starts > now for line in lines_of(order)):
        raise WrongState("预约的时间还没有到，不能登记结果。", code="too-early")
    bill(order, done)
    order.recorded_at = now
    order.settle_by = law.settle_by(order.provider, on=local_date(now))
    total = str(order.final_total)
    order = finish(
        order, move, actor=actor, now=now, what=f"登记结果与费用 {total} 元", note=note, data={"total": total}
    )
    _tell_bill(order, "请结算", now)
    return order


@transaction.atomic
def amend(
    order: Order, done: Mapping[int, Done], *, actor: Person, now: datetime, note: str, version: int | None = None
) -> Order:
    """The provider puts right what it recorded, also in answer to an objection; the reason stays on the time line."""
    order, move = begin(order, "amend", actor=actor, note=note, version=version)
    before = order.final_total
    bill(order, done)
    what = f"更正费用：{before} 元 → {order.final_total} 元" if before != order.final_total else "更正结果"
    data = {"total": str(order.final_total), "before": str(before)}
    order = finish(order, move, actor=actor, now=now, what=what, note=note, data=data)
    _tell_bill(order, "账单已更正，请结算", now)
    return order


def _tell_bill(order: Order, subject: str, now: datetime) -> None:
    words = f"{order.provider}已登记测试结果，费用 {order.final_total} 元。账单上写明了每一项和每一处不同的原因。"
    tell_customer(
        order, f"{subject}：{instruments_said(order)}", words, kind="order-money", button="看账单",
        deadline=order.settle_by, now=now,
    )  # fmt: skip


def bill(order: Order, done: Mapping[int, Done]) -> None:
    """Write what each line came to, and the sum."""
    lines, total, wrong = lines_of(order), ZERO, dict[str, list[str]]()
    if set(done) - {line.pk for line in lines}:
        raise Unseen("登记的内容里有不属于这张预约单的项目，请刷新后再填。")
    for line in lines:
        line.order = order
        one = done.get(line.pk, Done())
        try:
            total += _bill_line(line, one)
        except Invalid as refused:
            wrong[f"lines.{line.position}"] = [refused.message]
    if wrong:
        raise Invalid("结果没有登记，填写的内容已保留。请检查标出的项目。", fields=wrong)
    order.final_total = total


def _bill_line(line: Line, done: Done) -> Decimal:
    """Used hours and samples, then the charges: by list, by offer, or by hand with a reason."""
    minutes = done.used_minutes if done.used_minutes is not None else line.measured_minutes
    if line.by_time and minutes is None:
        minutes = line.minutes
    if minutes is not None and not 0 <= minutes <= LONGEST_USE:
        raise Invalid("实际机时应在 0 至 744 小时之间。")
    samples = done.used_samples if done.used_samples is not None else line.sample_count
    if not 0 <= samples <= 100_000:
        raise Invalid("实际样品数不对，请检查。")
    amounts = _amounts(line, done, minutes or 0, samples)
    line.used_minutes, line.used_samples, line.result = minutes, samples, done.result.strip()[:1000]
    line.save(update_fields=["used_minutes", "used_samples", "result"])
    write_charges(line, "final", amounts)
    return pricing.total(amounts)


def _amounts(line: Line, done: Done, minutes: int, samples: int) -> list[Amount]:
    agreed = [_amount(one) for one in line.charges.all() if one.stage == "agreed"]
    usual = agreed or _by_list(line, minutes, samples)
    if done.amounts is None:
        if not usual and not line.order.internal:
            raise Invalid("没有公开价格也没有约定报价，请填写费用。")
        return usual
    given = {code: read_money(value) for code, value in done.amounts.items()}
    by_hand = pricing.offered(given)
    if sum(given.values(), ZERO) > MOST:
        raise Invalid("费用超过 1000 万元，请检查小数点。")
    if pricing.by_component(by_hand) == pricing.by_component(usual):
        return usual
    if not done.why.strip():
        raise Invalid("费用与收费标准或约定不同，请写明原因。")
    return [Amount(one.component, one.amount, why=done.why.strip()[:200]) for one in by_hand]


def _by_list(line: Line, minutes: int, samples: int) -> list[Amount]:
    booked = checking.use_of(line)
    days = booked.days if minutes == booked.minutes else -(-minutes // (24 * 60))
    used = Use(line.mode, minutes=minutes, days=max(days, bool(minutes)), samples=samples)
    differs = pricing.difference(booked, used, checking.basis_of(line))
    found = checking.charges_of(line, line.tariff, internal=line.order.internal, use=used)
    why = differs.reason if differs else ""
    return [Amount(one.component, one.amount, one.basis, one.name, one.price, one.quantity, why) for one in found]


def _amount(one: Charge) -> Amount:
    return Amount(one.component, one.amount, one.basis, one.name, one.price, one.quantity, one.why)


# --- papers


@transaction.atomic
def add_paper(order: Order, file: File, *, kind: str, actor: Person, now: datetime, line: Line | None = None) -> Paper:
    """Report and data by the provider; the customer may add the proofs a voucher asks for."""
    order = lock(order)
    sides = sides_of(order, actor)
    if not sides:
        raise Unseen()
    if kind not in PAPERS or kind == "invoice":
        raise Invalid.field("kind", "请选择材料的种类。")
    if kind in {"report", "result"} and SERVE not in sides:
        raise NotPermitted("检测报告和结果数据由供给方上传。")
    if order.state not in {*OPEN, "completed"}:
        raise WrongState("这张预约单现在不能添加材料。")
    if order.papers.count() >= MOST_PAPERS:
        raise Invalid(f"一张预约单最多 {MOST_PAPERS} 份材料，请合并后再传。")
    attach(file, by=actor, holder_kind="order", holder_id=order.pk, now=now)
    side = "provider" if SERVE in sides else "customer"
    made = Paper.objects.create(order=order, line=line, kind=kind, file=file, side=side, at=now, by=actor)
    record(order, "paper", f"上传{PAPERS[kind]}：{file.name}", actor=actor, now=now)
    if kind == "report" and side == "provider":
        tell_customer(order, f"报告已上传：{instruments_said(order)}", file.name, now=now, key=f"paper-{made.pk}")
    return made
