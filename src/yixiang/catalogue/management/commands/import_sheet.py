"""`yixiang import FILE --unit CODE`: the same verdicts as on the page, in the terminal."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from yixiang.catalogue.importing import commands, committing, queries, verdicts
from yixiang.catalogue.importing.layouts import LAYOUTS
from yixiang.catalogue.models import ImportBatch
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.files.commands import take
from yixiang.kernel.acting import Acting, acting
from yixiang.kernel.errors import Refused
from yixiang.people.models import Person
from yixiang.units.commands.telling import holders
from yixiang.units.models import Unit

SHOWN = 50


class Command(BaseCommand):
    help = "批量导入仪器、设施或平台的表格：先核对，加 --confirm 才写入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="xlsx、xls 或 csv")
        parser.add_argument("--unit", required=True, help="单位账号或统一社会信用代码")
        parser.add_argument("--as", dest="person", default="", help="以哪个账号的名义（默认：该单位的一位管理员）")
        parser.add_argument("--confirm", action="store_true", help="没有错误时直接写入目录")

    def handle(self, *_args: Any, **options: Any) -> None:
        unit = _unit(options["unit"])
        person = _person(unit, options["person"])
        with acting(Acting(actor=person.pk, actor_name=str(person), door="console", request="import")):
            try:
                batch = self._read(unit, person, options["file"])
                if options["confirm"] and batch.state == "ready":
                    batch = self._write(batch, person)
            except Refused as refused:
                raise CommandError(refused.message) from refused
        if batch.state in {"failed", "faulty"}:
            raise CommandError(batch.problem or "有错误，没有写入任何内容。请改好后再导入。")

    def _read(self, unit: Unit, person: Person, path: Path) -> ImportBatch:
        try:
            upload = SimpleUploadedFile(path.name, path.read_bytes())
        except OSError as broken:
            raise CommandError(f"读不到文件 {path}：{broken.strerror}") from broken
        now = timezone.now()
        file = take(upload, uploader=person, purpose=commands.BOOK.code, kinds=commands.BOOKS, now=now)
        batch = commands.begin(unit, actor=person, file=file, now=now)
        verdicts.read_batch(batch.pk, now=timezone.now())
        batch = _settled(batch, ("uploaded", "reading"))
        self._say(batch)
        return batch

    def _write(self, batch: ImportBatch, person: Person) -> ImportBatch:
        commands.confirm(batch, actor=person, now=timezone.now())
        committing.write_batch(batch.pk, now=timezone.now())
        batch = _settled(batch, ("writing",))
        done = batch.state == "done"
        self.stdout.write(f"已写入 {batch.rows_written} 行。" if done else "目录刚刚有变化，没有写入，请再运行一次。")
        return batch

    def _say(self, batch: ImportBatch) -> None:
        label = LAYOUTS[batch.layout].label if batch.layout else "未识别"
        self.stdout.write(f"{batch.file.name}：{label}")
        for note in batch.notes:
            self.stdout.write(f"· {note}")
        for code, count in queries.counts(batch).items():
            self.stdout.write(f"{queries.VERDICTS[code][0]} {count}")
        for row in queries.rows_of(batch, "faulty")[:SHOWN]:
            for one in row.problems:
                self.stdout.write(f"✗ {one['message']}")
        for row in queries.rows_of(batch, "warned")[:SHOWN]:
            for one in row.warnings:
                self.stdout.write(f"! {one['message']}")


def _unit(code: str) -> Unit:
    found = Unit.objects.joined().filter(account_name=code) or Unit.objects.joined().filter(credit_code=code)
    if len(found) != 1:
        raise CommandError(f"没有找到已入网的单位“{code}”。")
    return found[0]


def _person(unit: Unit, username: str) -> Person:
    people = holders(CataloguePermission.EDIT, unit.scopes)
    found = [one for one in people if not username or one.username == username]
    if not found:
        raise CommandError(
            "没有可以为这个单位导入的账号。" if not username else f"账号“{username}”不能为这个单位导入。"
        )
    return found[0]


def _settled(batch: ImportBatch, busy: tuple[str, ...]) -> ImportBatch:
    """A worker may have been faster and be at it."""
    while True:
        batch.refresh_from_db()
        if batch.state not in busy:
            return batch
        time.sleep(0.5)
