"""What people do with an import: bring a workbook, confirm it, drop it, hand the new drafts in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from yixiang.catalogue.commands import publishing
from yixiang.catalogue.importing.layouts import LAYOUTS
from yixiang.catalogue.models import ImportBatch, ImportRow, Instrument
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.states import IMPORT
from yixiang.files.commands import attach
from yixiang.files.models import File
from yixiang.files.purposes import Purpose, declare
from yixiang.kernel.errors import Invalid, Refused, Unseen, WrongState
from yixiang.kernel.later import later
from yixiang.people.access import may, require
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

BOOKS = frozenset({"xlsx", "xls", "csv"})
BUNDLES = frozenset({"zip"})
WAITING = ("uploaded", "reading", "faulty", "ready")
ROWS_KEPT_DAYS = 60
OPEN_MOST = 20  # batches of one unit that wait for somebody
BOOK = Purpose("import", "批量导入的表格", BOOKS)
BUNDLE = Purpose("import-pictures", "批量导入的图片包", BUNDLES)

declare(BOOK, BUNDLE)


def may_import(person: Person, unit: Unit, sub_unit: SubUnit | None = None) -> bool:
    return may(person, CataloguePermission.EDIT, sub_unit.scopes if sub_unit else unit.scopes)


def require_importing(unit: Unit, sub_unit: SubUnit | None, *, actor: Person) -> None:
    if sub_unit and sub_unit.unit_id != unit.pk:
        raise Invalid.field("sub_unit", "请选择本单位的部门。")
    require(actor, CataloguePermission.EDIT, sub_unit.scopes if sub_unit else unit.scopes)


@transaction.atomic
def begin(
    unit: Unit,
    *,
    actor: Person,
    file: File,
    now: datetime,
    sub_unit: SubUnit | None = None,
    pictures: File | None = None,
    replaces: ImportBatch | None = None,
) -> ImportBatch:
    """Takes the workbook in and queues its reading. A corrected one takes the place of the batch before it."""
    require_importing(unit, sub_unit, actor=actor)
    publishing.require_ready(unit, on=timezone.localdate(now))
    if ImportBatch.objects.filter(unit=unit, state__in=WAITING).count() >= OPEN_MOST:
        raise WrongState(f"有 {OPEN_MOST} 次导入还没有处理完。请先确认或放弃其中一些。", code="too-many-imports")
    kept = _replaced(replaces, unit, actor) if replaces else None
    batch: ImportBatch = ImportBatch.objects.create(
        unit=unit, sub_unit=sub_unit, file=file, pictures=pictures or kept, asked_by=actor, asked_at=now,
        replaces=replaces,
    )  # fmt: skip
    _keep(file, BOOKS, batch, actor, now, "file")
    if pictures:
        _keep(pictures, BUNDLES, batch, actor, now, "pictures")
    later("catalogue.import_read", batch_id=batch.pk)
    return batch


def _keep(file: File, kinds: Iterable[str], batch: ImportBatch, actor: Person, now: datetime, name: str) -> None:
    if file.kind not in kinds:
        what = "Excel（xlsx、xls）或 CSV 表格" if name == "file" else "ZIP 图片包"
        raise Invalid.field(name, f"这里需要{what}。", code="file-kind")
    attach(file, by=actor, holder_kind="import", holder_id=batch.pk, scope=batch.scopes[-1], now=now)


def _replaced(batch: ImportBatch, unit: Unit, actor: Person) -> File | None:
    """The batch before is set aside; its pictures go on with the new one unless others came along."""
    if batch.unit_id != unit.pk:
        raise Unseen()
    if "drop" in {move.action for move in IMPORT.allowed(batch.state)}:
        drop(batch, actor=actor)
    return batch.pictures


def _locked(batch: ImportBatch, actor: Person) -> ImportBatch:
    rows: Any = ImportBatch.objects.select_for_update(of=("self",)).select_related("unit", "sub_unit")
    found: ImportBatch | None = rows.filter(pk=batch.pk).first()
    if found is None:
        raise Unseen()
    require(actor, CataloguePermission.EDIT, found.scopes)
    return found


@transaction.atomic
def confirm(batch: ImportBatch, *, actor: Person, now: datetime) -> ImportBatch:
    """From here on it is written as a whole, in a job."""
    batch = _locked(batch, actor)
    batch.state = IMPORT.step(batch.state, "confirm")
    if not batch.rows_new and not batch.rows_changed:
        raise WrongState("表中的内容与目录完全一致，没有需要写入的。", code="nothing-to-write")
    if batch.rows_new:
        publishing.require_ready(batch.unit, on=timezone.localdate(now))
    batch.asked_by = actor
    batch.phase, batch.rows_written = "", 0
    batch.save(update_fields=["state", "asked_by", "phase", "rows_written"])
    later("catalogue.import_write", batch_id=batch.pk)
    return batch


@transaction.atomic
def drop(batch: ImportBatch, *, actor: Person) -> ImportBatch:
    """Nothing of it was written; its rows go, the file stays with the batch."""
    batch = _locked(batch, actor)
    batch.state = IMPORT.step(batch.state, "drop")
    batch.rows.all().delete()
    batch.save(update_fields=["state"])
    return batch


@transaction.atomic
def submit_all(batch: ImportBatch, *, actor: Person) -> int:
    """Every draft this batch made is handed in by a job of its own, so that one refusal stops no other."""
    batch = _locked(batch, actor)
    drafts = drafts_of(batch)
    ids = list(drafts.values_list("pk", flat=True))
    for pk in ids:
        later("catalogue.import_submit", once=f"import-submit-{pk}", instrument_id=pk, person_id=actor.pk)
    return len(ids)


def drafts_of(batch: ImportBatch) -> Any:
    """Drafts that stand under a number this batch brought as new."""
    if batch.state != "done" or LAYOUTS[batch.layout].kind == "platform":
        return Instrument.objects.none()
    numbers = batch.rows.filter(verdict="new").values("own_number")
    return Instrument.objects.filter(unit=batch.unit_id, state="draft", submitted_at=None, inner_number__in=numbers)


def forget_rows(*, now: datetime) -> int:
    """The verdicts of single rows are of no use once the batch is long over; the batch itself stays."""
    over = ImportBatch.objects.filter(
        state__in=["done", "dropped", "failed"], finished_at__lt=now - timedelta(days=ROWS_KEPT_DAYS)
    )
    gone, _each = ImportRow.objects.filter(batch__in=over.values("pk")).delete()
    return int(gone)


def submit_one(instrument_id: int, person_id: int, *, now: datetime) -> bool:
    """False when it is not whole yet; it stays a draft and says itself what it lacks."""
    listing = Instrument.objects.filter(pk=instrument_id).first()
    actor = Person.objects.filter(pk=person_id).first()
    if listing is None or actor is None:
        return False
    try:
        publishing.submit(listing, actor=actor, now=now)
    except Refused:
        return False
    return True
