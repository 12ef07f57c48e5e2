"""What an office has to look after in the demo: complaints at every step, and an order nobody answered in time."""

from datetime import timedelta
from typing import TYPE_CHECKING

from yixiang.orders.commands import rating, reminding
from yixiang.orders.models import Order
from yixiang.people.access import forget_grants
from yixiang.people.models import Person

if TYPE_CHECKING:
    from yixiang.demo.order_story import Story

SAID = (
    "报告比约定晚了一周，催了两次才给出，影响了我们的交付。",
    "到场后仪器在做维护，没有提前通知，白跑一趟。",
    "结算的机时比我们记录的多半小时，询问没有得到解释。",
    "退回的样品少了一件，联系机组没有找到。",
)
ANSWERS = (
    "谱仪当周送修，没有及时说明，是我们的疏忽。以后延期会当天通知。",
    "已核对上机记录，多出的半小时是关机清洗的时间，清单已补发。",
)


def tell(story: "Story", authority: Person) -> None:
    """The newest completed orders of the firm's engineer, one complaint each; the oldest of them is decided."""
    done = Order.objects.filter(person=story.user, state="completed", lines__instrument__in=story.instruments)
    found = list(done.order_by("-pk").distinct()[: len(SAID)])
    for number, (order, words) in enumerate(zip(found, SAID, strict=False)):
        at = story.now - timedelta(days=2 + 2 * number)
        made = rating.complain(order, actor=story.user, words=words, now=at)
        if number == 0:
            continue
        answer = ANSWERS[number % 2]
        made = rating.answer_complaint(made, actor=story.keeper, words=answer, now=at + timedelta(hours=20))
        if number >= 2:
            made = rating.escalate_complaint(made, actor=story.user, now=at + timedelta(hours=30))
        if number == 3:
            forget_grants(authority)
            words = "样品交接没有签字记录，责成实验室补建交接单，并协商赔偿。"
            rating.rule_on_complaint(made, actor=authority, words=words, now=at + timedelta(days=3))
    _late(story)


def _late(story: "Story") -> None:
    for one in story.by_time()[:1]:
        order = story.place(one, story.team, "薄膜截面的元素分布，课题结题要用。", ahead=9, asked=10)
        if order:
            reminding.remind(order.pk, story.now)
