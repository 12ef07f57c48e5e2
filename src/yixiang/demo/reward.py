"""The last year of a place that rewards by face values: vouchers used and paid, then the reward of the providers."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from yixiang.catalogue.models import Instrument
from yixiang.demo import order_records
from yixiang.demo.closed_year import ClosedYear, is_over
from yixiang.demo.order_records import Past
from yixiang.demo.orders import Ground, _count, _one
from yixiang.demo.vouchers import open_vouchers
from yixiang.kernel.errors import Refused
from yixiang.kernel.periods import local_date, midnight
from yixiang.kernel.workdays import working_day
from yixiang.ledger.models import Programme
from yixiang.orders.models import Order
from yixiang.orders.queries.vouchers import facts_of
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking, paying, publishing
from yixiang.subsidies.commands.checking import Evidence
from yixiang.subsidies.models import Run
from yixiang.units.models import Unit
from yixiang.vouchers.commands import claiming, reviewing, using
from yixiang.vouchers.commands import paying as redeeming
from yixiang.vouchers.models import Redemption

GRADES = {"univ": "good", "institute": "qualified", "testing": "good"}  # the last is none of those the law rewards
USERS = {"firm": "firm", "high": "high.admin", "large": "large.admin", "team": "team"}
FIRST_YEAR = 2018


def tell(ground: Ground) -> Run | None:
    """The whole year up to the reward paid; nothing where the present year is too young for it."""
    if not is_over(ground, FIRST_YEAR):
        return None
    story = _Reward(ground)
    story.use_vouchers()
    return story.reward()


class _Reward(ClosedYear):
    def use_vouchers(self) -> None:
        programme = open_vouchers(self.ground.place.region, self.year, self.office, midnight(date(self.year, 1, 4)))
        for key, who in USERS.items():
            claiming.claim(self.unit(key), programme, actor=self.person(who), now=midnight(date(self.year, 1, 20)))
        order_records.keep(list(self._past()), now=self.ground.now)
        _count(self.ground)
        for order in self._orders():
            with suppress(Refused):  # the firm has used up what it claimed, and pays the whole bill
                self._collect(order, programme)
        mine = Redemption.objects.filter(programme=programme, state="paid", provider=self.unit("univ"))
        taken = mine.order_by("pk")[0]
        why = "检测没有完成，费用已退还使用单位。"
        redeeming.recover(taken, taken.amount, actor=self.cashier, now=self.at(0.1), note=why)
        Redemption.objects.filter(programme=programme).update(demo=True)

    def _past(self) -> Iterator[Past]:
        """One a month on each of two instruments, for whoever's turn it is."""
        users = [(self.unit(key), self.person(who)) for key, who in USERS.items()]
        for key in GRADES:
            provider = self.unit(key)
            for one in [found for found in self.ground.instruments if found.unit_id == provider.pk][:2]:
                for month in range(2, 12):
                    yield self._asked(one, date(self.year, month, 10), users[month % len(users)])

    def _asked(self, one: Instrument, day: date, user: tuple[Unit, Person]) -> Past:
        while not working_day(day):
            day += timedelta(days=1)
        made = _one(self.ground, one, day, 540, 720)
        return replace(made, customer=user[0], person=user[1], end="completed", why="")

    def _orders(self) -> Iterator[Order]:
        span = (midnight(date(self.year, 1, 1)), self.began)
        providers = [self.unit(key) for key in GRADES]
        rows = Order.objects.filter(provider__in=providers, state="completed", closed_at__range=span, final_total__gt=0)
        yield from rows.order_by("accepted_at", "pk")

    def _collect(self, order: Order, programme: Programme) -> None:
        """Used after the agreement, filed by the settlement, approved and paid in the days after it."""
        assert order.accepted_at
        assert order.closed_at
        facts = facts_of(order, today=local_date(order.accepted_at))
        agreed = replace(facts, state="accepted", price=order.quoted_total or facts.price)
        using.pledge(agreed, programme.level, actor=order.person, now=order.accepted_at + timedelta(hours=1))
        made = using.file_pledged(facts, actor=order.person, now=order.closed_at)
        if made is None or made.case is None:
            return
        at: datetime = order.closed_at + timedelta(days=2)
        reviewing.decide_case(made.case, actor=self.office, action="approve", note="材料齐全，同意兑付。", now=at)
        redeeming.pay(made, actor=self.cashier, now=at + timedelta(days=3))

    def reward(self) -> Run:
        self.grade(GRADES, f"许科〔{self.year + 1}〕1号（演示）")
        run = self.sent(self.programme("provider-subsidy", self.year, "开放共享奖励", {}))
        self._contest(run)
        run = calculating.calculate(run, actor=self.office, now=self.at(0.26) + timedelta(hours=30))
        run = checking.freeze(run, actor=self.office, now=self.at(0.4))
        run = publishing.publish(run, actor=self.office, days=5, now=self.at(0.42))
        run = publishing.confirm(run, actor=self.office, now=self.at(0.6))
        return paying.pay(run, actor=self.cashier, paid_on=local_date(self.at(0.65)), now=self.at(0.65))

    def _contest(self, run: Run) -> None:
        """The line of the voucher that was taken back, and its answer."""
        line = run.lines.filter(reason__counts=False, unit=self.unit("univ")).order_by("pk")[0]
        when = self.at(0.26) + timedelta(hours=20)
        why = Evidence("检测已经开始，耗材已经使用，请复核。")
        made = checking.contest(line, why, actor=self.person("univ"), now=when)
        words = "创新券款已经追回，不计入共享服务收入，不予采纳。"
        checking.answer(made, actor=self.office, action="decline", words=words, now=when + timedelta(hours=5))
