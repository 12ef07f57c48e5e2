"""One cell becomes a value: what Excel did to it is undone first, then the field's own reader has its say.

Most values of a column repeat, so each column remembers what it has read; that is where the speed comes from.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import Spec, read_one
from yixiang.kernel import money
from yixiang.kernel.typed import Unreadable, day, flag, half, paragraph, text

Raw = str | float | int | bool | date | datetime | time | timedelta
CLEAR = "清空"  # typed into a cell: what stands there now goes
REMEMBERED = 20_000
EXACT_LIMIT = 10**15  # Excel keeps fifteen digits
EPOCH = date(1899, 12, 30)
SERIALS = (18264, 73415)  # 1950 to 2100, as Excel counts days
YES, NO = {"是", "有", "y", "yes", "true", "1", "√", "on"}, {"否", "无", "n", "no", "false", "0", "×", "x"}
EMPTY_MARKS = {"/", "-", "—", "——", "--", "\\", "n/a", "null", "none", "#"}
EMPTY_LONGEST = max(map(len, EMPTY_MARKS))
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]|_x000D_")
_WIDE = str.maketrans(
    {**{chr(0xFF01 + n): chr(0x21 + n) for n in range(94) if chr(0x21 + n).isalnum()},
     "－": "-", "．": ".", "／": "/", "＿": "_", "＋": "+", "\u3000": " ", "\xa0": " "}
)  # fmt: skip
_SCIENCE = re.compile(r"\d(\.\d+)?[eE]\+?\d{2}")
_NUMBERS = {readers.wan, readers.hours, readers.square_metres, readers.price}
_CURRENCY = re.compile(r"^(人民币|RMB|CNY|[¥￥])\s*|(人民币|RMB|CNY)$", re.I)
_BLANKS = re.compile(r"[,\s]")
_DISTRICT = re.compile(r"^\d{6}(?=\D)")
_CODED = re.compile(r"^([0-9A-Za-z]{1,6})[ \t　]+\S")


@dataclass(frozen=True, slots=True)
class Cell:
    """`given` is false for an empty cell, which leaves what stands there."""

    value: Any = None
    given: bool = True
    problem: str = ""
    warning: str = ""


NOTHING = Cell(given=False)
Reader = Callable[[Raw], Cell]


def reader_of(spec: Spec, *, in_yuan: bool = False) -> Reader:
    """Reads cells of one column; the same cell is read once."""
    remembered: dict[Any, Cell] = {}

    def once(raw: Raw) -> Cell:
        key = raw if type(raw) is str else (type(raw), raw)
        found = remembered.get(key)
        if found is None:
            if len(remembered) >= REMEMBERED:
                remembered.clear()
            found = remembered[key] = _read(raw, spec, in_yuan)
        return found

    return once


def _read(raw: Raw, spec: Spec, in_yuan: bool) -> Cell:
    try:
        typed = written(raw, spec)
        if not typed:
            return NOTHING
        if typed == CLEAR:
            return Cell(_cleared(spec))
        typed, warning = _adapted(typed, raw, spec, in_yuan)
        return Cell(read_one(typed, spec), warning=warning)
    except Unreadable as unreadable:
        return Cell(problem=str(unreadable))


def _cleared(spec: Spec) -> Any:
    return [] if spec.many else None if spec.read in {*_NUMBERS, day} else False if spec.read is flag else ""


def written(raw: Raw, spec: Spec) -> str:
    """The cell as a person would have typed it."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float | int):
        return _digits(raw, spec)
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    if not isinstance(raw, str):
        return str(raw)
    seen = raw.isprintable() and "_x000D_" not in raw
    plain = (raw if seen else _INVISIBLE.sub("", raw)).strip(" \t\r\n\u3000\xa0'")
    if len(plain) <= EMPTY_LONGEST and (
        plain.lower() in EMPTY_MARKS or (plain in {"无", "暂无"} and spec.read not in {text, paragraph})
    ):
        return ""
    return plain if spec.read is paragraph or plain.isascii() else plain.translate(_WIDE)


