"""Where a page of results ended: signed, so that only what was handed out comes back."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from yixiang.kernel.errors import Invalid

_signer = Signer(salt="yixiang.catalogue.search")


@dataclass(frozen=True)
class Place:
    many: bool
    tier: int
    after: tuple[Any, int]  # sort value as text, instrument


def write(sort: str, many: bool, tier: int, row: tuple[int, Any]) -> str:
    text = json.dumps([sort, many, tier, str(row[1]), row[0]], separators=(",", ":"))
    return _signer.sign(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def read(cursor: str, sort: str) -> Place | None:
    if not cursor:
        return None
    try:
        packed = _signer.unsign(cursor)
        made_for, many, tier, key, pk = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (BadSignature, ValueError) as error:
        message = _("翻页地址不完整或被改动过。请从第一页重新查找。")
        raise Invalid.field("cursor", message, code="cursor-invalid") from error
    if made_for != sort:
        raise Invalid.field("cursor", _("换了排序之后要从第一页看起。"), code="cursor-invalid")
    return Place(many, tier, (key, pk))
