"""Experts with what they know, and questions in every state between them and the people of the demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from yixiang.people.models import Person
from yixiang.units.commands import consulting, experts, sharing
from yixiang.units.models import Expert, Question

KNOWS: dict[str, tuple[list[str], list[str]]] = {
    "hn": (["430", "140"], ["010101", "010102", "010100"]),
    "sd": (["170", "150"], ["010200", "010300"]),
    "gd": (["510", "430"], ["010102", "010400"]),
    "xc": (["470", "460"], ["010600", "010500"]),
}
WORDS: dict[str, dict[str, str]] = {
    "hn": {
        "field": "材料微观结构表征",
        "instruments": "透射电子显微镜、扫描电子显微镜、X 射线衍射仪",
        "introduction": "长期从事材料显微分析，可解答样品制备与测试方案问题。",
    },
    "sd": {
        "field": "海洋环境中的微量污染物分析",
        "instruments": "气质联用、显微红外、电感耦合等离子体质谱",
        "introduction": "做过近海沉积物与水样的多年调查，熟悉前处理和质量控制。",
    },
    "gd": {
        "field": "薄膜与柔性电子器件测试",
        "instruments": "椭偏仪、台阶仪、原子力显微镜、四探针",
        "introduction": "可以帮您选厚度、应力和方阻的测法，也看得懂失效的样品。",
    },
    "xc": {
        "field": "电力设备与绝缘材料检测",
        "instruments": "局部放电测试系统、气相色谱、热分析仪",
        "introduction": "服务电力装备企业二十年，愿意从标准条文讲到接线。",
    },
}
COATING = (
    "先用低粘度环氧树脂真空浸渍，再从 400 目磨到 2000 目，最后用氧化硅悬浮液抛光。"
    "磨的方向从涂层指向基体，就不容易掉边。"
)


@dataclass(frozen=True, slots=True)
class _Asked:
    place: str
    by: str
    days: int
    title: str
    text: str
    category: str = ""
    may_share: bool = False


WAITING = _Asked(
    "hn", "hn.user", 1, "粉末样品做透射怎样分散？", "氧化铁纳米粉，乙醇超声后仍然团聚，想看清单颗粒的晶格。"
)
THANKED = _Asked(
    "hn", "hn.user", 40, "涂层截面怎样制样不掉边？", "钢基体上 8 微米的氮化物涂层，磨抛后边缘总是倒角。", "010102", True
)
FOLLOWED = _Asked("sd", "sd.team", 12, "水样里的微塑料用哪种仪器最省钱？", "每月 20 个样，粒径大多在 50 微米以上。")
ANSWERED = _Asked("gd", "gd.lab", 6, "柔性薄膜的厚度用椭偏还是截面？", "聚酰亚胺，约 300 纳米，基底不平。")
DECLINED = _Asked("xc", "xc.user", 20, "进口设备停产部件哪里买？", "一台老设备的控制板坏了，想找二手。")


def write(people: Mapping[str, Person], now: datetime) -> list[Question]:
    """Five conversations: waiting, thanked and shared, followed up, answered, declined."""
    for place, (fields, classes) in KNOWS.items():
        expert = Expert.objects.get(person=people[f"{place}.expert"])
        words = {"instruments": expert.instruments, "introduction": expert.introduction}
        at = now - timedelta(days=100)
        experts.update(expert, actor=expert.person, disciplines=fields, classes=classes, now=at, **words)
    asked = [_ask(people, now, one) for one in (WAITING, THANKED, FOLLOWED, ANSWERED, DECLINED)]
    _, thanked, followed, answered, declined = asked
    _answer(thanked, COATING, now - timedelta(days=39))
    consulting.close(
        thanked, actor=thanked.asker, thanks="照着做成了，边缘很清楚，谢谢！", now=now - timedelta(days=35)
    )
    words = {"asked": "硬质涂层截面磨抛后边缘倒角，怎样制样？", "answered": COATING}
    sharing.propose(thanked, actor=thanked.expert.person, now=now - timedelta(days=34), **words)
    _answer(followed, "50 微米以上用显微红外就够，拉曼更细但慢。", now - timedelta(days=10))
    again = "显微红外一天大约能测几个？需要自己先消解吗？"
    consulting.ask_again(followed, actor=followed.asker, text=again, now=now - timedelta(days=2))
    _answer(answered, "基底不平时椭偏拟合不稳，建议做截面扫描电镜，再用台阶仪核对。", now - timedelta(days=5))
    why = "这不是测试方法问题，建议联系设备厂家或当地维修机构。"
    consulting.decline(declined, actor=declined.expert.person, note=why, now=now - timedelta(days=19))
    return asked


def _ask(people: Mapping[str, Person], now: datetime, one: _Asked) -> Question:
    return consulting.ask(
        Expert.objects.get(person=people[f"{one.place}.expert"]),
        actor=people[one.by],
        title=one.title,
        text=one.text,
        category=one.category,
        may_share=one.may_share,
        now=now - timedelta(days=one.days),
    )


def _answer(question: Question, text: str, at: datetime) -> None:
    consulting.answer(question, actor=question.expert.person, text=text, now=at)
