"""Orders under way on the first morning, made by the commands a person would use; one of them is disputed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time
from yixiang.demo import documents, order_access, order_trouble
from yixiang.demo.cast import Place
from yixiang.files.commands import take
from yixiang.kernel.errors import Refused
from yixiang.kernel.periods import local_date
from yixiang.orders.commands import answering, drafting, placing, rating, recording, settling
from yixiang.orders.models import Order
from yixiang.orders.rules.wishes import LineWish, SampleWish, Wish
from yixiang.people.access import forget_grants
from yixiang.people.models import Person


class Story:
    """One place: the firm's engineer and the team on one side, the laboratory's keeper on the other."""

    def __init__(
        self, place: Place, people: Mapping[str, Person], instruments: Sequence[Instrument], now: datetime
    ) -> None:
        self.user, self.team = people[f"{place.prefix}.user"], people[f"{place.prefix}.team"]
        self.keeper = people[f"{place.prefix}.keeper"]
        for person in (self.user, self.team, self.keeper):
            forget_grants(person)
        self.now, self.prefix = now, place.prefix
        kept = set(self.keeper.keeps.filter(removed_at=None).values_list("instrument_id", flat=True))
        self.instruments = [one for one in instruments if one.pk in kept]

    def by_time(self) -> list[Instrument]:
        return [one for one in self.instruments if one.booking_mode in {"time", "both"}]

    def by_samples(self) -> list[Instrument]:
        return [one for one in self.instruments if one.booking_mode in {"samples", "both"}]

    def words(self, content: str, person: Person) -> dict[str, object]:
        return {
            "content": content, "contact_name": person.name, "contact_phone": person.phone, "purpose": "development",
            "project_name": "新型连接器可靠性研究", "project_number": "2026GK2018", "project_funds": ["15"],
            "disciplines": ["430"],
        }  # fmt: skip

    def place(self, one: Instrument, person: Person, content: str, *, ahead: int, asked: float) -> Order | None:
        """Two hours in the first gap after so many days; nothing when the instrument is full."""
        at = self.now - timedelta(days=asked)
        gap = self._gap(one, ahead)
        if gap is None:
            return None
        line = LineWish(one.code, starts=gap, ends=gap + timedelta(hours=2), way="guided")
        return self._submit(Wish((line,), self.words(content, person)), person, at)

    def send(self, one: Instrument, person: Person, content: str, count: int, *, asked: float) -> Order | None:
        samples = (
            SampleWish("断口试样", count, "块体"),
            SampleWish("腐蚀产物粉末", 2, "粉末", "corrosive", "微量酸残留"),
        )
        line = LineWish(one.code, mode="samples", samples=samples)
        return self._submit(Wish((line,), self.words(content, person)), person, self.now - timedelta(days=asked))

    def _gap(self, one: Instrument, ahead: int) -> datetime | None:
        start = self.now + timedelta(days=ahead)
        slots = free_time.free(one, start, start + timedelta(days=10), now=self.now)
        long = (slot.start for slot in slots if slot.minutes >= 120 and one.min_minutes <= 120 <= one.max_minutes)
        return next(long, None)

    def _submit(self, wish: Wish, person: Person, at: datetime) -> Order | None:
        order = drafting.start(actor=person, wish=wish, now=at)
        Order.objects.filter(pk=order.pk).update(demo=True)
        try:
            return placing.submit(order, actor=person, now=at)
        except Refused:
            return None  # stays a draft: also part of a real world


def tell(place: Place, people: Mapping[str, Person], instruments: Sequence[Instrument], now: datetime) -> None:
    story = Story(place, people, instruments, now)
    machines, benches = story.by_time(), story.by_samples()
    for number, one in enumerate(machines[:3]):
        story.place(one, story.user, "新批次断口形貌与能谱分析。", ahead=3 + number, asked=0.2 + number)
    if machines:
        _haggle(story, machines[-1])
        _accepted(story, machines[0])
        story.place(machines[-1], story.team, "竞赛作品的微观结构。", ahead=6, asked=5.1)
    if benches:
        story.send(benches[0], story.user, "腐蚀产物成分，配合失效分析。", 4, asked=1.3)
        _disputed(story, benches[-1])
        _settling(story, benches[0])
    order_trouble.tell(story, people[f"{place.prefix}.authority"])
    order_access.tell(story, people[f"{place.prefix}.univ"])


def _haggle(story: Story, one: Instrument) -> None:
    order = story.place(one, story.user, "大批量连续测试，希望有优惠。", ahead=8, asked=2)
    if order:
        line = order.lines.get()
        amounts = {line.pk: {"running": Decimal("420.00"), "labour": Decimal("180.00")}}
        answering.quote(
            order, actor=story.keeper, amounts=amounts, note="连续机时优惠价。", now=story.now - timedelta(days=1)
        )


def _accepted(story: Story, one: Instrument) -> None:
    order = story.place(one, story.team, "传感器薄膜截面。", ahead=2, asked=3)
    if order:
        answering.accept(order, actor=story.keeper, now=story.now - timedelta(days=2.5))


def recorded(
    story: Story,
    one: Instrument,
    content: str,
    count: int,
    ago: float,
    *,
    agreed: Callable[[Order, datetime], object] | None = None,
) -> Order | None:
    """Asked, accepted, tested and reported, three days after it was asked for; `agreed` happens in between."""
    order = story.send(one, story.user, content, count, asked=ago)
    if order is None:
        return None
    at = story.now - timedelta(days=ago)
    order = answering.accept(order, actor=story.keeper, now=at + timedelta(hours=4))
    if agreed:
        agreed(order, at + timedelta(hours=5))
        order = Order.objects.get(pk=order.pk)
    line = order.lines.get()
    done = {line.pk: recording.Done(used_samples=count + 2, used_minutes=(count + 2) * 35, result="数据与谱图见报告。")}
    order = recording.record_results(order, done, actor=story.keeper, now=at + timedelta(days=3))
    title = f"检测报告 {order.number}（演示）"
    page = documents.page(
        title, [f"样品：断口试样 {count} 件、腐蚀产物粉末 2 份", f"仪器：{one.name} {one.model}", "结论：见数据表。"]
    )
    upload = SimpleUploadedFile(f"检测报告-{order.number}.pdf", page, "application/pdf")
    file = take(upload, uploader=story.keeper, purpose="order-report", now=at + timedelta(days=3))
    recording.add_paper(order, file, kind="report", actor=story.keeper, now=at + timedelta(days=3), line=line)
    return Order.objects.get(pk=order.pk)


def _disputed(story: Story, one: Instrument) -> None:
    order = recorded(story, one, "镀层失效分析。", 6, 12)
    if order:
        note = "合同里写的是 6 个样品，账单按 8 个计，请核对。"
        settling.dispute(order, actor=story.user, note=note, now=story.now - timedelta(days=4))


def _settling(story: Story, one: Instrument) -> None:
    """One that waits for its invoice to be settled, and one that is rated with the invoice as a real PDF."""
    recorded(story, one, "批次一致性比对。", 5, 9)
    order = recorded(story, one, "首件鉴定。", 3, 20)
    if order is None or not order.final_total:
        return
    at = story.now - timedelta(days=10)
    page = documents.page("电子发票（演示样张）", [f"预约单 {order.number}", f"价税合计 {order.final_total} 元"])
    file = take(SimpleUploadedFile("发票.pdf", page), uploader=story.user, purpose="order-invoice", now=at)
    billed = settling.Billed(f"9999{order.pk:016d}", order.final_total, local_date(at), file)
    settling.add_invoice(order, billed, actor=story.user, now=at)
    order = settling.settle(order, actor=story.user, now=at)
    rating.rate(order, actor=story.user, step=5, words="沟通很顺畅，报告给得及时。", now=at + timedelta(hours=1))
