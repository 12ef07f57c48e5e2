"""Facts of a listing as people read them, and as they would have typed them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import Spec
from yixiang.kernel import reference

NOTHING = "—"
WAN = Decimal(10_000)


def plain(number: Decimal) -> str:
    """1285000.00 → 1285000, 128.50 → 128.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_typed(spec: Spec, value: Any) -> str:
    """What a stored value looks like in a text box; reading it again gives the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, Decimal):
        return plain(value / WAN if spec.read is readers.wan else value)
    return str(value)


def shown(spec: Spec, value: Any) -> str:
    """On a check page, in a sheet, on the time line."""
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if spec.many:
        options: Mapping[str, str] = spec.choices or readers.discipline_options()
        return "、".join(options.get(code, code) for code in value)
    if spec.choices:
        return spec.choices.get(str(value), str(value))
    if isinstance(value, Decimal):
        return f"{_thousands(value / WAN)} 万元" if spec.read is readers.wan else _thousands(value)
    if spec.name == "region":
        return reference.region_name(str(value)) or str(value)
    if spec.name == "category":
        return " › ".join(row.name for row in reference.class_path(str(value))) or str(value)
    return as_typed(spec, value)


def _thousands(number: Decimal) -> str:
    whole, _point, rest = plain(number).partition(".")
    return f"{int(whole):,}" + (f".{rest}" if rest else "")
