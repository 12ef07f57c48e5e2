"""A confirmed batch into the catalogue: one transaction, all of it or nothing.

The values of new and changed rows already lie in the database in the table's own columns, so the database itself
moves them; nothing is read a second time and fifty thousand rows take one statement each way.
"""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction

from yixiang.catalogue.commands.editing import PERSONAL
from yixiang.catalogue.importing.known import model_of
from yixiang.catalogue.importing.layouts import FACILITY_FIELDS, LAYOUTS, Kind, specs_of
from yixiang.catalogue.importing.progress import Progress, at_work
from yixiang.catalogue.importing.telling import tell_asker
from yixiang.catalogue.models import ImportBatch, Instrument
from yixiang.catalogue.search import indexing
from yixiang.catalogue.states import IMPORT, PUBLIC
from yixiang.kernel.later import later

AT_ONCE = 500
MOVED_ON = "核对以后，目录中有仪器被别人修改或新增过。为免覆盖，已按现在的内容重新核对，请再看一遍差异后确认。"

_STALE = """
    SELECT EXISTS (
        SELECT FROM catalogue_importrow r LEFT JOIN {table} i ON i.id = r.instrument_id
        WHERE r.batch_id = %(batch)s AND r.instrument_id IS NOT NULL AND i.version IS DISTINCT FROM r.version
    ) OR EXISTS (
        SELECT FROM catalogue_importrow r
        JOIN {table} i ON i.unit_id = %(unit)s AND i.inner_number = r.own_number AND i.inner_number <> ''
        WHERE r.batch_id = %(batch)s AND r.verdict = 'new'
    )
"""
_LOCK = """
    SELECT i.id FROM {table} i JOIN catalogue_importrow r ON r.instrument_id = i.id
    WHERE r.batch_id = %(batch)s ORDER BY i.id FOR UPDATE OF i
"""
_NEW = """
    INSERT INTO {table} ({columns})
    SELECT {picked}
    FROM catalogue_importrow r
    CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, %(usual)s::jsonb || r.values) AS p
    WHERE r.batch_id = %(batch)s AND r.verdict = 'new'
    ORDER BY r.number
    RETURNING id
"""
_CHANGED = """
    UPDATE {table} AS i SET {setting}, version = i.version + 1, changed_at = %(now)s, typed = i.typed - s.keys,
        confirmed_at = CASE WHEN i.state IN ('listed', 'stopped') THEN %(now)s ELSE i.confirmed_at END
    FROM (SELECT o.id AS target, ARRAY(SELECT jsonb_object_keys(r.changes)) AS keys, p.*
          FROM catalogue_importrow r JOIN {table} o ON o.id = r.instrument_id
          CROSS JOIN LATERAL jsonb_populate_record(o, r.values || {nested}) AS p
          WHERE r.batch_id = %(batch)s AND r.verdict = 'changed') AS s
    WHERE i.id = s.target
    RETURNING i.id, i.state
"""
_NESTED = """CASE WHEN r.values ? 'facility'
    THEN jsonb_build_object('facility', o.facility || (r.values -> 'facility')) ELSE '{}'::jsonb END"""
_TOLD_NEW = """
    INSERT INTO catalogue_listingevent (kind, subject_id, unit_id, at, by_id, by_label, action, before, after, what,
        note, changes)
    SELECT %(kind)s, id, %(unit)s, %(now)s, %(by)s, %(label)s, 'import', '', 'draft', '批量导入，建立草稿',
        %(note)s, '{}'
    FROM unnest(%(ids)s::bigint[]) AS id
"""
_TOLD_CHANGED = """
    INSERT INTO catalogue_listingevent (kind, subject_id, unit_id, at, by_id, by_label, action, before, after, what,
        note, changes)
    SELECT %(kind)s, r.instrument_id, %(unit)s, %(now)s, %(by)s, %(label)s, 'edit', '', '',
        left('批量导入，修改' || d.names, 200), %(note)s, d.changes
    FROM catalogue_importrow r CROSS JOIN LATERAL (
        SELECT string_agg(split_part(l.label, '（', 1), '、' ORDER BY l.place) AS names,
            jsonb_object_agg(l.label, CASE WHEN l.personal THEN %(hidden)s::jsonb ELSE e.value END) AS changes
        FROM jsonb_each(r.changes) e
        JOIN unnest(%(names)s::text[], %(labels)s::text[], %(personal)s::bool[])
            WITH ORDINALITY AS l(name, label, personal, place) ON l.name = e.key) AS d
    WHERE r.batch_id = %(batch)s AND r.verdict = 'changed'
"""


class MovedOn(Exception):
    """The catalogue is no longer what the verdicts were made against."""


def write_batch(batch_id: int, *, now: datetime) -> None:
    """Runs in a job. Killed at any moment it has written nothing, and the next run begins again."""
    with at_work(batch_id, "writing") as progress:
        batch = ImportBatch.objects.select_related("unit", "asked_by", "file").filter(pk=batch_id).first()
        if progress is None or batch is None or batch.state != "writing":
            return
        try:
            _write(batch, progress, now)
        except (MovedOn, IntegrityError) as moved:
            if isinstance(moved, IntegrityError) and "inner_number_once" not in str(moved):
                raise
            _reread(batch)
            return
        if batch.pictures_total:
            later("catalogue.import_pictures", batch_id=batch.pk)


