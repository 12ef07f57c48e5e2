"""Every step of an order on a page of its own: what will happen, what has to be typed, then the command."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yixiang.catalogue.models import Instrument
from yixiang.files.commands import take
from yixiang.kernel.errors import Invalid, Refused, Unseen
from yixiang.kernel.periods import moment_typed
from yixiang.ledger.queries import explaining
from yixiang.orders.commands import answering, delivering, moving, rating, recording, settling, vouchering
from yixiang.orders.commands.delivering import Delivered
from yixiang.orders.commands.enclosing import Chosen
from yixiang.orders.commands.moving import NewTime
from yixiang.orders.commands.recording import Done
from yixiang.orders.commands.settling import Billed
from yixiang.orders.commands.writing import allowed, sides_of
from yixiang.orders.forms import acting as forms
from yixiang.orders.forms import vouchers
from yixiang.orders.forms.acting import ActForm
from yixiang.orders.models import Order
from yixiang.orders.purposes import INVOICE_KINDS, PAPERS, RESULTS
from yixiang.orders.queries import choosing, orders
from yixiang.orders.rules.board import VIEWS
from yixiang.orders.states import PLACE, SERVE
from yixiang.people.asking import me
from yixiang.people.forms import explain

Do = Callable[[HttpRequest, Order, Any, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Act:
    """`happens` is said before, `done` afterwards; `side` is only for steps that are no moves of the table."""

    form: type[ActForm]
    do: Do
    happens: Sequence[Any]
    done: Any
    label: Any = ""
    side: str = ""
    states: Sequence[str] = ()


def _times(form: Any) -> list[NewTime]:
    return [NewTime(pk, starts, ends) for pk, starts, ends in form.times()]


def _refuse(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    code = form.cleaned_data["substitute"]
    other = Instrument.objects.listed().select_related("unit").filter(code=code).first() if code else None
    return answering.refuse(order, reason=form.cleaned_data["reason"], substitute=other, **said)


def _quote(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    return answering.quote(order, amounts=form.amounts(), valid_until=form.cleaned_data["valid_until"], **said)


def _done(form: Any) -> dict[int, Done]:
    found = {}
    for line in form.lines:
        data = form.cleaned_data
        hours = data.get(f"hours-{line.pk}")
        found[line.pk] = Done(
            used_minutes=int(hours * 60) if hours is not None else None,
            used_samples=data.get(f"samples-{line.pk}"),
            result=data.get(f"result-{line.pk}", ""),
            amounts=form.amounts_for(line) if data.get(f"byhand-{line.pk}") else None,
            why=data.get(f"why-{line.pk}", ""),
        )
    return found


def _record(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    """The files are looked into first: one that is refused leaves nothing half done and says so at its field."""
    files = [
        Delivered(line, kind, _taken_for(request, f"{name}-{line.pk}", upload, kind))
        for line in form.lines
        for name, kind in (("report", "report"), ("data", "result"))
        for upload in _uploads(form, f"{name}-{line.pk}")
    ]
    return delivering.deliver(order, _done(form), files, **said)


def _uploads(form: Any, name: str) -> list[Any]:
    found = form.cleaned_data.get(name) or []
    return found if isinstance(found, list) else [found]


def _taken_for(request: HttpRequest, field: str, upload: Any, kind: str) -> Any:
    try:
        return _taken(request, upload, kind)
    except Refused as refused:
        message = f"{upload.name}：{refused.message}"
        raise Invalid(message, code=refused.code, fields={field: [message]}) from refused


def _taken(request: HttpRequest, upload: Any, kind: str) -> Any:
    kinds = {"invoice": INVOICE_KINDS, "result": RESULTS}.get(kind, PAPERS)
    return take(upload, uploader=me(request), purpose=f"order-{kind}", kinds=kinds, now=timezone.now())


def _who(said: dict[str, Any]) -> dict[str, Any]:
    return {"actor": said["actor"], "now": said["now"]}


def _add_paper(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    kind = form.cleaned_data["kind"]
    file = _taken(request, form.cleaned_data["file"], kind)
    return recording.add_paper(order, file, kind=kind, **_who(said))


def _bill(request: HttpRequest, form: Any) -> Billed:
    data = form.cleaned_data
    file = _taken(request, data["file"], "invoice") if data.get("file") else None
    return Billed(data["number"], data["amount"], data["issued_on"], file)


def _invoice(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    return settling.add_invoice(order, _bill(request, form), **_who(said))


def _settle(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    data = form.cleaned_data
    billed = _bill(request, form) if "number" in form.fields else None
    said = _plain(said) | {"paid_on": data.get("paid_on"), "billed": billed, "chosen": _chosen(request, data)}
    return settling.settle_and_rate(order, step=int(data.get("step") or 0), words=data.get("words", ""), **said)


def _chosen(request: HttpRequest, data: dict[str, Any]) -> Chosen | None:
    """The voucher and what came with it; files for a voucher that is not used are not taken in."""
    if not data.get("voucher"):
        return None
    relevance = _taken_for(request, "relevance", data["relevance"], "relevance") if data.get("relevance") else None
    scan = _taken_for(request, "invoice_file", data["invoice_file"], "invoice") if data.get("invoice_file") else None
    return Chosen(data["voucher"], relevance, scan, bool(data.get("confirm")))


def _use_voucher(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    return vouchering.use_voucher(order, form.cleaned_data.get("voucher", ""), **_plain(said))


def _agree(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    return answering.agree(order, voucher=form.cleaned_data.get("voucher", ""), **_plain(said))


def _rate(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    data = form.cleaned_data
    return rating.rate(order, actor=me(request), step=int(data["step"]), words=data["words"], now=timezone.now())


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Without the note, for commands that take none."""
    return {name: value for name, value in said.items() if name != "note"}


