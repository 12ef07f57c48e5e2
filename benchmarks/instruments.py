"""A generated catalogue of any size: units over four provinces, instruments named and described as in corpus.toml.

Rows go in by COPY with the history triggers off, as a restore would; the search rows are built by the product itself.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from django.db import connection

from yixiang.catalogue.models import Instrument
from yixiang.kernel import reference
from yixiang.units.models import Unit

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
NAMED = ("湘江科技大学", "岳麓山实验室分析测试中心", "齐鲁海洋研究院", "珠江医科大学")
PROVINCES = ("43", "37", "44", "41")
KINDS = (
    "大学",
    "理工大学",
    "师范大学",
    "医学院",
    "农业科学院",
    "测试中心",
    "材料研究院",
    "生物科技有限公司",
    "环境检测有限公司",
    "精密仪器有限公司",
)
WORDS = ("湘江", "岳麓", "东方", "华中", "南方", "新元", "海岱", "珠江")
DEPARTMENTS = ("分析测试中心", "材料科学与工程学院", "化学化工学院", "生命科学学院", "机械工程学院", "环境研究所")
DISCIPLINES = ("140", "150", "180", "430", "460", "610", "530", "350")
HUNAN_FIRST = (0.5, 0.2, 0.2, 0.1)
INSTRUMENTS_OF_A_UNIT = 300
CORPUS = Path(__file__).parents[1] / "src/yixiang/demo/corpus.toml"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
Row = dict[str, Any]


@cache
def corpus() -> list[Row]:
    kinds: list[Row] = tomllib.loads(CORPUS.read_text("utf-8"))["kind"]
    return kinds


def load(count: int, *, seed: int = 1) -> None:
    """Units and instruments; nothing is searchable before `rebuild()`."""
    chance = random.Random(seed)
    units = _load_units(max(count // INSTRUMENTS_OF_A_UNIT, 12), chance)
    copy_rows(
        Instrument,
        (
            instrument(number, units, plate or _plate(chance), chance)
            for number, plate in zip(_numbers(count), chain(plates(), repeat(None)), strict=False)
        ),
    )


def plates() -> list[tuple[Row, Row, str]]:
    """Every model of the corpus once, so that a small catalogue holds all there is."""
    return [(kind, maker, model) for kind in corpus() for maker in kind["makers"] for model in maker["models"]]


def _numbers(count: int) -> Iterator[int]:
    first = Instrument.objects.count() + 1
    return iter(range(first, first + count))


def _load_units(count: int, chance: random.Random) -> list[tuple[int, str]]:
    counties = {
        p: [
            d.code
            for d in reference.divisions().values()
            if d.code[:2] == p and d.level != "province" and not d.placeholder
        ]
        for p in PROVINCES
    }
    already = Unit.objects.filter(account_name__startswith="bench").count()
    copy_rows(Unit, (_unit(number, chance.choice(counties[chance.choices(PROVINCES, HUNAN_FIRST)[0]]), chance)
                     for number in range(already, count)))  # fmt: skip
    rows = Unit.objects.filter(account_name__startswith="bench").order_by("pk").values_list("pk", "region")
    return list(rows)


def _unit(number: int, region: str, chance: random.Random) -> Row:
    named = reference.division(region)
    place = (named.name if named else "")[:8].removesuffix("市")
    word = "" if number < 40 else chance.choice(WORDS)
    name = f"{place}{word}{KINDS[number % len(KINDS)]}{'' if number < 300 else number}"
    return {
        "name": NAMED[number] if number < len(NAMED) else name, "account_name": f"bench{number}", "kind": "university",
        "region": region, "provides": True, "state": "joined", "credit_code": f"9{number:017d}",
        "joined_at": NOW, "confirmed_at": NOW, "created_at": NOW,
    }  # fmt: skip


def _plate(chance: random.Random) -> tuple[Row, Row, str]:
    kind = corpus()[int(len(corpus()) * chance.random() ** 1.6)]
    maker = chance.choice(kind["makers"])
    return kind, maker, chance.choice(maker["models"])


def instrument(
    number: int, units: Sequence[tuple[int, str]], plate: tuple[Row, Row, str], chance: random.Random
) -> Row:
    kind, maker, model = plate
    which = chance.randrange(len(kind["names"]))
    unit, region = units[int(len(units) * chance.random() ** 1.5)]
    return {
        "code": _code(number), "unit_id": unit, "region": region, "inner_number": f"YQ{number:08d}",
        "name": _name(kind["names"][which], chance),
        "english_name": kind["english"][which % len(kind["english"])][:100],
        "model": model, "manufacturer": maker["name"], "category": kind["code"], "kind": "instrument",
        "department": chance.choice(DEPARTMENTS), "disciplines": chance.sample(DISCIPLINES, 2),
        "technical": "；".join(_some(kind["technical"], chance)), "function": "".join(_some(kind["functions"], chance)),
        "service_content": "、".join(kind["services"])[:200], "origin": "bought", "use": "general",
        **_standing(chance), **_terms(kind, chance),
    }  # fmt: skip


def _some(lines: Sequence[str], chance: random.Random) -> list[str]:
    return chance.sample(lines, min(2, len(lines)))


def _standing(chance: random.Random) -> Row:
    return {
        "state": "listed" if chance.random() < 0.94 else "stopped", "listed_at": NOW, "created_at": NOW,
        "confirmed_at": NOW - timedelta(days=int(900 * chance.random() ** 2)),
        "changed_at": NOW - timedelta(days=int(700 * chance.random())),
        "service_count": min(int(chance.paretovariate(0.9)) - 1, 5000), "health": chance.randint(30, 100),
    }  # fmt: skip


def _terms(kind: Row, chance: random.Random) -> Row:
    price = None if chance.random() < 0.08 else Decimal(round(chance.uniform(*kind["per_hour"]), -1))
    soon = datetime(2026, 11, 19, 1, tzinfo=UTC) + timedelta(hours=int(chance.expovariate(1 / 90)))
    return {
        "worth": Decimal(round(chance.uniform(*kind["worth"]), 2)) * 10_000,
        "bought_on": date(2026, 10, 1) - timedelta(days=int(5500 * chance.random())),
        "funds": [chance.choice(("central", "local", "own"))],
        "booking_mode": chance.choice(("time", "samples", "both")),
        "price_from": price, "price_basis": "hour" if price is not None else "",
        "first_free": None if chance.random() < 0.2 else soon,
    }  # fmt: skip


def _name(name: str, chance: random.Random) -> str:
    """Some carry a number or the place they stand, as in real lists."""
    step = chance.random()
    if step < 0.08:
        return f"{name}（{chance.choice(('一', '二', '三', '1#', '2#'))}）"
    return f"{chance.choice(('新型', '国产', '进口', '便携式', '高性能'))}{name}" if step > 0.95 else name


def _code(number: int) -> str:
    text, rest = "", number * 2_654_435_761 % (len(ALPHABET) ** 6)
    for _step in range(6):
        rest, digit = divmod(rest, len(ALPHABET))
        text += ALPHABET[digit]
    return f"bx{text}"


def copy_rows(model: Any, made: Iterator[Row], *, keyed: bool = False) -> None:
    """All columns, those not given by the model's own defaults; `keyed` rows bring their keys."""
    fields = [field for field in model._meta.concrete_fields if keyed or not field.primary_key]
    columns = [field.column for field in fields]
    defaults = {field.column: _default(field) for field in fields}
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in made:
                whole = defaults | row
                copy.write_row([whole[column] for column in columns])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # inside a transaction the keys have not been checked yet
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _default(field: Any) -> Any:
    if field.get_internal_type() == "JSONField":
        return "{}"
    if field.name in {"code"} or field.null:
        return None
    value = field.get_default()
    return value if value is not None else ""
