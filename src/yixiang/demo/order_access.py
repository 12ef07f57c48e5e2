"""Fair access in the demo: terms, people to be trained, a queue with an offer, a draw, conduct, a mended fault."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import free_time
from yixiang.kernel.errors import Refused
from yixiang.kernel.periods import SHANGHAI, local_date, midnight
from yixiang.orders.commands import drawing, faulting, marking, moving, owning, qualifying, queueing, setting
from yixiang.orders.commands.drawing import Asked
from yixiang.orders.commands.owning import Use
from yixiang.orders.commands.queueing import Place
from yixiang.orders.commands.setting import Wanted
from yixiang.orders.models import Mark, Order
from yixiang.people.access import forget_grants
from yixiang.people.models import Person

if TYPE_CHECKING:
    from yixiang.demo.order_story import Story


def tell(story: "Story", admin: Person) -> None:
    forget_grants(admin)
    machines = story.by_time()
    if len(machines) < 3:
        return
    _qualified(story, machines[0])
    _conduct(story, admin, machines[1])
    _mended(story, machines[1])
    _own(story, machines[1])
    _draw(story, machines[2])
    _queue(story, machines[1])


def _qualified(story: "Story", one: Instrument) -> None:
    """Running it alone needs a qualification; one person has it until next year, one waits for a training."""
    now = story.now
    terms = Wanted(level="working", person_hours=20, group_hours=40)
    setting.set_terms(one, terms, actor=story.keeper, now=now - timedelta(days=200))
    asked = qualifying.ask(one, actor=story.team, now=now - timedelta(days=60), words="想自己做截面观察，周末也方便。")
    at = now - timedelta(days=50)
    asked = qualifying.invite(asked, actor=story.keeper, at=at, place="电镜楼 102", now=now - timedelta(days=58))
    until = local_date(now) + timedelta(days=300)
    qualifying.grant(asked, actor=story.keeper, level="working", until=until, now=at + timedelta(hours=3))
    qualifying.ask(one, actor=story.user, now=now - timedelta(days=1), words="新项目要连续做三个月，想学会自己上机。")


def _conduct(story: "Story", admin: Person, one: Instrument) -> None:
    """One late cancellation long ago and one no-show under appeal: the score is shown and nothing is paused."""
    setting.set_manners(one.unit, no_show_points=6, late_points=3, fade_days=180, limit=12, actor=admin)
    rows = Order.objects.filter(person=story.team, provider=one.unit, state="cancelled").order_by("-pk")
    for order, kind, days in zip(rows[:2], ("no_show", "late"), (20, 70), strict=False):
        mark = marking.mark(order, kind, now=story.now - timedelta(days=days))
        if kind == "no_show":
            words = "当天校门临时封闭，电话告知过机组，有通话记录。"
            marking.appeal(mark, actor=story.team, words=words, now=story.now - timedelta(days=1))
    Mark.objects.filter(person=story.team).exclude(unit=one.unit).delete()


def _mended(story: "Story", one: Instrument) -> None:
    at = story.now - timedelta(days=30)
    fault = faulting.report(one, actor=story.keeper, words="真空上不去，机械泵异响。", now=at)
    faulting.mend(fault, actor=story.keeper, outcome="更换泵油和密封圈，真空恢复。", now=at + timedelta(days=2))
    one.refresh_from_db()


def _own(story: "Story", one: Instrument) -> None:
    """An evening of last week, and nothing where somebody was there already."""
    start = midnight(local_date(story.now) - timedelta(days=6)) + timedelta(hours=19)
    use = Use(start, start + timedelta(hours=2), "标准样品校准", project_name="仪器功能开发")
    try:
        order = owning.use_own(one, use, actor=story.keeper, now=story.now)
    except Refused:
        return
    Order.objects.filter(pk=order.pk).update(demo=True)


def _draw(story: "Story", one: Instrument) -> None:
    """A day in a month, for which lots are collected."""
    day = _free_day(one, story.now)
    if day is None:
        return
    closes = day - timedelta(days=3)
    draw = drawing.open_draw(
        one, starts=day + timedelta(hours=9), ends=day + timedelta(hours=17), closes_at=closes, most_minutes=240,
        actor=story.keeper, now=story.now - timedelta(hours=5), note="期末前集中安排，人多，抽签分配。",
    )  # fmt: skip
    for person, hour in ((story.user, 9), (story.team, 13)):
        begins, phone = day + timedelta(hours=hour), person.phone or ""
        wanted = Asked(begins, begins + timedelta(hours=4), "系列试样集中测试", contact_phone=phone)
        drawing.ask_for(draw, wanted, actor=person, now=story.now - timedelta(hours=2))


def _free_day(one: Instrument, now: datetime) -> datetime | None:
    """A whole working day that nobody has touched, within the horizon."""
    for ahead in range(12, min(one.horizon_days, 40)):
        day = midnight(local_date(now) + timedelta(days=ahead))
        if free_time.open_hours(one, local_date(day)) and not free_time.busy(one, day, day + timedelta(days=1)):
            return day.astimezone(SHANGHAI)
    return None


def _queue(story: "Story", one: Instrument) -> None:
    """A booking of the team is waited for; it is given back, and the time is offered."""
    order = story.place(one, story.team, "薄膜截面。", ahead=9, asked=2)
    line = order.lines.get() if order else None
    if order is None or line is None or line.starts is None or line.ends is None:
        return
    place = Place(line.starts, line.ends, line.minutes, "批次抽检，等一个空位。", contact_phone=story.user.phone or "")
    queueing.join(one, place, actor=story.user, now=story.now - timedelta(days=1))
    moving.withdraw(order, actor=story.team, now=story.now - timedelta(minutes=40))
    queueing.offer_next(one.pk, now=story.now - timedelta(minutes=30))
