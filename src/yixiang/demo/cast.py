"""The fixed accounts of the demo: who they are, which hat they wear, where."""

from collections.abc import Iterator
from dataclasses import dataclass

PASSWORD = "Yixiang-demo-2026"  # noqa: S105 - printed on the sign-in page of every demo, refused in production


@dataclass(frozen=True, slots=True)
class Place:
    """One jurisdiction of the demo: `city` is empty where the city itself is the highest level."""

    prefix: str
    name: str
    region: str
    capital: str
    city: str


PLACES = (
    Place("hn", "湖南", "430000", "430100", "430100"),
    Place("sd", "山东", "370000", "370100", "370100"),
    Place("gd", "广东", "440000", "440100", "440100"),
    Place("xc", "许昌", "411000", "411000", ""),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One fixed account of every jurisdiction; `scope` says what its role reaches."""

    suffix: str
    label: str
    role: str
    scope: str  # region, city, univ, lab, firm, team, none
    names: tuple[str, str, str, str]


PARTS = (
    Part("platform", "平台管理员", "platform_admin", "region", ("周明远", "孙立诚", "梁启航", "郭子衡")),
    Part("authority", "主管部门审核人", "authority", "region", ("刘静怡", "王海宁", "陈嘉敏", "赵晓岚")),
    Part("city", "市级主管部门", "authority", "city", ("彭文博", "张鲁平", "黄志远", "")),
    Part("finance", "主管部门财务", "finance", "region", ("曾慧敏", "傅道源", "简淑仪", "申维新")),
    Part("univ", "高校单位管理员", "unit_admin", "univ", ("谢安然", "宋雅琴", "林若曦", "马俊杰")),
    Part("lab", "实验室管理员", "sub_unit_admin", "lab", ("罗思齐", "于晓东", "何咏诗", "韩雪松")),
    Part("keeper", "机组人员", "keeper", "lab", ("邓子涵", "高建国", "冯伟强", "曹新宇")),
    Part("firm", "企业管理员", "user_unit_admin", "firm", ("唐志坚", "李树林", "邱丽珊", "任海涛")),
    Part("user", "企业员工", "user", "firm", ("蒋欣悦", "徐文静", "罗家豪", "魏晨曦")),
    Part("team", "学生团队负责人", "team_lead", "team", ("欧阳朔", "孔令仪", "许晴川", "翟思远")),
    Part("expert", "专家", "expert", "none", ("贺知微", "崔国栋", "温博雅", "段文清")),
)

OFFICES = (
    ("sys", "系统管理员", "system", "钟守正"),
    ("security", "安全管理员", "security", "严慎言"),
    ("audit", "审计管理员", "audit", "察明之"),
)


def parts_of(place: Place) -> Iterator[tuple[Part, str]]:
    """The accounts of one jurisdiction with the person's name; a part without a name does not exist there."""
    index = PLACES.index(place)
    for part in PARTS:
        if part.names[index]:
            yield part, part.names[index]


def accounts() -> list[tuple[str, str]]:
    """For the console: login name and what it is, place by place."""
    listed = [
        (f"{place.prefix}.{part.suffix}", f"{place.name} · {part.label}")
        for place in PLACES
        for part, _ in parts_of(place)
    ]
    return [*listed, *((login, label) for login, label, _role, _name in OFFICES)]


def present() -> bool:
    """Whether demo accounts stand in this database; a production start refuses them."""
    from yixiang.people.models import Person

    return Person.objects.filter(demo=True, is_active=True).exists()
