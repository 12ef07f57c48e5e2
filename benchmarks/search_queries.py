"""What visitors ask, in a fixed mixture: broad words, names, models, abbreviations, slips, filters, orders."""

import random
from collections.abc import Callable

from benchmarks.instruments import corpus
from yixiang.catalogue.search.vocabulary import sound

Question = dict[str, str]
BROAD = ("电镜", "光谱", "分析", "检测", "显微", "色谱", "测试", "系统", "材料", "质谱", "试验", "样品", "测量", "仪器")
SHORT = ("SEM", "TEM", "XRD", "NMR", "ICP-MS", "GC-MS", "HPLC", "AFM", "FTIR", "XPS", "BET", "DSC", "TGA", "PCR", "CT")
NEEDS = (
    "测粒径",
    "断口形貌",
    "拉力试验",
    "元素分析",
    "比表面积",
    "分子量分布",
    "晶型分析",
    "重金属检测",
    "热分解",
    "看金相",
)
REGIONS = ("430000", "430100", "370200", "440300", "411000", "430104")
CATEGORIES = ("010000", "010100", "010102", "010500", "020101", "040000", "120000")
SORTS = ("used", "newest", "free", "price", "near")


def questions(count: int, *, seed: int = 7) -> list[tuple[str, Question]]:
    """(kind, query) in a fixed order; every kind appears in its share."""
    chance = random.Random(seed)
    kinds, shares = zip(*((kind, share) for kind, (share, _make) in MIXTURE.items()), strict=True)
    order = chance.choices(kinds, shares, k=count)
    return [(kind, MIXTURE[kind][1](chance)) for kind in order]


def _name(chance: random.Random) -> str:
    name: str = chance.choice(chance.choice(corpus())["names"])
    return name


def _part(chance: random.Random) -> str:
    """Two or three characters out of a name, as somebody types before giving up typing."""
    name = "".join(letter for letter in _name(chance) if "\u4e00" <= letter <= "\u9fff")
    low = chance.randrange(max(len(name) - 2, 1))
    return name[low : low + chance.choice((2, 2, 3))] or "电镜"


def _model(chance: random.Random) -> str:
    maker = chance.choice(chance.choice(corpus())["makers"])
    model: str = chance.choice(maker["models"])
    return chance.choice((model, model.replace("-", ""), model.replace(" ", ""), model.lower()))


def _slip(chance: random.Random) -> str:
    name = chance.choice(("扫描电镜", "透射电镜", "液相色谱", "红外光谱", "核磁共振", "万能试验机", "激光粒度仪"))
    place = chance.randrange(len(name))
    return name[:place] + chance.choice("瞄设普普贡实立") + name[place + 1 :]


def _pinyin(chance: random.Random) -> str:
    return sound(chance.choice(("透射电镜", "扫描电镜", "液相色谱", "核磁共振", "离心机", "流式细胞仪")))[
        chance.randrange(2)
    ]


MIXTURE: dict[str, tuple[int, Callable[[random.Random], Question]]] = {
    "broad word": (12, lambda c: {"q": c.choice(BROAD)}),
    "part of a name": (15, lambda c: {"q": _part(c)}),
    "name": (15, lambda c: {"q": _name(c)}),
    "abbreviation": (10, lambda c: {"q": c.choice(SHORT)}),
    "model": (10, lambda c: {"q": _model(c)}),
    "need": (6, lambda c: {"q": c.choice(NEEDS)}),
    "pinyin": (4, lambda c: {"q": _pinyin(c)}),
    "slip": (4, lambda c: {"q": _slip(c)}),
    "place and word": (
        6,
        lambda c: {"q": f"{c.choice(('长沙', '青岛', '深圳', '许昌', '湖南'))} {c.choice(BROAD + SHORT)}"},
    ),
    "word in a region": (6, lambda c: {"q": _part(c), "region": c.choice(REGIONS)}),
    "class and filters": (4, lambda c: {"category": c.choice(CATEGORIES), "price_max": "300", "mode": "time"}),
    "broad word, sorted": (5, lambda c: {"q": c.choice(BROAD + SHORT), "sort": c.choice(SORTS), "near": "430100"}),
    "free soon": (3, lambda c: {"q": c.choice(BROAD + SHORT), "free": c.choice(("3", "7", "30"))}),
    "nothing typed": (3, lambda c: {"sort": c.choice(("relevance", *SORTS)), "near": "430100"}),
}