def _counter(request: HttpRequest, order: Order, form: Any, said: dict[str, Any]) -> object:
    total: Decimal = form.cleaned_data["total"]
    return answering.counter(order, total=total, **said)


L = gettext_lazy
ACTS: Mapping[str, Act] = {
    "withdraw": Act(ActForm, lambda r, o, f, s: moving.withdraw(o, **_plain(s)),
        (L("占住的时间立即放开，别人可以预约。"), L("填写的内容都保留，修改后可以重新提交。")),
        L("已撤回，可以修改后重新提交。")),
    "refuse": Act(forms.RefuseForm, _refuse,
        (L("占住的时间立即放开。"), L("对方会看到原因和替代方案。")),
        L("已答复不予受理，并通知对方。")),
    "quote": Act(forms.QuoteForm, _quote, (L("对方同意后按这个价格受理，并生成合同。"),),
        L("报价已发出。")),
    "agree": Act(vouchers.AgreeForm, _agree,
        (L("按这份报价受理，生成服务合同。"), L("结算时按约定的价格，有不同须写明原因。")),
        L("已同意报价。")),
    "counter": Act(forms.CounterForm, _counter, (L("对方会看到您希望的价格和理由，可以重新报价。"),),
        L("已发给对方。")),
    "reschedule": Act(forms.TimesForm, lambda r, o, f, s: moving.reschedule(o, _times(f), **_plain(s)),
        (L("新的时间有空才会改，改不成时原来的时间不变。"), L("改了以后由供给方重新确认。")),
        L("时间已改，等待确认。")),
    "shift": Act(forms.ShiftForm, lambda r, o, f, s: moving.shift(o, _times(f), **s),
        (L("对方会收到通知和原因，不方便的可以取消，不计违约。"),),
        L("时间已调整，并通知对方。")),
    "cancel": Act(forms.WordsForm, lambda r, o, f, s: moving.cancel(o, **s),
        (L("占住的时间立即放开。"), L("晚于仪器规定的免责时限取消，会记入预约信用。")),
        L("已取消。")),
    "call_off": Act(forms.NoteForm, lambda r, o, f, s: moving.call_off(o, **s),
        (L("时间放开，不产生费用。"), L("对方会看到原因。")),
        L("已取消，并通知对方。")),
    "no_show": Act(forms.WordsForm, lambda r, o, f, s: moving.no_show(o, **s),
        (L("记入对方的预约信用，对方可以申诉。"),),
        L("已登记未到场。")),
    "record": Act(forms.RecordForm, _record, (L("对方收到账单，核对后结算。"),),
        L("结果与费用已登记，并通知对方结算。")),
    "amend": Act(forms.AmendForm, _record, (L("更正的内容和原因留在时间线上。"),),
        L("已更正，并通知对方。")),
    "dispute": Act(forms.NoteForm, lambda r, o, f, s: settling.dispute(o, **s),
        (L("供给方须更正账单或说明理由；在此之前不用结算。"),),
        L("已提出异议。")),
    "drop_dispute": Act(ActForm, lambda r, o, f, s: settling.drop_dispute(o, **_plain(s)),
        (L("账单恢复为待结算。"),),
        L("异议已撤回。")),
    "settle": Act(vouchers.SettleForm, _settle, (L("发票合计须与账单相同；结算后不能再改。"),),
        L("已结算，谢谢。")),
    "paper": Act(forms.PaperForm, _add_paper, (L("双方和主管部门都能看到。"),), L("材料已上传。"),
        L("上传材料"), "both", ("accepted", "recorded", "disputed", "completed")),
    "invoice": Act(forms.InvoiceForm, _invoice, (L("同一张发票在全平台只能用一次。"),), L("发票已登记。"),
        L("登记发票"), "both", ("accepted", "recorded", "disputed")),
    "voucher": Act(vouchers.VoucherForm, _use_voucher,
        (L("创新券按约定价抵扣，结算后兑付给供给方。"), L("预约取消或改时间，创新券自动退回。")),
        L("已使用创新券，并通知供给方。"),
        L("使用创新券"), PLACE, ("accepted",)),
    "rate": Act(forms.RateForm, _rate, (L("评价公开显示在仪器页面，对方可以答复一次。"),), L("谢谢评价。"),
        L("评价"), PLACE, ("completed",)),
    "reply": Act(forms.ReplyForm,
        lambda r, o, f, s: rating.reply(o, actor=me(r), words=f.cleaned_data["words"], now=timezone.now()),
        (L("答复公开显示，只能答复一次。"),), L("已答复。"), L("答复评价"), SERVE, ("completed",)),
}  # fmt: skip


