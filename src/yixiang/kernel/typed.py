"""Reading what people type: text in, value out, or a kind word on why it cannot be read."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.kernel import credit_code, money, reference

Reader = Callable[[str], Any]
_BLANKS = re.compile(r"[ \t\u3000]+")


class Unreadable(ValueError):
    """What was typed cannot be read; the message is for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read, and why the rest could not."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, message: str) -> None:
        self.problems.setdefault(name, []).append(message)


def text(typed: str) -> str:
    return _BLANKS.sub(" ", typed).strip()


def paragraph(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def flag(typed: str) -> bool:
    return typed.strip().lower() in {"on", "1", "true", "yes", "是"}


def code(typed: str) -> str:
    checked = credit_code.check(typed)
    if checked.valid or not checked.code:
        return checked.code
    raise Unreadable(checked.message)


def choice(options: Mapping[str, str]) -> Reader:
    def read(typed: str) -> str:
        wanted = typed.strip()
        by_label = {label: key for key, label in options.items()}
        if not wanted or wanted in options:
            return wanted
        if wanted in by_label:
            return by_label[wanted]
        raise Unreadable("请从列表中选择。")

    return read


def region(typed: str) -> str:
    """A division code, or its written name; a name several places share is refused with the candidates."""
    wanted = unicodedata.normalize("NFKC", typed).replace(" ", "")
    if not wanted:
        return ""
    if wanted.isdigit():
        if len(wanted) == 6 and reference.division(wanted):
            return wanted
        raise Unreadable("没有这个行政区划代码。请从列表中选择所在地区。")
    rows = [r for r in reference.divisions().values() if not r.placeholder]
    exact = [r for r in rows if wanted in {reference.region_name(r.code), r.name}]
    found = exact or [r for r in rows if reference.region_name(r.code).endswith(wanted)]
    if len(found) == 1:
        return found[0].code
    if not found:
        raise Unreadable("没有找到这个地区。请写省市区全名，例如：湖南省长沙市岳麓区。")
    raise Unreadable(f"有多个同名地区：{'、'.join(reference.region_name(r.code) for r in found[:4])}。请写全名。")


def day(typed: str) -> date | None:
    """2024-03-01, 2024/3/1, 2024.3.1 and 2024年3月1日 are all a date."""
    digits = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", half(typed).strip())
    if not typed.strip():
        return None
    try:
        if digits:
            return date(*(int(part) for part in digits.groups()))
    except ValueError:
        pass
    raise Unreadable("请按“2024-03-01”的格式填写日期。")


def whole(typed: str) -> int | None:
    plain = half(typed).replace(",", "").removesuffix("人").removesuffix("年").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit()) or len(plain) > 9:
        raise Unreadable("请填写整数，例如 120。")
    return int(plain)


def amount(typed: str) -> Decimal | None:
    """Yuan, or with 万 or 亿 as people write it: 3500万, 1.2亿."""
    plain = half(typed).replace(",", "").replace(" ", "").removesuffix("元")
    if not plain:
        return None
    times = {"万": 10_000, "亿": 100_000_000}.get(plain[-1], 1)
    try:
        value = money.number(plain if times == 1 else plain[:-1]) * times
        if value >= 0:
            return money.yuan(value)
    except money.NotMoney:
        pass
    raise Unreadable("请填写金额（元），最多两位小数，也可写成 3500万 或 1.2亿。")


def phone(typed: str) -> str:
    plain = re.sub(r"[\s\-()]", "", half(typed))
    plain = plain.removeprefix("+86").removeprefix("0086")
    if not plain or re.fullmatch(r"1[3-9]\d{9}", plain):
        return plain
    raise Unreadable("手机号码应为 11 位数字，以 1 开头。")


def email(typed: str) -> str:
    plain = half(typed).strip()
    if not plain or re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", plain):
        return plain
    raise Unreadable("邮箱格式不正确，例如 lab@example.edu.cn。")


def half(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed)