@transaction.atomic
def _write(batch: ImportBatch, progress: Progress, now: datetime) -> None:
    kind: Kind = LAYOUTS[batch.layout].kind
    facts = _facts(batch, kind, now)
    progress.phase, progress.total = "写入目录", batch.rows_new + batch.rows_changed
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import into unit {batch.unit_id}"])
        cursor.execute(_filled(_LOCK, kind), facts)
        cursor.execute(_filled(_STALE, kind), facts)
        if cursor.fetchall()[0][0]:
            raise MovedOn
        made = _insert(cursor, kind, facts, batch) if batch.rows_new else []
        moved = _update(cursor, kind, facts) if batch.rows_changed else []
    progress.done = batch.rows_written = len(made) + len(moved)
    if kind != "platform":
        _index(batch, made, moved, progress)
    batch.refresh_from_db(fields=["state"])
    batch.state, batch.phase, batch.finished_at = IMPORT.step(batch.state, "finish"), "", now
    batch.save(update_fields=["state", "phase", "finished_at", "rows_written"])
    tell_asker(batch, now=now)


def _facts(batch: ImportBatch, kind: Kind, now: datetime) -> dict[str, Any]:
    by = batch.asked_by
    specs = [spec for spec in specs_of(kind) if spec.name != "picture"]
    return {
        "batch": batch.pk, "unit": batch.unit_id, "now": now, "by": by.pk if by else None,
        "label": str(by) if by else "系统", "kind": model_of(kind).kind_code,
        "note": f"批量导入 {batch.pk}：{batch.file.name}",
        "names": [spec.name for spec in specs], "labels": [spec.label for spec in specs],
        "personal": [spec.private or spec.name in PERSONAL for spec in specs],
        "hidden": json.dumps(["（已隐去）", "（已更换）"], ensure_ascii=False),
    }  # fmt: skip


def _filled(statement: str, kind: Kind, **parts: str) -> str:
    """Only names of our own tables and columns are put into a statement, never what came with the file."""
    return statement.format(table=model_of(kind)._meta.db_table, **parts)


def _insert(cursor: Any, kind: Kind, facts: dict[str, Any], batch: ImportBatch) -> list[int]:
    columns = [f'"{one.column}"' for one in model_of(kind)._meta.concrete_fields if not one.primary_key]
    names, picked = ", ".join(columns), ", ".join(f"p.{column}" for column in columns)
    usual = {"usual": _usual(batch, kind, facts["now"])}
    cursor.execute(_filled(_NEW, kind, columns=names, picked=picked), facts | usual)
    made = [pk for (pk,) in cursor.fetchall()]
    cursor.execute(_TOLD_NEW, facts | {"ids": made})
    return made


def _usual(batch: ImportBatch, kind: Kind, now: datetime) -> str:
    """What a new row holds where the sheet says nothing."""
    model: Any = model_of(kind)
    found = {}
    for one in model._meta.concrete_fields:
        if one.has_default() and not one.primary_key and one.name != "code":
            found[one.column] = one.get_default()
        elif not one.null and not one.is_relation and one.empty_strings_allowed:
            found[one.column] = ""
    own: dict[str, Any] = {
        "unit_id": batch.unit_id,
        "sub_unit_id": batch.sub_unit_id,
        "created_by_id": batch.asked_by_id,
    }
    times = {"created_at": now, "changed_at": now, "typed_at": now, "demo": batch.unit.demo}
    if kind != "platform":
        own["kind"] = kind
    return json.dumps(found | own | times, cls=DjangoJSONEncoder)


def _update(cursor: Any, kind: Kind, facts: dict[str, Any]) -> list[tuple[int, str]]:
    names = [spec.name for spec in specs_of(kind) if spec.name not in FACILITY_FIELDS and spec.name != "picture"]
    names += ["facility"] if kind == "facility" else []
    setting = ", ".join(f'"{name}" = s."{name}"' for name in names)
    nested = _NESTED if kind == "facility" else "'{}'::jsonb"
    cursor.execute(_filled(_CHANGED, kind, setting=setting, nested=nested), facts)
    moved: list[tuple[int, str]] = cursor.fetchall()
    cursor.execute(_TOLD_CHANGED, facts)
    return moved


def _index(batch: ImportBatch, made: list[int], moved: list[tuple[int, str]], progress: Progress) -> None:
    """What the public finds follows in this transaction. Many drafts, which it does not, follow in a job."""
    found = [pk for pk, state in moved if state in PUBLIC]
    drafts = [*made, *(pk for pk, state in moved if state not in PUBLIC)]
    if len(drafts) > AT_ONCE:
        later("catalogue.import_index", batch_id=batch.pk)
        drafts = []
    progress.phase, progress.done, progress.total = "更新搜索", 0, len(drafts) + len(found)
    for part in _parts([*drafts, *found]):
        indexing.refresh(part)
        progress.done += len(part)


def index_drafts(batch_id: int) -> None:
    """Runs in a job; a second run rewrites the same rows."""
    batch = ImportBatch.objects.filter(pk=batch_id, state="done").first()
    if batch is None:
        return
    numbers = batch.rows.filter(verdict__in=["new", "changed"]).values("own_number")
    drafts = Instrument.objects.filter(unit=batch.unit_id, inner_number__in=numbers).exclude(state__in=PUBLIC)
    for part in _parts(list(drafts.values_list("pk", flat=True))):
        indexing.refresh(part)


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]


@transaction.atomic
def _reread(batch: ImportBatch) -> None:
    """Nothing was written; the verdicts are made anew against what stands there now."""
    batch.refresh_from_db(fields=["state"])
    batch.state, batch.problem = IMPORT.step(batch.state, "reread"), MOVED_ON
    batch.save(update_fields=["state", "problem"])
    later("catalogue.import_read", batch_id=batch.pk)