def _digits(number: float, spec: Spec) -> str:
    if abs(number) >= EXACT_LIMIT and spec.read not in _NUMBERS:
        raise Unreadable("数字太长，Excel 只保留前 15 位，后面的已经丢失。请把这一列设为“文本”格式后重新填写。")
    if number == int(number):
        return str(int(number))
    return f"{round(number, 6):f}".rstrip("0").rstrip(".")


# --- what each kind of fact needs


def _adapted(typed: str, raw: Raw, spec: Spec, in_yuan: bool) -> tuple[str, str]:
    """The words the field's reader understands, and what the person should look at again."""
    if spec.read not in _NUMBERS and _SCIENCE.fullmatch(typed):
        raise Unreadable(f"“{typed}”是科学计数，末尾的数字已经丢失。请把这一列设为“文本”格式后重新填写。")
    if spec.read is day:
        return _date(typed)
    if spec.read is readers.wan:
        return _worth(typed, in_yuan), ""
    if spec.read is flag:
        return _flag(typed), ""
    if spec.read is readers.category:
        return _category(typed), ""
    if spec.name == "postcode" or spec.name == "declaration_item":
        return (typed.zfill(spec.limit) if typed.isdigit() else typed), ""
    if spec.name == "region":
        return (_DISTRICT.match(typed) or [typed])[0], ""
    if spec.many:
        return _several(typed, spec), ""
    if spec.choices:
        return _choice(typed, spec.choices), ""
    return typed, ""


def _date(typed: str) -> tuple[str, str]:
    """Excel's day number, 20240301, a time behind the day: all are days. A month alone is not."""
    plain = half(typed)
    plain = re.sub(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", plain).strip()
    if re.fullmatch(r"(19|20)\d{6}", plain):
        return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}", ""
    if re.fullmatch(r"\d{5}", plain) and SERIALS[0] <= int(plain) <= SERIALS[1]:
        found = (EPOCH + timedelta(days=int(plain))).isoformat()
        return found, f"“{plain}”是 Excel 的日期序号，读作 {found}，请核对。"
    if re.fullmatch(r"\d{4}\s*([-/.年]\s*\d{1,2}\s*月?)?年?", plain):
        raise Unreadable(f"“{plain}”缺少日，请写成“2024-03-01”。")
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", plain):
        raise Unreadable(f"“{plain}”看不出哪个是年、哪个是月，请写成“2024-03-01”。")
    return plain, ""


def _worth(typed: str, in_yuan: bool) -> str:
    """In a column of 元 a bare number is yuan; everywhere else it is 万元."""
    plain = _BLANKS.sub("", _CURRENCY.sub("", half(typed)))
    try:
        number = money.number(plain)
    except money.NotMoney:
        return plain
    if in_yuan:
        return f"{money.rounded(number)}元"
    return f"{money.rounded(number * 10_000) / Decimal(10_000):f}" if abs(number) < 10**11 else plain


def _flag(typed: str) -> str:
    plain = half(typed).lower()
    if plain in YES:
        return "是"
    if plain in NO:
        return "否"
    raise Unreadable("请填写“是”或“否”。")


def _category(typed: str) -> str:
    """010102 kept as a number has lost its zero."""
    plain = half(typed)
    return plain.zfill(6) if plain.isdigit() and len(plain) == 5 else plain


def _several(typed: str, spec: Spec) -> str:
    """Names as they are, also those with a 、 inside; `140 物理学` is 140."""
    options = spec.choices or readers.discipline_options()
    codes = {name: code for code, name in options.items()}
    parts = [_uncoded(part) for part in re.split(r"[,，;；|/\n]+", typed)]
    return "，".join(codes.get(part.strip(), part) for part in parts)


def _uncoded(part: str) -> str:
    """`140 物理学` → `140`."""
    found = _CODED.match(part.strip())
    return found[1] if found else part


def _choice(typed: str, choices: Mapping[str, str]) -> str:
    """`1 正常`, `附属于科学仪器中心` and `科学仪器中心` all name an entry of the list."""
    plain = _uncoded(half(typed))
    if plain in choices:
        return plain
    names = {name.removeprefix("附属于"): code for code, name in choices.items()}
    return names.get(plain.removeprefix("附属于"), typed)
