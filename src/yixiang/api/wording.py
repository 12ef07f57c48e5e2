"""Reading what programs send, and saying in Chinese where and why it does not fit."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.parser import Parser

Words = str | Promise
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|\x00")


class Unreadable(ValueError):
    """JSON by the letter, but with content no database column can hold."""


class StrictParser(Parser):
    """Refuses what Python reads and nobody means: NaN, the NUL character, half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        text = request.body.decode("utf-8")
        try:
            data = json.loads(text, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise Unreadable(_("JSON 嵌套过深。")) from error
        if _SUSPECT.search(text):
            _refuse_unstorable(data)
        return data

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for key in data:
            if any(isinstance(value, str) and "\x00" in value for value in data.getlist(key)):
                from yixiang.kernel.errors import Invalid

                raise Invalid.field(key, _("内容含有无法保存的控制字符。"))
        return super().parse_querydict(data, list_fields, request)


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(_("JSON 中不能使用 %(name)s。") % {"name": name})


def _refuse_unstorable(data: Any) -> None:
    texts = json.dumps(data, ensure_ascii=False)
    if "\\u0000" in texts or "\x00" in texts:
        raise Unreadable(_("内容含有无法保存的控制字符。"))
    try:
        texts.encode()
    except UnicodeEncodeError as error:
        raise Unreadable(_("内容含有不完整的 Unicode 字符。")) from error


# --- where


def pointer(parts: Iterable[Any]) -> str:
    """A JSON pointer into the body, as URI fragment (RFC 6901)."""
    return "#/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def error(item: Mapping[str, Any]) -> dict[str, str]:
    """One entry of `errors` from one complaint of the schema."""
    source, *parts = [str(part) for part in item["loc"]]
    if source == "body":
        parts = parts[1:]  # the name of our own parameter means nothing outside
    found = {"in": source, "pointer": "", "field": ".".join(parts), "message": message(item)}
    if source == "body":
        found["pointer"] = pointer(parts) if parts else "#"
    return found


# --- why

_MESSAGES: dict[str, Words] = {
    "missing": gettext_lazy("这一项必填。"),
    "extra_forbidden": gettext_lazy("没有这一项，请检查拼写。"),
    "string_type": gettext_lazy("应为文字。"),
    "string_too_short": gettext_lazy("至少 %(min_length)s 个字。"),
    "string_too_long": gettext_lazy("最多 %(max_length)s 个字。"),
    "string_pattern_mismatch": gettext_lazy("格式不对，应符合 %(pattern)s。"),
    "int_type": gettext_lazy("应为整数。"),
    "int_parsing": gettext_lazy("应为整数。"),
    "int_from_float": gettext_lazy("应为整数，不能有小数。"),
    "int_parsing_size": gettext_lazy("数值过大。"),
    "float_type": gettext_lazy("应为数字。"),
    "float_parsing": gettext_lazy("应为数字。"),
    "finite_number": gettext_lazy("应为有限的数字。"),
    "decimal_type": gettext_lazy("应为数字。"),
    "decimal_parsing": gettext_lazy("应为数字，如 1200.00。"),
    "decimal_max_digits": gettext_lazy("最多 %(max_digits)s 位数字。"),
    "decimal_max_places": gettext_lazy("最多 %(decimal_places)s 位小数。"),
    "bool_type": gettext_lazy("应为 true 或 false。"),
    "bool_parsing": gettext_lazy("应为 true 或 false。"),
    "greater_than": gettext_lazy("应大于 %(gt)s。"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s。"),
    "less_than": gettext_lazy("应小于 %(lt)s。"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s。"),
    "too_short": gettext_lazy("至少要有 %(min_length)s 项。"),
    "too_long": gettext_lazy("最多 %(max_length)s 项。"),
    "literal_error": gettext_lazy("只能是：%(expected)s。"),
    "enum": gettext_lazy("只能是：%(expected)s。"),
    "list_type": gettext_lazy("应为列表。"),
    "dict_type": gettext_lazy("应为对象。"),
    "model_type": gettext_lazy("应为对象。"),
    "model_attributes_type": gettext_lazy("应为对象。"),
    "none_required": gettext_lazy("这里只能是 null。"),
    "uuid_parsing": gettext_lazy("编号格式不对，应为 UUID。"),
    "uuid_type": gettext_lazy("编号格式不对，应为 UUID。"),
    "timezone_aware": gettext_lazy("时间要带时区，如 2026-03-01T09:00:00+08:00。"),
    "json_invalid": gettext_lazy("不是正确的 JSON。"),
}
_BY_PREFIX: dict[str, Words] = {
    "datetime": gettext_lazy("时间格式不对，应如 2026-03-01T09:00:00+08:00。"),
    "date": gettext_lazy("日期格式不对，应如 2026-03-01。"),
    "time": gettext_lazy("时刻格式不对，应如 09:00。"),
    "url": gettext_lazy("网址格式不对。"),
}


def message(item: Mapping[str, Any]) -> str:
    kind, context = str(item["type"]), item.get("ctx", {})
    if kind in {"value_error", "assertion_error"} and "error" in context:
        return str(context["error"])  # said by our own schema
    words = _MESSAGES.get(kind) or _BY_PREFIX.get(kind.split("_")[0])
    if words is None:
        return _("填写的内容不符合要求（%(kind)s）。") % {"kind": kind}
    return str(words) % context if "%(" in str(words) else str(words)
