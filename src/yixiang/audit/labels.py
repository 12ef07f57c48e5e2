"""Tables, columns and values in the words of the reader; personal data masked, secrets not shown at all."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from yixiang.audit.models import Change
from yixiang.kernel.encryption import EncryptedText
from yixiang.kernel.recording import Recorded
from yixiang.people.models import Person
from yixiang.web import filters

NOTHING = "—"
LONGEST = 200
_USUAL = {
    "id": "编号",
    "created_at": "创建时间",
    "updated_at": "更新时间",
    "ended_at": "结束时间",
    "state": "状态",
    "version": "版本",
    "password": "密码",
    "is_active": "启用",
    "last_login": "上次登录",
    "failed_sign_ins": "连续登录失败次数",
    "locked_until": "锁定至",
    "password_changed_at": "密码修改时间",
    "phone_verified": "手机已验证",
    "erased_at": "注销时间",
    "scope_label": "范围名称",
    "demo": "演示数据",
    "permissions": "权限",
    "reaches": "可授予的范围",
    "built_in": "内置",
    "separation": "三员分立",
    "granted_at": "授予时间",
    "granted_by_id": "授予人",
    "ended_by_id": "收回人",
    "prefix": "令牌开头",
    "scopes": "权限范围",
    "last_used_at": "上次使用时间",
    "revoked_at": "作废时间",
    "region": "行政区划",
    "rounds": "审核轮次",
    "round": "当前轮次",
    "facts": "审核要点",
    "opened_at": "提交时间",
    "closed_at": "办结时间",
}

_DETAIL = {
    "what": "内容",
    "rows": "条数",
    "days": "保存天数",
    "table": "数据表",
    "row": "记录编号",
    "op": "动作",
    "kind": "类别",
    "who": "操作人",
    "ip": "来源地址",
    "request": "请求编号",
    "since": "从",
    "until": "到",
    "code": "原因",
    "method": "方法",
    "permission": "权限",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One column of one change."""

    label: str
    before: str
    after: str


@lru_cache(maxsize=1)
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def recorded_tables() -> list[tuple[str, str]]:
    """For the filter: every table that is recorded, by its Chinese name."""
    found = [
        (table, str(model._meta.verbose_name))
        for table, model in _models().items()
        if any(isinstance(trigger, Recorded) for trigger in getattr(model._meta, "triggers", []))
    ]
    return sorted(found, key=lambda pair: pair[1])


def table_label(table: str) -> str:
    model = _models().get(table)
    return str(model._meta.verbose_name) if model else table


def names_in(changes: Iterable[Change]) -> dict[str, str]:
    """The people these changes point to, by number, in one look-up."""
    numbers = set()
    for change in changes:
        for column, field in _fields(change.table_name).items():
            if field.related_model is Person:
                numbers |= {row[column] for row in (change.before, change.after) if row and row.get(column)}
    people = Person.objects.filter(pk__in=numbers) if numbers else []
    return {str(person.pk): str(person) for person in people}


def lines(change: Change, names: Mapping[str, str] | None = None) -> list[Line]:
    """An insert or a delete shows what is not empty, an update what differs."""
    names = names or {}
    before, after = change.before or {}, change.after or {}
    columns = change.changed or [name for name, value in (after or before).items() if value not in (None, "", [], {})]
    fields = _fields(change.table_name)
    return [
        Line(
            _label(name, fields.get(name)),
            _shown(name, before.get(name), fields.get(name), names) if name in before else "",
            _shown(name, after.get(name), fields.get(name), names) if name in after else "",
        )
        for name in columns
    ]


@lru_cache(maxsize=256)
def _fields(table: str) -> dict[str, "models.Field[Any, Any]"]:
    model = _models().get(table)
    return {field.column: field for field in model._meta.concrete_fields if field.column} if model else {}


def _label(name: str, field: "models.Field[Any, Any] | None") -> str:
    if name == "id":
        return _("编号")
    if field is not None:
        words = str(field.verbose_name)
        if words != name.replace("_", " ").removesuffix(" id"):
            return words
        if name not in _USUAL and field.remote_field is not None and field.related_model is not None:
            related: Any = field.related_model
            return str(related._meta.verbose_name)
    return _(_USUAL[name]) if name in _USUAL else name


def _shown(name: str, value: Any, field: "models.Field[Any, Any] | None", names: Mapping[str, str]) -> str:
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(field, EncryptedText):
        return _("（已加密）")
    if isinstance(field, models.EmailField) or name == "email":
        return filters.mask_email(value)
    if name == "phone" or name.endswith("_phone"):
        return filters.mask_phone(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field is not None and field.flatchoices:
        words = dict(field.flatchoices).get(value, value)
        return str(words) if isinstance(words, str | Promise) else str(value)
    if isinstance(field, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return filters.moment(moment, seconds=True)
    if field is not None and field.related_model is Person:
        return f"{names[str(value)]}（#{value}）" if str(value) in names else f"#{value}"
    return _cut(_text(value, field))


def _text(value: Any, field: "models.Field[Any, Any] | None") -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return f"#{value}" if field is not None and field.remote_field is not None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def door_label(door: str) -> str:
    names = {"page": "网页", "api": "接口", "job": "后台任务", "console": "命令行", "sql": "数据库"}
    return _(names[door]) if door in names else door


def detail_text(detail: dict[str, Any]) -> str:
    return "；".join(f"{_(_DETAIL.get(key, key))}：{_text(value, None)}" for key, value in detail.items())


def shanghai(at: datetime) -> datetime:
    """For a spreadsheet, which knows no time zones."""
    return at.astimezone(filters.SHANGHAI).replace(tzinfo=None)
