"""Last year's subsidies of one place, told by the commands themselves, with a few frauds seeded for the flags."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet

from yixiang.catalogue.models import Instrument
from yixiang.demo import documents, net_income, order_records
from yixiang.demo.closed_year import ClosedYear, is_over
from yixiang.demo.order_records import Past
from yixiang.demo.orders import Ground, _count, _one
from yixiang.files.commands import take
from yixiang.kernel.periods import local_date, midnight
from yixiang.kernel.workdays import working_day
from yixiang.orders.models import Charge, Invoice, Line, Order
from yixiang.policy import library
from yixiang.subsidies.commands import applying, calculating, checking, flagging, paying, publishing, recovering
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Application, Run, Watch
from yixiang.units.models import Unit

GRADES = {"univ": "excellent", "institute": "good", "testing": "qualified", "medical": "good"}
RATES = {"rate_excellent": "0.20", "rate_good": "0.15", "rate_qualified": "0.10"}
FIRST_YEAR = 2025  # the first that ends under the law
# What is seeded: kind and provider. A test measures what of it is found, and what else is.
SEEDED = {
    ("related", "testing"), ("hours", "univ"), ("mutual", "univ"), ("invoice", "institute"), ("split", "testing"),
    ("year_end", "medical"),
}  # fmt: skip


def tell(ground: Ground) -> Run | None:
    """The whole year up to money paid and taken back; nothing where the present year is too young for it."""
    if not is_over(ground, FIRST_YEAR):
        return None
    story = _Story(ground)
    story.write_orders()
    story.seed_fraud()
    run = story.calculate()
    story.publish_and_pay(run)
    story.users_apply()
    story.units_state()
    return run


class _Story(ClosedYear):
    # --- orders

    def write_orders(self) -> None:
        made = [one for key in GRADES for one in self._of(key)]
        order_records.keep(made, now=self.ground.now)

    def _first(self, key: str) -> Sequence[Instrument]:
        return [one for one in self.ground.instruments if one.unit_id == self.unit(key).pk][:3]

    def _of(self, key: str) -> Iterator[Past]:
        """Two a month on each of three instruments, for whoever's turn it is."""
        turn = 0
        for one in self._first(key):
            for month in range(1, 13):
                for day in (5, 19):
                    turn += 1
                    yield self._past(one, date(self.year, month, day), turn)

    def _past(self, one: Instrument, day: date, turn: int) -> Past:
        while not working_day(day):
            day += timedelta(days=1)
        customers = self.ground.customers()
        customer, person = customers[turn % len(customers)]
        made = _one(self.ground, one, day, 540, 720)
        return replace(made, customer=customer, person=person, end="completed", why="")

    # --- what is not as it should be

    def seed_fraud(self) -> None:
        self._same_telephone()
        self._hours()
        self._mutual()
        self._invoices()
        self._split_and_year_end()
        _count(self.ground)
        place = library().jurisdictions["hunan"]
        Watch.objects.create(
            jurisdiction=place.code, slack_minutes=60, peak_share=Decimal("0.40"), split_amount=Decimal(4000),
            split_days=5, split_count=4,
        )  # fmt: skip
        flagging.look(place, self.year, actor=None, now=self.at(0.1))

    def _orders(self, key: str) -> QuerySet[Order]:
        span = (midnight(date(self.year, 1, 1)), self.began)
        rows: QuerySet[Order] = Order.objects.filter(provider=self.unit(key), state="completed", closed_at__range=span)
        return rows.order_by("pk")

    def _same_telephone(self) -> None:
        """A firm and its laboratory answer the same telephone and have not said that they belong together."""
        Unit.objects.filter(pk=self.unit("young").pk).update(contact_phone=self.unit("testing").contact_phone)

    def _hours(self) -> None:
        """Twice as many hours on the bill as the instrument ran."""
        charges = Charge.objects.filter(line__order__in=self._orders("univ"), stage="final", basis="hour")
        for charge in charges.order_by("pk")[:4]:
            assert charge.quantity is not None
            Charge.objects.filter(pk=charge.pk).update(quantity=charge.quantity * 2 + 2)

    def _mutual(self) -> None:
        pairs = (("univ", "institute"), ("institute", "univ"))
        made = []
        for giver, taker in pairs:
            past = self._past(self._first(giver)[0], date(self.year, 8, 12), 0)
            who = self.ground.people.get(f"{self.prefix}.{taker}") or self.ground.people[f"{self.prefix}.{taker}.admin"]
            made.append(replace(past, customer=self.unit(taker), person=who))
        order_records.keep(made, now=self.ground.now)

    def _invoices(self) -> None:
        one, other = Invoice.objects.filter(order__in=self._orders("institute")).order_by("pk")[3:5]
        Invoice.objects.filter(pk=other.pk).update(number=f"0009{one.number[4:]}", amount=one.amount)

    def _split_and_year_end(self) -> None:
        """Four bills of 3,000 in one week; and a December that outweighs the rest of the year."""
        first, busy = self._first("testing")[0], self._first("medical")[0]
        week = [self._past(first, date(self.year, 5, day), 1) for day in (12, 13, 14, 15)]
        rush = [self._past(busy, date(self.year, 12, day), day) for day in (8, 10, 15, 17)]
        order_records.keep([*week, *rush], now=self.ground.now)
        _bill(list(self._orders("testing").order_by("-pk")[:4]), Decimal(3000))
        _bill(list(self._orders("medical").order_by("-pk")[:4]), Decimal(60_000))

    # --- the year

    def calculate(self) -> Run:
        self.grade(GRADES, f"湘科发〔{self.year + 1}〕1号（演示）")
        programme = self.programme("provider-subsidy", self.year, "后补助", RATES)
        run = self.sent(programme)
        self._contest(run)
        return calculating.calculate(run, actor=self.office, now=self.at(0.26) + timedelta(hours=30))

    def _contest(self, run: Run) -> None:
        """One line the university does not agree with, and its answer."""
        line = run.lines.filter(unit=self.unit("univ")).order_by("reason__counts", "pk").first()
        assert line
        when = self.at(0.26) + timedelta(hours=20)
        why = Evidence("委托合同写明用于新产品研发，请复核。")
        made = checking.contest(line, why, actor=self.person("univ"), now=when)
        words = "经核对合同和报告，用途属于科技开发，予以采纳。"
        checking.answer(made, actor=self.office, action="accept", words=words, now=when + timedelta(hours=5))

    def publish_and_pay(self, run: Run) -> None:
        run = checking.freeze(run, actor=self.office, now=self.at(0.4))
        run = publishing.publish(run, actor=self.office, days=5, now=self.at(0.42))
        words = "公示的一家检测机构有部分机时与实际不符，请核查。"
        objection = publishing.object_to(run, actor=self.person("user"), words=words, now=self.at(0.43))
        said = "已列入核查，公示金额暂不调整；查实后依规追回。"
        publishing.answer(objection, actor=self.office, words=said, now=self.at(0.45))
        run = publishing.confirm(run, actor=self.office, now=self.at(0.6))
        run = paying.pay(run, actor=self.cashier, paid_on=local_date(self.at(0.65)), now=self.at(0.65))
        award = run.awards.filter(amount__gt=0).order_by("amount")[0]
        why = "查实虚报机时，收回全部补助（第二十六条）。"
        paying.recover(award, actor=self.office, amount=award.amount, words=why, now=self.at(0.9))

    def users_apply(self) -> None:
        """The firm asks for its settled orders of the year, is approved and paid. Another one has to give it back."""
        self.programme("user-subsidy", self.year + 1, "用户补助", {})
        self._granted("firm", "firm", 0.8)
        made = self._granted("high", "high.admin", 0.78)
        title = "核查报告（演示样张）"
        page = documents.page(title, [f"申请 {made.number}", "两次检测没有使用记录和样品记录，费用以虚假订单列支。"])
        upload = SimpleUploadedFile("核查报告.pdf", page)
        file = take(upload, uploader=self.office, purpose="subsidy-evidence", now=self.at(0.92))
        why = Evidence("查实虚报检测次数，依据核查报告，收回全部补助。", file)
        recovering.recover(made, actor=self.office, amount=made.amount, evidence=why, now=self.at(0.92))

    def _granted(self, key: str, who: str, part: float) -> Application:
        made = applying.apply(self.unit(key), actor=self.person(who), now=self.at(part))
        assert made.case
        applying.decide_case(made.case, actor=self.office, action="approve", note="属实。", now=self.at(part + 0.02))
        paid_at = self.at(part + 0.05)
        return applying.pay(made, actor=self.cashier, paid_on=local_date(paid_at), now=paid_at)

    def units_state(self) -> None:
        """Net income of the year."""
        other = self.ground.people[f"{self.prefix}.institute.admin"]
        net_income.write(
            self.unit("univ"), self.unit("institute"), self.year, self.at, by=self.person("univ"), other=other,
            office=self.office,
        )  # fmt: skip


def _bill(orders: Sequence[Order], total: Decimal) -> None:
    """Another sum on the bill, the invoice and its charges."""
    for order in orders:
        Order.objects.filter(pk=order.pk).update(final_total=total)
        Invoice.objects.filter(order=order).update(amount=total)
        line = Line.objects.get(order=order)
        first, *rest = Charge.objects.filter(line=line, stage="final").order_by("pk")
        Charge.objects.filter(pk=first.pk).update(amount=total)
        Charge.objects.filter(pk__in=[one.pk for one in rest]).update(amount=0)
