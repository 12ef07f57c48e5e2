"""How words typed about an instrument are read: 万元, classes, lists, hours. Adds to the kernel's readers."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from yixiang.kernel import money, reference
from yixiang.kernel.typed import Unreadable, half, text

SEPARATORS = re.compile(r"[,，、;；/|\n]+")
MOST = 4  # the national standard takes at most four disciplines and four sources of money
WORTH_LIMIT = Decimal("5000000000")  # yuan; more than any single instrument or facility in the country


def wan(typed: str) -> Decimal | None:
    """原值 as custom writes it, in 万元; `元` or `万元` behind the number says otherwise or the same. Gives yuan."""
    plain = half(typed).replace(",", "").replace(" ", "")
    if not plain:
        return None
    in_yuan = plain.endswith("元") and not plain.endswith("万元")
    number = plain.removesuffix("万元").removesuffix("元").removesuffix("万")
    try:
        value = money.yuan(money.number(number)) if in_yuan else money.from_wan(number)
    except money.NotMoney:
        raise Unreadable("请填写数字，单位为万元，例如 128.50。") from None
    if value <= 0:
        raise Unreadable("原值必须大于 0。")
    if value > WORTH_LIMIT:
        raise Unreadable("原值超过 50 亿元，请核对单位：这里以万元计。")
    return value


def price(typed: str) -> Decimal | None:
    plain = half(typed).replace(",", "").replace(" ", "").removesuffix("元")
    if not plain:
        return None
    try:
        value = money.yuan(money.number(plain))
    except money.NotMoney:
        raise Unreadable("请填写金额（元），最多两位小数。") from None
    if not 0 <= value <= 10_000_000:
        raise Unreadable("单价应在 0 至 1000 万元之间。")
    return value


def hours(typed: str) -> Decimal | None:
    plain = half(typed).replace(",", "").replace(" ", "").removesuffix("小时").removesuffix("h")
    if not plain:
        return None
    try:
        value = money.number(plain)
    except money.NotMoney:
        raise Unreadable("请填写小时数，例如 1200。") from None
    if not 0 <= value <= 8784:
        raise Unreadable("一年最多 8784 小时，请核对。")
    return value.quantize(Decimal("0.1"))


def square_metres(typed: str) -> Decimal | None:
    plain = half(typed).replace(",", "").replace(" ", "").removesuffix("㎡").removesuffix("m2").removesuffix("平方米")
    if not plain:
        return None
    try:
        value = money.number(plain)
    except money.NotMoney:
        raise Unreadable("请填写面积（平方米），例如 320。") from None
    if not 0 <= value <= 10_000_000:
        raise Unreadable("面积过大，请核对单位：这里以平方米计。")
    return value.quantize(Decimal("0.1"))


def minutes(low: int, high: int) -> Callable[[str], int | None]:
    def read(typed: str) -> int | None:
        plain = half(typed).replace(" ", "").removesuffix("分钟")
        if not plain:
            return None
        if not (plain.isascii() and plain.isdigit()) or not low <= int(plain[:9]) <= high:
            raise Unreadable(f"请填写 {low} 至 {high} 之间的整数。")
        return int(plain)

    return read


def category(typed: str) -> str:
    """A leaf of GB/T 32847 by its code or its full name."""
    wanted = half(typed).strip()
    if not wanted:
        return ""
    wanted = (
        "990000" if wanted == "999999" else wanted
    )  # the national platform takes the one, older lists have the other
    digits = re.match(r"\d{6}", wanted)
    row = reference.instrument_class(digits[0]) if digits else _class_named(wanted)
    if row is None:
        raise Unreadable("没有这个分类。请从 GB/T 32847 分类表中选择，或填写 6 位分类编码。")
    if not row.leaf:
        below = "、".join(f"{one.code} {one.name}" for one in reference.class_children(row.code)[:4])
        raise Unreadable(f"“{row.name}”下面还有细分，请选到最末一级，例如：{below}。")
    return row.code


def _class_named(name: str) -> reference.InstrumentClass | None:
    found = [row for row in reference.instrument_classes().values() if row.name == name and row.name != "其他"]
    return found[0] if len(found) == 1 else None


def any_class(typed: str) -> str:
    """A branch or a leaf."""
    wanted = half(typed).strip()
    digits = re.match(r"\d{6}", wanted)
    row = reference.instrument_class(digits[0]) if digits else _class_named(wanted)
    if wanted and row is None:
        raise Unreadable("没有这个分类，请从列表中选择。")
    return row.code if row else ""


def several(options: Callable[[], Mapping[str, str]], what: str) -> Callable[[str], list[str]]:
    """Codes or names, separated by commas, at most four, without repetition."""

    def read(typed: str) -> list[str]:
        by_name = {name: code for code, name in options().items()}
        found: list[str] = []
        for word in filter(None, (text(part) for part in SEPARATORS.split(typed))):
            code = word if word in options() else by_name.get(word)
            if code is None:
                raise Unreadable(f"没有“{word[:20]}”这个{what}，请从列表中选择。")
            if code not in found:
                found.append(code)
        if len(found) > MOST:
            raise Unreadable(f"{what}最多选 {MOST} 个。")
        return found

    return read


def discipline_options() -> Mapping[str, str]:
    return {row.code: row.name for row in reference.disciplines().values()}


def country(typed: str) -> str:
    """The short Chinese name, by which name or code it may be written; an unknown one is kept as it stands."""
    plain = text(half(typed))
    return reference.country_names().get(plain.upper(), plain)


def web_address(typed: str) -> str:
    plain = typed.strip()
    if not plain or plain == "无":
        return ""
    if not re.fullmatch(r"https?://[^\s<>\"']{3,}", plain):
        raise Unreadable("网址应以 http:// 或 https:// 开头。")
    return plain


def postcode(typed: str) -> str:
    plain = half(typed).strip()
    if plain and not re.fullmatch(r"\d{6}", plain):
        raise Unreadable("邮政编码为 6 位数字。")
    return plain


def telephone(typed: str) -> str:
    """A mobile number or a landline with its area code and extension."""
    plain = re.sub(r"[\s()（）]", "", half(typed)).replace("—", "-")
    if plain and not re.fullmatch(
        r"(\+?86-?)?(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4}|\d{7,8})", plain
    ):
        raise Unreadable("电话格式不正确，例如 13800000000 或 0731-88880000。")
    return plain


def exact(pattern: str, message: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        plain = half(typed).replace(" ", "").upper()
        if plain and not re.fullmatch(pattern, plain):
            raise Unreadable(message)
        return plain

    return read


def listed(codes: Mapping[str, str], *, also: Mapping[str, str] | None = None) -> Callable[[str], Any]:
    """One of a closed list by our code, its name, or another name it goes by."""
    by_name = {name: code for code, name in codes.items()} | dict(also or {})

    def read(typed: str) -> str:
        wanted = text(half(typed))
        if not wanted or wanted in codes:
            return wanted
        if wanted in by_name:
            return by_name[wanted]
        raise Unreadable(f"请填写：{'、'.join(codes.values())}。")

    return read
