"""Reading a batch: the whole sheet judged and its verdicts kept, in small transactions, safe to begin again."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from yixiang.catalogue.importing import picturing, rules, storing
from yixiang.catalogue.importing.judging import Judge, Judged, lacking, notes_on
from yixiang.catalogue.importing.known import Known
from yixiang.catalogue.importing.layouts import Recognised
from yixiang.catalogue.importing.progress import Progress, at_work
from yixiang.catalogue.importing.reading import Sheet, local_copy, open_sheet
from yixiang.catalogue.importing.refusing import Unusable
from yixiang.catalogue.importing.telling import tell_asker
from yixiang.catalogue.models import ImportBatch, ImportRow
from yixiang.catalogue.states import IMPORT
from yixiang.kernel.later import later

AT_ONCE = 1_000
_DOUBT = """
    UPDATE catalogue_importrow r SET warnings = r.warnings || jsonb_build_array(d.said::jsonb)
    FROM unnest(%s::int[], %s::text[]) AS d(number, said)
    WHERE r.batch_id = %s AND r.number = d.number
"""


class Tally:
    """What the verdicts come to."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.warned: set[int] = set()
        self.worths: list[tuple[int, Decimal]] = []
        self.lacks: Counter[str] = Counter()
        self.lacking = 0  # rows
        self.named: dict[str, int] = {}  # picture or number, in small letters → row

    def count(self, rows: Iterable[Judged]) -> None:
        for row in rows:
            self.verdicts[row.verdict] += 1
            if row.warnings:
                self.warned.add(row.number)
            if row.lacks:
                self.lacking += 1
                self.lacks.update(row.lacks)
            if row.worth is not None and row.verdict != "same":
                self.worths.append((row.number, row.worth))
            for name in filter(None, (row.key, row.picture)):
                self.named.setdefault(name.lower(), row.number)


def read_batch(batch_id: int, *, now: datetime) -> None:
    """Runs in a job. A second run after a kill begins from the first row; two at once do not happen."""
    with at_work(batch_id, "reading") as progress:
        batch = _begun(batch_id) if progress else None
        if batch is None or progress is None:
            return
        try:
            with local_copy(batch.file) as path:
                sheet = open_sheet(path, batch.file.kind, progress.say)
                tally = _judge(batch, sheet, progress, now)
            notes = [*notes_on(sheet), *lacking(sheet.recognised.layout, tally.lacks, tally.lacking)]
            named = tally.named
        except Unusable as unusable:
            _broken(batch, str(unusable), now)
            return
        pictures = picturing.look(batch, named)
        _finish(batch, sheet, tally, [*notes, *pictures], now)


def _begun(batch_id: int) -> ImportBatch | None:
    with transaction.atomic():
        batch: ImportBatch | None = ImportBatch.objects.select_for_update(of=("self",)).filter(pk=batch_id).first()
        if batch is None or batch.state not in {"uploaded", "reading"}:
            return None
        if batch.state == "uploaded":
            batch.state = IMPORT.step(batch.state, "read")
        batch.rows_read, batch.rows_total = 0, 0
        batch.save(update_fields=["state", "rows_read", "rows_total"])
        ImportRow.objects.filter(batch=batch).delete()
    return batch


def _judge(batch: ImportBatch, sheet: Sheet, progress: Progress, now: datetime) -> Tally:
    progress.phase, progress.total = "逐行核对", sheet.total
    layout = sheet.recognised.layout
    usual = storing.stand_ins(layout.kind)
    judge = Judge(sheet, Known(batch, layout.kind), on=timezone.localdate(now), usual=usual)
    tally = Tally()
    for part in _parts(judge.rows(sheet.rows())):
        with transaction.atomic():
            storing.store(batch.pk, part, layout.kind)
        tally.count(part)
        progress.done = part[-1].number - sheet.recognised.header_row
    if not tally.verdicts:
        raise Unusable("表头下面没有数据。请从表头的下一行开始填写（示例行不会导入）。")
    _doubt(batch, judge, tally)
    return tally


def _parts(rows: Iterator[Judged]) -> Iterator[list[Judged]]:
    while part := list(islice(rows, AT_ONCE)):
        yield part


def _doubt(batch: ImportBatch, judge: Judge, tally: Tally) -> None:
    """Only when all amounts are known can one be far from the rest."""
    middle = rules.middle_of([worth for _number, worth in tally.worths])
    numbers, said = [], []
    for number, worth in tally.worths:
        row = Judged(number, worth=worth)
        if judge.doubt(row, middle):
            numbers.append(number)
            said.append(storing.encode(row.warnings[0]))
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(_DOUBT, [numbers, said, batch.pk])
        tally.warned.update(numbers)


@transaction.atomic
def _finish(batch: ImportBatch, sheet: Sheet, tally: Tally, notes: list[str], now: datetime) -> None:
    found = tally.verdicts
    batch.layout, batch.sheet = sheet.recognised.layout.code, sheet.name[:100]
    batch.columns, batch.notes = _columns(sheet.recognised), [*filter(None, [batch.problem]), *notes]
    batch.problem = ""
    batch.rows_new, batch.rows_changed = found["new"], found["changed"]
    batch.rows_same, batch.rows_faulty = found["same"], found["faulty"]
    batch.rows_warned, batch.rows_total = len(tally.warned), found.total()
    batch.rows_read, batch.phase, batch.finished_at = batch.rows_total, "", now
    batch.state = IMPORT.step(batch.state, "fault" if batch.rows_faulty else "pass")
    batch.save()
    if batch.rows_faulty or tally.warned:
        later("catalogue.import_mark", batch_id=batch.pk)
    tell_asker(batch, now=now)


def _columns(recognised: Recognised) -> list[dict[str, str]]:
    return [{"letter": one.letter, "header": one.header, "field": one.field} for one in recognised.columns]


@transaction.atomic
def _broken(batch: ImportBatch, why: str, now: datetime) -> None:
    ImportRow.objects.filter(batch=batch).delete()
    batch.state, batch.problem = IMPORT.step(batch.state, "break"), why[:300]
    batch.phase, batch.finished_at = "", now
    batch.save(update_fields=["state", "problem", "phase", "finished_at"])
    tell_asker(batch, now=now)