@login_required
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    order = orders.order_for(request.user, number)
    step = ACTS.get(action)
    label = _label(order, action, step, request.user)
    if step is None or not label:
        raise Unseen(_("现在不能办理这一步，可能刚刚有人处理过。请刷新预约单查看最新状态。"))
    posted = request.method == "POST"
    data, today = request.POST if posted else None, timezone.localdate()
    form = step.form(order, orders.lines_shown(order), data, request.FILES or None, today=today)
    if posted and form.is_valid():
        try:
            step.do(request, order, form, _said(request, form))
            messages.success(request, step.done)
            return redirect("orders:order", order.number)
        except Refused as refused:
            if refused.status not in {409, 422} or refused.code == "wrong-state":
                raise
            _explain(form, refused)
    shown = {"order": order, "action": action, "label": label, "step": step, "form": form}
    context = {**shown, "explain": explaining.shown, **_calendar(request, form)}
    return render(request, "orders/act.html", context, status=422 if form.errors else 200)


def _calendar(request: HttpRequest, form: ActForm) -> dict[str, Any]:
    """What is free for each line that gets another time; its own time counts as free."""
    if not isinstance(form, forms.TimesForm):
        return {}
    lines = {forms.key_of(line): line for line in form.timed}
    key = request.GET.get("line", "")
    starts, ends = (moment_typed(request.GET.get(name, "")) for name in ("start", "end"))
    if key in lines and starts and ends:
        form.propose(key, starts, ends)
    instruments = {one: line.instrument for one, line in lines.items()}
    found = choosing.calendar(request.GET.dict(), instruments, now=timezone.now(), moving=form.timed)
    return {"calendar": found, "views": VIEWS}


def _label(order: Order, action: str, step: Act | None, person: Any) -> str:
    """What the step is called, where this person may make it now."""
    move = next((move for move in allowed(order, person) if move.action == action), None)
    if move:
        return move.label
    if step is None or not step.side or order.state not in step.states:
        return ""
    sides = sides_of(order, person)
    return str(step.label) if (sides if step.side == "both" else step.side in sides) else ""


def _said(request: HttpRequest, form: ActForm) -> dict[str, Any]:
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None
    note = form.cleaned_data.get("note", "") if "note" in form.fields else ""
    return {"actor": me(request), "now": timezone.now(), "note": note, "version": version}


def _explain(form: ActForm, refused: Refused) -> None:
    """What a command says of a line is shown at that line; times that can be had instead are named."""
    by_place = {f"lines.{line.position}": line for line in form.lines}
    for name in list(refused.fields):
        line = by_place.get(name)
        own = next((field for field in form.fields if line and f"-{line.pk}-" in f"{field}-"), None)
        if own:
            form.add_error(own, refused.fields.pop(name)[0])
    if refused.fields or not form.errors:
        explain(form, refused)
