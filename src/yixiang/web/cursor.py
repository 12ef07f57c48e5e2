"""Long lists, read in order without counting: a page, and a cursor that continues after its last row.

A cursor holds the sort values of the last row, so a list that changes meanwhile repeats and skips nothing, and page
one thousand costs what page one costs. It is signed: what comes back is what was handed out, or is refused.
Objects that carry a version number name it with `version_tag`; `require_version` refuses a change made on an old one.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from yixiang.kernel.errors import Invalid, Refused

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`next` is empty on the last page; `total` is None unless it was asked for."""

    items: list[Row]
    next: str | None = None
    total: int | None = None


class Paging(Schema):
    """What a list takes: `wanted: Query[Paging]` or a subclass with filters; `return wanted.page(rows, by=…)`."""

    cursor: str | None = Field(None, max_length=2000, description="上一页返回的 next；不填为第一页")
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="每页条数")
    total: bool = Field(False, description="同时给出总数")

    def page(self, rows: QuerySet[Any], *, by: Sequence[str] = ("-pk",)) -> Page[Any]:
        return page(rows, by=by, after=self.cursor, limit=self.limit, total=self.total)


class Listing(Schema, Generic[Row]):
    """What an endpoint answers with: `response=Listing[UnitOut]`."""

    items: list[Row]
    next: str | None = Field(None, description="下一页的游标，原样放入参数 cursor；没有下一页时为 null")
    total: int | None = Field(None, description="总数；仅在请求参数 total=true 时给出")


def page(
    rows: QuerySet[Any],
    *,
    by: Sequence[str] = ("-pk",),
    after: str | None = None,
    limit: int = DEFAULT_LIMIT,
    total: bool = False,
) -> Page[Any]:
    """The rows after the cursor, in the order `by` (names as in `order_by`; the key is added when it is missing)."""
    keys = _keys(by)
    counted = rows.count() if total else None
    found = rows.order_by(*(_ordering(rows, key) for key in keys))
    if after:
        found = found.filter(_after(rows, keys, _read(after, keys)))
    limit = max(1, min(limit, MAX_LIMIT))
    items = list(found[: limit + 1])
    more = len(items) > limit
    return Page(items[:limit], _write(keys, items[limit - 1]) if more else None, counted)


def _keys(by: Sequence[str]) -> tuple[str, ...]:
    """Only with the primary key at the end is the order complete, and no row lost between two pages."""
    unique = {"pk", "-pk", "id", "-id"}
    if not by or by[-1] not in unique:
        return (*by, "-pk" if by and by[0].startswith("-") else "pk")
    return tuple(by)


def _nullable(rows: QuerySet[Any], name: str) -> bool:
    model: Any = rows.model
    for part in name.split("__"):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return False  # an annotation; the query that makes it must give it a value
        if field.null:
            return True
        model = field.related_model
    return False


def _ordering(rows: QuerySet[Any], key: str) -> Any:
    """Rows without a value come last, in both directions."""
    name = key.lstrip("-")
    if not _nullable(rows, name):
        return key
    return F(name).desc(nulls_last=True) if key.startswith("-") else F(name).asc(nulls_last=True)


def _after(rows: QuerySet[Any], keys: Sequence[str], values: Sequence[Any]) -> Q:
    """Behind the last row: a later first value, or the same and behind it by the rest."""
    key, value = keys[0], values[0]
    name = key.lstrip("-")
    same = Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    tied = same & _after(rows, keys[1:], values[1:]) if keys[1:] else None
    if value is None:
        return tied if tied is not None else Q(pk__in=[])
    way = "lt" if key.startswith("-") else "gt"
    later = Q(**{f"{name}__{way}": value})
    if tied is None:
        return later
    if _nullable(rows, name):
        return later | Q(**{f"{name}__isnull": True}) | tied
    return Q(**{f"{name}__{way}e": value}) & (later | tied)  # the first half lets an index find the place


# --- the cursor itself

_signer = Signer(salt="yixiang.cursor")


def _write(keys: Sequence[str], row: Any) -> str:
    values = [_pack(_value(row, key.lstrip("-"))) for key in keys]
    text = json.dumps([list(keys), values], separators=(",", ":"))
    return _signer.sign(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def _read(cursor: str, keys: Sequence[str]) -> list[Any]:
    try:
        packed = _signer.unsign(cursor)
        made_for, values = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (BadSignature, ValueError) as error:
        raise _invalid(_("游标不完整或被改动过。请从第一页重新读取，并原样使用返回的 next。")) from error
    if made_for != list(keys):
        raise _invalid(_("这个游标属于另一种排序。改变排序后请从第一页重新读取。"))
    return [_unpack(value) for value in values]


def _invalid(message: str) -> Invalid:
    return Invalid.field("cursor", message, code="cursor-invalid")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _pack(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return {"at" if isinstance(value, datetime) else "on": value.isoformat()}
    if isinstance(value, Decimal | UUID | float):
        return {type(value).__name__: str(value)}
    raise TypeError(f"a list cannot be paged by a {type(value).__name__}")


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    readers: dict[str, Any] = {
        "at": datetime.fromisoformat,
        "on": date.fromisoformat,
        "Decimal": Decimal,
        "UUID": UUID,
        "float": float,
    }
    return readers[kind](text)


# --- versions


def version_tag(version: int) -> str:
    """For `response["ETag"]` of one object; the shell adds a digest of the body to it."""
    return f'"v{version}"'


def require_version(request: HttpRequest, version: int) -> None:
    """With `If-Match`, the change is made only on the version the caller has read (else 412)."""
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return
    tags = [tag.strip().removeprefix("W/").strip('"').split(".")[0] for tag in given.split(",")]
    if f"v{version}" not in tags:
        message = _("这项内容在您读取之后已被修改，您的修改没有保存。请重新读取后再提交。")
        raise Refused("version-changed", message, status=412, extra={"version": version})
