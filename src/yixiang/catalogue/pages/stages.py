"""What the page of an import shows at each of its stages, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yixiang.catalogue.importing import queries
from yixiang.catalogue.importing.layouts import LAYOUTS
from yixiang.catalogue.models import ImportBatch
from yixiang.catalogue.states import IMPORT, LISTING
from yixiang.kernel.errors import Invalid
from yixiang.web.jinja import query

RUNNING = frozenset({"uploaded", "reading", "writing"})
STEPS = (("upload", "上传"), ("check", "核对"), ("confirm", "确认"), ("done", "完成"))
AT = {"uploaded": 1, "reading": 1, "faulty": 1, "failed": 1, "ready": 2, "writing": 3, "done": 4, "dropped": 1}


@contextmanager
def about(field: str) -> Iterator[None]:
    """What is wrong with a file is said beside the control it came through."""
    try:
        yield
    except Invalid as refused:
        raise Invalid(refused.message, code=refused.code, fields={field: [refused.message]}) from refused


def of(request: HttpRequest, batch: ImportBatch, wanted: str, q: str) -> dict[str, Any]:
    layout = LAYOUTS.get(batch.layout)
    return {
        "batch": batch,
        "layout": layout,
        "machine": IMPORT,
        "listing": LISTING,
        "running": batch.state in RUNNING,
        "steps": steps(batch),
        "tabs": tabs(request, batch, wanted),
        "wanted": wanted,
        "q": q,
        "verdicts": queries.VERDICTS,
        "worst": queries.worst(batch) if batch.state == "faulty" else [],
        "changes": lambda row: queries.changes_of(batch, row),
        "lacks": lambda row: queries.lacks_of(batch, row),
        "standing": queries.standing_of(batch),
        "pictures_bad": [one for one in batch.picture_notes if not one["ok"]],
    }


def steps(batch: ImportBatch) -> list[dict[str, str]]:
    at = AT[batch.state]
    return [
        {"label": _(label), "state": "done" if place < at else "now" if place == at else "todo"}
        for place, (_code, label) in enumerate(STEPS)
    ]


def tabs(request: HttpRequest, batch: ImportBatch, wanted: str) -> list[dict[str, Any]]:
    """Only the verdicts there are, and all of them together."""
    found = [{"label": _("全部"), "url": query(request, verdict="all", page=None), "count": batch.rows_total,
              "active": wanted not in queries.VERDICTS}]  # fmt: skip
    for code, count in queries.counts(batch).items():
        if count:
            label, _tone = queries.VERDICTS[code]
            address = query(request, verdict=code, page=None)
            found.append({"label": _(label), "url": address, "count": count, "active": wanted == code})
    return found


def consequences(batch: ImportBatch) -> list[str]:
    """What confirming will do, sentence by sentence."""
    kind = LAYOUTS[batch.layout].kind
    unit = "个平台" if kind == "platform" else "台"
    said = []
    if batch.rows_new:
        said.append(
            _("新增 %(count)d %(unit)s，成为草稿；提交审核之前别人看不到。") % {"count": batch.rows_new, "unit": unit}
        )
    if batch.rows_changed:
        said.append(
            _("修改 %(count)d %(unit)s：已入网的立即生效并留下修改记录，状态不变。")
            % {"count": batch.rows_changed, "unit": unit}
        )
    if batch.rows_same:
        said.append(_("%(count)d 行与目录一致，不作改动。") % {"count": batch.rows_same})
    if batch.pictures_total:
        said.append(_("随后添加 %(count)d 张图片。") % {"count": batch.pictures_total})
    said.append(_("整批一起写入：要么全部成功，要么一行也不写。"))
    return said
