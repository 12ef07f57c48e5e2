"""Values, facts and tests in plain Chinese, for pages that show the law and for the lines beside ✓ and ✗."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from yixiang.kernel.reference import region_name
from yixiang.policy.fields import (
    Choice,
    Flag,
    Kind,
    Label,
    Many,
    Maybe,
    Money,
    Place,
    Record,
    Share,
    labels_of,
)

UNKNOWN = "（未填写）"
TESTS = {
    "at_least": "不低于 {}",
    "above": "高于 {}",
    "at_most": "不高于 {}",
    "below": "低于 {}",
    "equals": "为{}",
    "one_of": "为{}之一",
    "is_true": "{}",
    "in_region": "在{}",
    "not_at_least": "低于 {}",
    "not_above": "不高于 {}",
    "not_at_most": "高于 {}",
    "not_below": "不低于 {}",
    "not_equals": "不为{}",
    "not_one_of": "不为{}之一",
    "not_is_true": "否",
    "not_in_region": "不在{}",
}


def say(value: Any, kind: Kind, label: Label) -> str:
    """One value as a person would write it: 200,000,000.00 元, 50%, 499 人, 企业, 湖南省长沙市."""
    if isinstance(kind, Maybe):
        kind = kind.item
    if value is None:
        return UNKNOWN
    if isinstance(kind, Many):
        return "、".join(say(part, kind.item, label) for part in value) or "（无）"
    if isinstance(kind, Record):
        return _record(value, kind)
    return _single(value, kind, label)


def say_test(test: str, threshold: Any, kind: Kind, label: Label) -> str:
    """What a test asks for: 低于 500 人."""
    asked = Many(kind) if test.endswith("one_of") else kind
    return TESTS[test].format(say(threshold, asked, label))


def say_all(value: Any, kind: Kind, label: Label) -> tuple[str, ...]:
    """As lines: each entry of a list on its own."""
    if isinstance(kind, Many) and value:
        return tuple(say(part, kind.item, label) for part in value)
    return (say(value, kind, label),)


def _single(value: Any, kind: Kind, label: Label) -> str:
    if isinstance(kind, Money):
        return f"{value:,.2f} 元"
    if isinstance(kind, Share):
        return f"{(value * 100).normalize() + Decimal(0):f}%"
    if isinstance(kind, Flag):
        return "是" if value else "否"
    if isinstance(kind, Place):
        return region_name(value) or str(value)
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    if isinstance(kind, Choice):
        return dict(label.options).get(value, str(value))
    return f"{value:,} {label.unit}".strip() if isinstance(value, int) else str(value)


def _record(value: Any, kind: Record) -> str:
    """The labelled parts of a row; a part without a Chinese label is for programs, not for people."""
    labels = labels_of(kind.of)
    parts = []
    for field in fields(kind.of):
        label, part = labels[field.name], getattr(value, field.name)
        if label.text == field.name or part in ("", None, ()):
            continue
        said = say(part, kind.kinds()[field.name], label)
        parts.append(f"{label.text}：{said}" if label.text else said)
    return "，".join(parts)
