"""Whoever asked for an import hears of it when it is their turn again."""

from datetime import datetime

from django.urls import reverse

from yixiang.catalogue.models import ImportBatch
from yixiang.notices.commands import tell
from yixiang.notices.kinds import NoticeKind, declare

declare(NoticeKind("import", "批量导入"))
SAID = {
    "faulty": (
        "批量导入：{faulty} 行需要修改",
        "“{file}”已核对完：{faulty} 行有错误，还没有写入任何内容。",
        "查看错误",
    ),
    "ready": (
        "批量导入：等待您确认",
        "“{file}”已核对完，没有错误：新增 {new}，修改 {changed}，不变 {same}。",
        "去确认",
    ),
    "failed": ("批量导入：没有完成", "“{file}”没有导入：{problem}", "查看"),
    "done": ("批量导入：已完成", "“{file}”已导入：新增 {new}，修改 {changed}。", "查看结果"),
}


def tell_asker(batch: ImportBatch, *, now: datetime) -> None:
    if batch.asked_by is None or batch.state not in SAID:
        return
    subject, body, button = SAID[batch.state]
    facts = {
        "faulty": batch.rows_faulty, "new": batch.rows_new, "changed": batch.rows_changed, "same": batch.rows_same,
        "file": batch.file.name, "problem": batch.problem,
    }  # fmt: skip
    tell(
        [batch.asked_by],
        kind="import",
        subject=subject.format(**facts),
        body=body.format(**facts),
        url=reverse("catalogue:import", args=[batch.pk]),
        button=button,
        key=f"import-{batch.pk}-{batch.state}",
        now=now,
    )
