"""Vouchers of the demo: open programmes of Shandong, Jinan and Xuchang, and one voucher in every state.

The rates and ceilings of Shandong are the demo's own: no document gives them. Everything is done by the commands, on
the days on which it would have been done.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.catalogue.models import Instrument
from yixiang.demo import documents
from yixiang.demo.cast import Place
from yixiang.demo.order_story import Story, recorded
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel.periods import local_date, midnight
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Programme
from yixiang.orders.commands import answering, contracting, moving, settling, vouchering
from yixiang.orders.commands.enclosing import Chosen
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Order
from yixiang.people.access import forget_grants
from yixiang.people.models import Person
from yixiang.reviews.commands import Verb
from yixiang.units.models import Unit
from yixiang.vouchers.commands import claiming, paying, reviewing
from yixiang.vouchers.models import Redemption

TITLES = {"370000": "山东省", "370100": "济南市", "411000": "许昌市"}
OWN = {  # the demo's own numbers, not those of any authority
    "370000": {"rate": "0.50", "order_ceiling": "20000.00", "year_ceiling": "60000.00"},
    "370100": {"rate": "0.30", "order_ceiling": "10000.00", "year_ceiling": "20000.00"},
    "411000": {},
}
BUDGETS = {"370000": "2000000.00", "370100": "500000.00", "411000": "800000.00"}
PROOF = ["本次检测用于研发项目“新型连接器可靠性研究”。", "研发任务书编号：2026GK2018"]
NOTES = {
    "return": "请补充说明本次检测与研发项目关系的任务书。",
    "reject": "这次检测属于出厂检验，不属于科技创新活动。",
}


def write(
    place: Place,
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    instruments: Sequence[Instrument],
    now: datetime,
) -> int:
    """How many vouchers the place has afterwards; none where there is no law on them."""
    offices = {"sd": {"370000": "authority", "370100": "city"}, "xc": {"411000": "authority"}}.get(place.prefix)
    if not offices:
        return 0
    for person in people.values():
        forget_grants(person)
    for region, who in offices.items():
        for year in sorted({local_date(now).year, local_date(now - timedelta(days=40)).year}):
            open_vouchers(region, year, people[f"{place.prefix}.{who}"], now - timedelta(days=45))
    story = _Vouchers(place, people, units[f"{place.prefix}.firm"], instruments, now)
    story.shandong() if place.prefix == "sd" else story.xuchang()
    Redemption.objects.filter(unit=story.firm).update(demo=True)
    return Redemption.objects.filter(unit=story.firm).count()


def open_vouchers(region: str, year: int, by: Person, at: datetime) -> Programme:
    """Open into the next spring, so that orders of the last weeks of a year are still settled."""
    note = "（标准为演示自定）" if OWN[region] else ""
    plan = Plan(
        "voucher", region, year, f"{TITLES[region]} {year} 年科技创新券{note}", Decimal(BUDGETS[region]),
        date(year, 1, 1), date(year + 1, 3, 31), OWN[region],
    )  # fmt: skip
    made = programmes.open_programme(programmes.plan(plan, actor=by, now=at), actor=by, now=at)
    Programme.objects.filter(pk=made.pk).update(demo=True)
    return made


class _Vouchers:
    """The firm uses vouchers; the offices and their finance people answer, as far as each story goes."""

    def __init__(
        self, place: Place, people: Mapping[str, Person], firm: Unit, instruments: Sequence[Instrument], now: datetime
    ) -> None:
        self.story, self.firm, self.now = Story(place, people, instruments, now), firm, now
        self.benches = self.story.by_samples()
        self.user, self.keeper, self.admin = self.story.user, self.story.keeper, people[f"{place.prefix}.firm"]
        self.province, self.finance = people[f"{place.prefix}.authority"], people[f"{place.prefix}.finance"]
        self.city = people.get(f"{place.prefix}.city", self.province)

    # --- Shandong

    def shandong(self) -> None:
        """One in each state; two are paid, one of them by the city."""
        self._redeemed("新型陶瓷热膨胀系数。", 28, "province", "approve", "approve", "pay")
        self._redeemed("镀膜附着力研究。", 26, "city", "approve", "pay")
        self._redeemed("光电器件失效分析。", 24, "province", "approve", "approve")
        self._redeemed("封装胶老化机理。", 21, "province", "approve")
        self._redeemed("窗口片应力分析。", 18, "province")
        self._redeemed("荧光粉粒度分布。", 22, "province", "approve", "return")
        self._redeemed("出厂批次抽检。", 25, "province", "reject")
        self._redeemed("支架镀层厚度。", 23, "city", "withdraw")
        self._to_settle("新批次封装胶的导热系数。", 6)

    def _redeemed(self, content: str, ago: float, level: str, *acts: str) -> None:
        order = self._to_settle(content, ago)
        if order is None:
            return
        at = self.now - timedelta(days=ago - 5)
        chosen = Chosen(
            level, self._file("创新相关性证明.pdf", "order-relevance", self.user, at), confirms_contract=True
        )
        settling.settle_and_rate(order, actor=self.user, now=at, chosen=chosen)
        made = Redemption.objects.get(order_number=order.number)
        for number, act in enumerate(acts, 1):
            self._answer(made, act, at + timedelta(days=number, hours=2))

    def _to_settle(self, content: str, ago: float) -> Order | None:
        """Tested and reported; the provider has uploaded the invoice, the customer settles next."""
        order = recorded(self.story, self.benches[0], content, 2, ago) if self.benches else None
        if order is None or not order.final_total:
            return None
        self._invoice(order, self.now - timedelta(days=ago - 4))
        return order

    # --- Xuchang

    def xuchang(self) -> None:
        """Claimed once; used at the agreement, filed by the settlement, paid to the university."""
        for programme in Programme.objects.filter(subject="voucher", region="411000"):
            at = max(self.now - timedelta(days=39), midnight(programme.opens_on))
            claiming.claim(self.firm, programme, actor=self.admin, now=at, wanted=Decimal("20000"))
        self._pledged("断路器触头材料分析。", 27, "approve", "pay")
        self._pledged("绝缘子配方对比。", 24, "approve")
        self._pledged("互感器铁芯磁性能。", 20)
        self._agreed("开关柜铜排腐蚀研究。", 3)
        cancelled = self._agreed("变压器油色谱。", 5)
        if cancelled:
            moving.cancel(cancelled, actor=self.user, now=self.now - timedelta(days=4), note="样品未准备好")

    def _pledged(self, content: str, ago: float, *acts: str) -> None:
        """The same, with the voucher used right after the provider has accepted."""
        if not self.benches:
            return
        order = recorded(self.story, self.benches[0], content, 2, ago, agreed=self._use)
        if order is None or not order.final_total:
            return
        at = self.now - timedelta(days=ago - 5)
        self._invoice(order, at)
        settling.settle(order, actor=self.user, now=at)
        made = Redemption.objects.filter(order_number=order.number).first()
        for number, act in enumerate(acts, 1):
            if made:
                self._answer(made, act, at + timedelta(days=number, hours=2))

    def _agreed(self, content: str, ago: float) -> Order | None:
        order = self.story.send(self.benches[0], self.user, content, 2, asked=ago) if self.benches else None
        if order is None:
            return None
        at = self.now - timedelta(days=ago - 0.2)
        order = answering.accept(order, actor=self.keeper, now=at)
        self._use(order, at + timedelta(hours=1))
        return Order.objects.get(pk=order.pk)

    def _use(self, order: Order, at: datetime) -> None:
        vouchering.use_voucher(order, "city", actor=self.user, now=at)
        contracting.confirm_contract(order, actor=self.user, now=at)

    # --- alike

    def _answer(self, made: Redemption, act: str, at: datetime) -> None:
        at = min(at, self.now - timedelta(minutes=20))
        if act == "pay":
            own = made.programme.level == "city" and self.city != self.province
            paying.pay(made, actor=self.city if own else self.finance, now=at)
        elif act == "withdraw":
            reviewing.withdraw(made, actor=self.user, now=at, note="改用单位自有经费")
        else:
            made.refresh_from_db()
            case = made.case
            assert case is not None
            reviewer = self.city if case.rounds[case.round]["level"] == "city" else self.province
            verb: Verb = "approve" if act == "approve" else "return" if act == "return" else "reject"
            note = NOTES.get(act, "材料齐全，同意兑付。")
            reviewing.decide_case(case, actor=reviewer, action=verb, note=note, now=at)

    def _invoice(self, order: Order, at: datetime) -> None:
        assert order.final_total is not None
        lines = [f"预约单 {order.number}", f"价税合计 {order.final_total} 元"]
        file = self._file("发票.pdf", "order-invoice", self.keeper, at, lines)
        billed = Billed(f"8888{order.pk:016d}", order.final_total, local_date(at), file)
        settling.add_invoice(order, billed, actor=self.keeper, now=at)

    def _file(self, name: str, purpose: str, by: Person, at: datetime, lines: Sequence[str] = ()) -> File:
        title = name.removesuffix(".pdf") + "（演示样张）"
        page = documents.page(
            title, [*lines] or ["本次检测用于研发项目“新型连接器可靠性研究”。", "研发任务书编号：2026GK2018"]
        )
        return take(SimpleUploadedFile(name, page), uploader=by, purpose=purpose, now=at)
