"""The material of believable instruments: what they are called, who makes them, what they cost."""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).with_name("corpus.toml")
CITIZENS = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("文静", "建国", "思远", "雨桐", "志强", "晓梅", "俊杰", "佳怡", "海波", "明哲", "若楠", "国栋", "雪莹", "振宇")
FOREIGN = {
    "日本": ("JEOL", "Hitachi", "Shimadzu", "Rigaku", "Nikon", "Olympus", "Horiba"),
    "德国": ("Bruker", "Zeiss", "Leica", "Netzsch", "Zwick", "Analytik Jena", "Eppendorf"),
    "英国": ("Oxford", "Malvern", "Renishaw", "Edinburgh"),
    "美国": (
        "Thermo",
        "Agilent",
        "Waters",
        "PerkinElmer",
        "TA Instruments",
        "MTS",
        "Instron",
        "Illumina",
        "BD",
        "Keysight",
    ),
}


@dataclass(frozen=True, slots=True)
class Kind:
    code: str
    names: Sequence[str]
    english: Sequence[str]
    makers: Sequence[Mapping[str, Any]]
    functions: Sequence[str]
    technical: Sequence[str]
    services: Sequence[str]
    worth: Sequence[int]
    per_hour: Sequence[int]


@cache
def kinds() -> tuple[Kind, ...]:
    rows = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["kind"]
    return tuple(Kind(**row) for row in rows)


MIXED = frozenset({"020101", "010499", "010999", "120302", "030199"})  # kinds whose names and models do not all pair up


def of_groups(*groups: str) -> list[Kind]:
    """The kinds whose class begins with one of these digits, in the order of the file."""
    return [kind for kind in kinds() if kind.code.startswith(groups) and kind.code not in MIXED]


def picked(dice: random.Random, groups: Sequence[str], count: int, first: Sequence[str] = ()) -> Iterator[Kind]:
    """As many kinds as wanted: the ones nobody goes without first, then each class once before any comes again."""
    known = {kind.code: kind for kind in reversed(of_groups(""))}  # the plainest of a class stands first
    pool = [kind for kind in of_groups(*groups) if kind.code not in first]
    dice.shuffle(pool)
    wanted = [known[code] for code in first if code in known] + pool
    for turn in range(count):
        yield wanted[turn % len(wanted)]


def country_of(maker: str) -> str:
    """Where a maker comes from, by its name on the plate."""
    for country, makers in FOREIGN.items():
        if any(name in maker for name in makers):
            return country
    return "中国"


def facts(dice: random.Random, kind: Kind, today: date) -> dict[str, Any]:
    """The columns of one instrument of this kind."""
    turn = dice.randrange(len(kind.names))
    maker = dice.choice(kind.makers)
    low, high = kind.worth
    worth = Decimal(round(dice.triangular(low, high, low + (high - low) / 3), 1)) * 10_000
    accepted = today - timedelta(days=dice.randrange(400, 4200))
    run = dice.randrange(500, 2200)
    return {
        "name": kind.names[turn],
        "english_name": kind.english[min(turn, len(kind.english) - 1)][:100],
        "model": dice.choice(maker["models"]),
        "manufacturer": maker["name"][:50],
        "country": country_of(maker["name"]),
        "category": kind.code,
        "origin": "bought",
        "use": "general" if dice.random() < 0.7 else "special",
        "worth": worth.quantize(Decimal("0.01")),
        "accepted_on": accepted,
        "bought_on": accepted - timedelta(days=dice.randrange(40, 160)),
        "booked_on": accepted + timedelta(days=dice.randrange(3, 30)),
        "function": "".join(dice.sample(list(kind.functions), min(2, len(kind.functions))))[:300],
        "technical": "；".join(kind.technical)[:500],
        "service_content": "、".join(kind.services)[:200],
        "requirement": "请提前说明样品成分与危险性；首次上机须完成培训。样品测试后保留 30 天，逾期按规定处理。",
        "achievement": "支撑国家自然科学基金和企业研发项目多项，相关论文均标注本仪器。" if dice.random() < 0.5 else "",
        "run_hours": Decimal(run),
        "service_hours": Decimal(round(run * dice.uniform(0.08, 0.4))),
    }


def tens(amount: Decimal) -> Decimal:
    """Prices are round numbers."""
    return (amount / 10).quantize(Decimal(1)) * 10


def price_lines(dice: random.Random, kind: Kind) -> list[dict[str, Any]]:
    """Material, running cost and labour by the hour, and a price per sample where samples are taken."""
    low, high = kind.per_hour
    hour = Decimal(round(dice.uniform(low, high) / 10) * 10 or 10)
    material = tens(hour * Decimal("0.2"))
    running = tens(hour * Decimal("0.3"))
    labour = hour - material - running
    sample = max(Decimal(20), tens(hour * Decimal("0.6")))
    return [
        {"component": "material", "basis": "hour", "price": material, "name": "机时"},
        {"component": "running", "basis": "hour", "price": running, "name": "机时"},
        {"component": "labour", "basis": "hour", "price": labour, "name": "机时"},
        {"component": "labour", "basis": "sample", "price": sample, "name": "送样检测"},
    ]


def person_name(dice: random.Random) -> str:
    return dice.choice(CITIZENS) + dice.choice(GIVEN)
