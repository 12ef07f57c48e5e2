"""The fictional units of the demo: every name ends in （演示）, every credit code has a true check digit."""

from dataclasses import dataclass, field

from yixiang.demo.cast import PLACES, Place

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Plot:
    """A unit and how far it got: `days` ago its registration began, `until` where the story stands today."""

    key: str
    name: str
    kind: str
    affiliation: str
    until: str = "joined"  # draft, submitted, passed_on, returned, joined
    days: int = 120
    provides: bool = False
    uses: bool = True
    facts: dict[str, str] = field(default_factory=dict)


SMALL = {"headcount": "86", "last_year_revenue": "3200万", "technology_sme": "on", "technology_sme_year": "2025"}
HIGH = {"headcount": "312", "last_year_revenue": "1.6亿", "high_tech": "on", "high_tech_until": "2028-11-30"}
LARGE = {"headcount": "2150", "last_year_revenue": "18.4亿", "high_tech": "on", "high_tech_until": "2027-10-31"}
YOUNG = {"headcount": "9", "last_year_revenue": "46万", "student_startup": "on"}

_KEYS = (
    "univ", "institute", "testing", "medical", "firm", "high", "large", "young", "team",
    "waiting", "waiting2", "waiting3", "waiting4", "second", "back", "draft",
)  # fmt: skip
_NAMES = {
    "hn": (
        "湘江科技大学", "湘北新材料研究所", "麓谷检测技术中心", "潇湘转化医学中心",
        "星沙精密制造有限公司", "洞庭新能源股份有限公司", "衡岳重型装备集团有限公司", "橘洲微流控科技有限公司",
        "麓山微纳传感学生团队", "浏阳河生物技术有限公司", "捞刀河精密模具有限公司", "岳麓山光子芯片有限公司",
        "浯溪食品检测有限公司", "南岭稀土研究院", "沅水环境监测有限公司", "雪峰山智能装备有限公司",
    ),
    "sd": (
        "齐鲁海洋大学", "泰山先进陶瓷研究所", "泉城计量检测中心", "趵突临床医学研究中心",
        "历下光电科技有限公司", "崂山海洋装备股份有限公司", "沂蒙重工集团有限公司", "明湖智能科技有限公司",
        "千佛山催化材料学生团队", "章丘新型建材有限公司", "大明湖医疗器械有限公司", "黑虎泉水务科技有限公司",
        "小清河生态环境有限公司", "胶东深海工程研究院", "微山湖食品科技有限公司", "鲁北盐化工有限公司",
    ),
    "gd": (
        "珠江理工大学", "岭南半导体研究所", "羊城分析测试中心", "越秀精准医学中心",
        "黄埔显示材料有限公司", "南沙智能网联股份有限公司", "粤海家电集团有限公司", "小蛮腰传感科技有限公司",
        "五山柔性电子学生团队", "增城食品检测有限公司", "白云山制药装备有限公司", "琶洲算力科技有限公司",
        "流花湖材料有限公司", "鹏城量子器件研究院", "西江环保科技有限公司", "榕江纺织科技有限公司",
    ),
    "xc": (
        "莲城工程学院", "中原超硬材料研究所", "魏都产品质量检验中心", "鹿鸣湖医学检验中心",
        "建安电力装备有限公司", "许继湾智能电网股份有限公司", "禹州钧瓷新材料集团有限公司", "春秋楼增材制造有限公司",
        "莲城机器人学生团队", "鄢陵花木生物科技有限公司", "灞陵桥电子有限公司", "小南海环保有限公司",
        "曹魏古城文化科技有限公司", "长葛再生金属研究院", "襄城硅碳材料有限公司", "颍河发制品科技有限公司",
    ),
}  # fmt: skip


def plots(place: Place) -> list[Plot]:
    """Every kind of unit and every stage of joining, in each jurisdiction."""
    named = {key: f"{name}（演示）" for key, name in zip(_KEYS, _NAMES[place.prefix], strict=True)}
    near_due, overdue = (330, 320) if place.prefix == "hn" else (352, 381)
    return [
        Plot("univ", named["univ"], "university", "provincial", days=325, provides=True),
        Plot("institute", named["institute"], "institute", "provincial", days=near_due, provides=True),
        Plot("testing", named["testing"], "testing", "municipal", days=322, provides=True),
        Plot("medical", named["medical"], "medical", "municipal", days=318, provides=True),
        Plot("firm", named["firm"], "enterprise", "municipal", days=324, facts=SMALL | {"wants_voucher": "on"}),
        Plot("high", named["high"], "enterprise", "municipal", days=300, facts=HIGH, provides=True),
        Plot("large", named["large"], "enterprise", "municipal", days=overdue, facts=LARGE, provides=True),
        Plot("young", named["young"], "enterprise", "municipal", days=280, facts=YOUNG),
        Plot("team", named["team"], "team", "municipal", days=290),
        Plot("waiting", named["waiting"], "enterprise", "municipal", "submitted", 3, facts=SMALL),
        Plot("waiting2", named["waiting2"], "enterprise", "municipal", "submitted", 6, facts=HIGH, provides=True),
        Plot("waiting3", named["waiting3"], "enterprise", "municipal", "submitted", 2, facts=YOUNG),
        Plot("waiting4", named["waiting4"], "enterprise", "municipal", "submitted", 9, facts=SMALL),
        Plot("second", named["second"], "new_rd_institution", "municipal", "passed_on", 9, provides=True),
        Plot("back", named["back"], "enterprise", "municipal", "returned", 12, facts=HIGH),
        Plot("draft", named["draft"], "enterprise", "municipal", "draft", 1, facts=SMALL),
    ]


def credit_code(place: Place, number: int, kind: str) -> str:
    """A code with a true check digit, in a series no registry gives out (organisation codes beginning with DEM)."""
    category = {"university": "12", "institute": "12", "testing": "12", "medical": "12"}.get(kind, "91")
    body = f"{category}{place.capital}DEM{PLACES.index(place)}{number:05d}"
    total = sum(ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]
