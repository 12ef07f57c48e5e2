"""50,000 rows of the national export in, changed, and out again, beside a bare read and a bare write of the same file.

The job runs in a process of its own, as a worker would; its peak memory and how often it said how far it was are
measured from outside. `python -m benchmarks.bench_import 5000` takes another number of rows.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROWS = 50_000
ROUNDS = 3
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
MEMORY = 600  # megabytes
READS, WRITES = 4.0, 2.0
HOME = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> None:
    if words and words[0] in PARTS:
        PARTS[words[0]](*words[1:])
        return
    rows = int(words[0]) if words else ROWS
    with installation() as var:
        first, second = var / "first.xlsx", var / "second.xlsx"
        _child("prepare")
        for path, changed in ((first, "0"), (second, "1")):
            _child("book", str(path), str(rows), changed)
        read = statistics.median(_child("bare", str(first))["seconds"] for _ in range(ROUNDS))
        say("bare python-calamine read", read, "s", note=f"{rows:,} rows × 40 columns, {first.stat().st_size >> 20} MB")
        for name, path in (("first import", first), ("second import, every fifth row different", second)):
            _report(name, _watched("job", str(path)), read)
        outs, bares = zip(*((_child("export"), _child("write", str(rows))) for _ in range(2)), strict=True)
        _report_export(min(outs, key=lambda one: one["seconds"]), min(bares, key=lambda one: one["seconds"]))


def _report(name: str, found: dict[str, Any], read: float) -> None:
    whole = found["judge"] + found["write"]
    parts = (
        f"judge {found['judge']:.1f} s, write {found['write'] - found['index']:.1f} s, search {found['index']:.1f} s"
    )
    common = {"baseline": "bare calamine read"}
    say(f"{name}: judged, differences, committed", whole, "s", **common, ratio=whole / read, target="≤ 4 ×",
        met=whole <= READS * read, note=f"{parts}; {found['rows']}")  # fmt: skip
    without = whole - found["index"]
    behind = f"in a job behind, once new drafts are many: {found['behind']:.1f} s"
    say(f"{name}: the same without the search rows", without, "s", **common, ratio=without / read, note=behind)
    say(f"{name}: peak memory of the job", found["memory"], "MB", target=f"≤ {MEMORY}", met=found["memory"] <= MEMORY)
    say(f"{name}: longest silence", found["silence"], "s", target="≤ 1", met=found["silence"] <= 1.0)


def _report_export(out: dict[str, Any], bare: dict[str, Any]) -> None:
    ratio = out["seconds"] / bare["seconds"]
    say("export", out["seconds"], "s", baseline="bare XlsxWriter, same rows, constant memory", ratio=ratio,
        target="≤ 2 ×", met=ratio <= WRITES, note=f"{out['rows']:,} rows")  # fmt: skip


def say(name: str, value: float, unit: str, **more: Any) -> None:
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit} | more, ensure_ascii=False), flush=True)


# --- processes


@contextmanager
def installation() -> Iterator[Path]:
    """A database of its own, gone afterwards."""
    from yixiang.config import postgres

    var = Path(tempfile.mkdtemp(prefix="yixiang-bench-"))
    var.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"YIXIANG_VAR": str(var), "DJANGO_SETTINGS_MODULE": "yixiang.config.settings"}
    try:
        with postgres.running(postgres.Cluster.of(var), say=lambda _text: None):
            yield var
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _child(*words: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.bench_import", *words]
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1])) if done.stdout.strip() else {}


def _watched(*words: str) -> dict[str, Any]:
    """The longest time between two signs of progress, as somebody else sees them in the database."""
    stop, gaps = threading.Event(), [0.0]
    watcher = threading.Thread(target=_watch, args=(stop, gaps))
    watcher.start()
    try:
        found = _child(*words)
    finally:
        stop.set()
        watcher.join()
    return found | {"silence": max(gaps)}


def _watch(stop: threading.Event, gaps: list[float]) -> None:
    import psycopg

    from yixiang.config import postgres

    asked = "SELECT state, beat_at FROM catalogue_importbatch ORDER BY id DESC LIMIT 1"
    with psycopg.connect(postgres.url(Path(os.environ["YIXIANG_VAR"])), autocommit=True) as link:
        seen: Any = None
        since = time.monotonic()
        while not stop.wait(0.05):
            row = link.execute(asked).fetchone()
            busy = row is not None and row[0] in {"reading", "writing"}
            if not busy or row != seen:
                seen, since = row, time.monotonic()
            gaps.append(time.monotonic() - since)


# --- what the processes do


def _django() -> None:
    import django

    django.setup()


def prepare() -> None:
    _django()
    from django.core.management import call_command

    from yixiang.people.commands.grants import bestow
    from yixiang.people.commands.roles import load_roles
    from yixiang.people.models import Person
    from yixiang.units.models import Unit

    call_command("migrate", verbosity=0)
    load_roles(HOME / "reference" / "roles.toml")
    unit = Unit.objects.create(
        name="湘江大学", account_name="bench", region="430104", kind="team", provides=True, state="joined",
        joined_at=NOW, confirmed_at=NOW,
    )  # fmt: skip
    person = Person.objects.create(username="bench", name="导入")
    bestow(person, role="unit_admin", scope=f"unit/{unit.pk}", by=None, now=NOW, scope_label="bench")


def book(path: str, rows: str, changed: str) -> None:
    """The national export with realistic words; with `changed` every fifth row differs in three facts."""
    import xlsxwriter

    _django()
    from yixiang.catalogue.tests.books import EQUIPMENT

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as made:
        sheet, day = made.add_worksheet("仪器"), made.add_format({"num_format": "yyyy-mm-dd"})
        for place, header in enumerate(EQUIPMENT):
            sheet.write_string(0, place, header)
        for at, row in enumerate(_rows(int(rows), changed == "1"), start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, day)
                elif isinstance(cell, float):
                    sheet.write_number(at, place, cell)
                elif cell:
                    sheet.write_string(at, place, cell)


def _rows(count: int, changed: bool) -> Iterator[list[Any]]:
    from benchmarks.instruments import corpus

    chance, kinds = random.Random(7), corpus()
    texts = ["。".join(chance.choices(_CLAUSES, k=6)) + f"。编号 {n}" for n in range(4000)]
    for number in range(count):
        kind = chance.choice(kinds)
        row = _row(number, kind, chance, texts)
        if changed and number % 5 == 0:
            row[10], row[32], row[16] = round(row[10] + 1.5, 2), "0731-88882222", texts[(number * 7) % 4000]
        yield row


_CLAUSES = """分辨率优于 1.0 nm|加速电压 0.1 至 30 kV|样品台行程 110 mm|温度范围 -150 至 600 ℃|扫描速度可调
检出限 0.01 ppb|质量范围 2 至 260 amu|重复性优于 2%|配备能谱与背散射探头|可做原位加热""".replace("\n", "|").split("|")


def _row(number: int, kind: dict[str, Any], chance: random.Random, texts: list[str]) -> list[Any]:
    made = chance.choice(kind["makers"])
    bought = date(2005, 1, 1) + timedelta(days=chance.randrange(7000))
    worth = round(chance.uniform(10, 900), 2)
    counties = ("岳麓区", "芙蓉区", "开福区", "雨花区")
    name, english = chance.choice(kind["names"]), kind["english"][0][:100]
    about = ["", f"BN-{number:06d}", f"{name}（{number % 90}）", english, "", ""]
    facts = [f"测试中心 {number % 60} 室", kind["code"], "购置", "否", worth, "德国", made["name"], bought, "通用"]
    words = [chance.choice(made["models"]), texts[number % 4000], texts[(number * 3) % 4000][:290], "物理学,化学"]
    share = ["中央财政资金,单位自有资金", "形貌观察、成分分析", f"bn-{number}.jpg", float(300 + number % 2000)]
    rules = [texts[(number * 5) % 4000], "按次收费，校内外同价。", "https://lab.example.edu.cn/"]
    where = ["湖南省", "长沙市", counties[number % 4], f"麓山南路 {number % 700} 号", float(number % 300)]
    people = [f"王{number % 500}", f"0731-8888{number % 9999:04d}", f"lab{number % 3000}@example.edu.cn"]
    return about + facts + words + share + rules + where + people + ["长沙市岳麓区麓山南路", "410082", "", "", "", ""]


def bare(path: str) -> None:
    from python_calamine import CalamineWorkbook

    began = time.perf_counter()
    cells = sum(len(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())
    print(json.dumps({"seconds": time.perf_counter() - began, "cells": cells}))


def job(path: str) -> None:
    """From the file as it was taken in to the last row written; the search rows are timed apart."""
    _django()
    import resource

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    from yixiang.catalogue.importing import commands, committing, verdicts
    from yixiang.catalogue.search import indexing
    from yixiang.files.commands import take
    from yixiang.people.models import Person
    from yixiang.units.models import Unit

    unit, person, spent = Unit.objects.get(account_name="bench"), Person.objects.get(username="bench"), [0.0]
    upload = SimpleUploadedFile("仪器.xlsx", Path(path).read_bytes())
    file = take(upload, uploader=person, purpose="import", kinds=commands.BOOKS, now=NOW)
    batch = commands.begin(unit, actor=person, file=file, now=NOW)
    reverse("catalogue:import", args=[batch.pk])  # a worker has long read the addresses
    began = time.perf_counter()
    verdicts.read_batch(batch.pk, now=NOW)
    judged = time.perf_counter() - began
    batch.refresh_from_db()
    assert batch.state == "ready", (batch.problem, batch.rows.filter(verdict="faulty").first().problems)
    refresh = indexing.refresh

    def timed(ids: Any) -> None:
        start = time.perf_counter()
        refresh(ids)
        spent[0] += time.perf_counter() - start

    indexing.refresh = timed  # of many new drafts it runs in a job behind
    commands.confirm(batch, actor=person, now=NOW)
    began = time.perf_counter()
    committing.write_batch(batch.pk, now=NOW)
    wrote = time.perf_counter() - began
    batch.refresh_from_db()
    inside = spent[0]
    committing.index_drafts(batch.pk)
    rows = f"{batch.rows_new:,} new, {batch.rows_changed:,} changed, {batch.rows_same:,} same"
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "judge": judged,
                "write": wrote,
                "index": inside,
                "behind": spent[0] - inside,
                "memory": memory,
                "rows": rows,
            }
        )
    )


def export() -> None:
    _django()
    from yixiang.catalogue.importing import exporting
    from yixiang.catalogue.models import Instrument

    began = time.perf_counter()
    content = exporting.sheet_of("instrument", Instrument.objects.filter(unit__account_name="bench"))
    print(
        json.dumps({"seconds": time.perf_counter() - began, "bytes": len(content), "rows": Instrument.objects.count()})
    )


def write(rows: str) -> None:
    """The same cells as text, without lists, formats or notes, read from nowhere."""
    from io import BytesIO

    import xlsxwriter

    _django()
    from yixiang.catalogue.importing import template
    from yixiang.catalogue.importing.exporting import _values
    from yixiang.catalogue.models import Instrument

    specs = template.columns_of("instrument")
    cells = template.writer_of(specs)
    ready = [cells(values) for values in _values(Instrument.objects.all(), specs, own=False)]
    began = time.perf_counter()
    with xlsxwriter.Workbook(BytesIO(), {"constant_memory": True}) as made:
        sheet = made.add_worksheet("仪器")
        for at, row in enumerate(ready):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(at, place, text)
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": len(ready)}))


PARTS = {"prepare": prepare, "book": book, "bare": bare, "job": job, "export": export, "write": write}

if __name__ == "__main__":
    main(sys.argv[1:])
