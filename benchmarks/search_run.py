"""Inside an installation: fills the catalogue to a size and measures finding in it; prints one JSON line a figure."""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks import instruments, search_quality  # noqa: E402
from benchmarks.instruments import NOW  # noqa: E402
from benchmarks.search_queries import BROAD, questions  # noqa: E402
from yixiang.catalogue.models import Instrument  # noqa: E402
from yixiang.catalogue.search import matching, rebuilding  # noqa: E402
from yixiang.catalogue.search.finding import Wanted, find, suggest  # noqa: E402
from yixiang.catalogue.search.indexing import refresh  # noqa: E402
from yixiang.catalogue.search.rows import COLUMNS  # noqa: E402

QUESTIONS, WARM_UP, PLANNED = 400, 60, 80
P95_MS = {100_000: 25, 1_000_000: 80}
SUGGEST_P95_MS, BUILD_RATIO, QUALITY = 15, 4, 0.95
TYPED = (
    "扫",
    "扫描",
    "扫描电",
    "se",
    "sem",
    "tsdj",
    "jem",
    "jem2",
    "湘江",
    "长沙",
    "yexiang",
    "测粒",
    "离心",
    "gc",
    "光谱",
    "xrd",
)


def main(count: int) -> None:
    instruments.load(count - Instrument.objects.count())
    built = seconds(lambda: rebuilding.rebuild(days=some_days))
    bare = bare_build()
    met = built / bare <= BUILD_RATIO
    say(
        f"{count:,} rows: index built anew",
        round(built),
        "s",
        f"COPY and index of the same rows {bare:.0f} s",
        built / bare,
        f"≤ {BUILD_RATIO} ×",
        met,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalogue_instrument")
    ask(count)
    offer(count)
    change(count)
    if count <= 100_000:
        quality()


def ask(count: int) -> None:
    asked = questions(QUESTIONS)
    for _kind, query in asked[:WARM_UP]:
        find(Wanted.from_query(query), now=NOW)
    taken: dict[str, list[float]] = {}
    for kind, query in asked:
        taken.setdefault(kind, []).append(seconds(lambda query=query: find(Wanted.from_query(query), now=NOW)) * 1000)  # type: ignore[misc]
    every = [one for times in taken.values() for one in times]
    p50, p95 = statistics.median(every), statistics.quantiles(every, n=20)[-1]
    like = statistics.median(ilike(word) for word in BROAD[:6]) * 1000
    note = f"{len(every)} mixed questions, min {min(every):.1f}, max {max(every):.0f}"
    say(
        f"{count:,} rows: find, 20 results with count and facets, p50",
        round(p50, 1),
        "ms",
        f"ILIKE and count, one column {like:.0f} ms",
        p50 / like,
        note=note,
    )
    target = P95_MS.get(count)
    say(
        f"{count:,} rows: find, p95",
        round(p95, 1),
        "ms",
        target=f"≤ {target} ms" if target else "",
        met=p95 <= target if target else None,
    )
    for kind, times in sorted(taken.items()):
        say(
            f"{count:,} rows: {kind}",
            round(statistics.median(times), 1),
            "ms",
            note=f"median of {len(times)}, min {min(times):.1f}, max {max(times):.0f}",
        )
    read = whole_reads(query for _kind, query in asked[:PLANNED])
    say(f"{count:,} rows: statements that read the whole table", read, "", target="0", met=read == 0)


def offer(count: int) -> None:
    times = [seconds(lambda word=word: suggest(word)) * 1000 for _round in range(8) for word in TYPED]  # type: ignore[misc]
    p95 = statistics.quantiles(times, n=20)[-1]
    say(
        f"{count:,} rows: suggestions, p95",
        round(p95, 1),
        "ms",
        target=f"≤ {SUGGEST_P95_MS} ms",
        met=p95 <= SUGGEST_P95_MS,
        note=f"p50 {statistics.median(times):.1f} ms",
    )


def change(count: int) -> None:
    """Renamed, refreshed and found inside one transaction that is then given up."""
    keys = list(Instrument.objects.public().order_by("pk").values_list("pk", flat=True)[:20])
    times = []
    for pk in keys:
        with transaction.atomic():
            Instrument.objects.filter(pk=pk).update(name="独一无二的测量台")
            times.append(seconds(lambda pk=pk: refresh([pk])) * 1000)  # type: ignore[misc]
            assert pk in [hit.id for hit in find(Wanted.from_query({"q": "独一无二的测量台"}), now=NOW).items]
            transaction.set_rollback(True)
    say(
        f"{count:,} rows: one change made searchable",
        round(statistics.median(times), 1),
        "ms",
        note=f"found in its own transaction; max {max(times):.1f}",
    )


def quality() -> None:
    answers = search_quality.answers(now=NOW)
    good = sum(answer.good for answer in answers) / len(answers)
    say(
        "written questions answered in the first ten",
        round(100 * good, 1),
        "%",
        target=f"≥ {QUALITY:.0%}",
        met=good >= QUALITY,
        note=f"{len(answers)} questions",
    )


# --- how


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def some_days(ids: Iterable[int], *, now: datetime, days: int) -> dict[int, list[date]]:
    """Free days as of a half-booked calendar; the calendar itself is measured elsewhere."""
    chance, today = random.Random(3), NOW.date()
    return {pk: [today + timedelta(days=step) for step in range(days) if chance.random() < 0.4] for pk in ids}


def bare_build() -> float:
    """The rows as they are, copied into an empty table with the same indexes."""
    names = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY catalogue_entry ({names}) TO STDOUT") as copy:
            lines = [bytes(part) for part in copy]
        began = time.perf_counter()
        with transaction.atomic():
            cursor.execute(f"CREATE TABLE {rebuilding.NEW} (LIKE catalogue_entry INCLUDING DEFAULTS INCLUDING STORAGE)")
            with cursor.copy(f"COPY {rebuilding.NEW} ({names}) FROM STDIN") as copy:
                for line in lines:
                    copy.write(line)
            rebuilding.index(cursor)
        return time.perf_counter() - began


def ilike(word: str) -> float:
    sql = """SELECT count(*) OVER (), id, name FROM catalogue_instrument
             WHERE state IN ('listed', 'stopped') AND name ILIKE %s ORDER BY health DESC LIMIT 20"""
    with connection.cursor() as cursor:
        return seconds(lambda: cursor.execute(sql, [f"%{word}%"]))


def whole_reads(asked: Iterable[dict[str, str]]) -> int:
    """Statements of these questions whose plan holds a sequential scan of the entries."""
    seen: list[tuple[str, Any]] = []
    plain = matching.ask

    def noted(sql: str, parameters: Any) -> Any:
        seen.append((sql, parameters))
        return plain(sql, parameters)

    matching.ask = noted
    try:
        for query in asked:
            find(Wanted.from_query(query), now=NOW)
    finally:
        matching.ask = plain
    return sum(
        any("Seq Scan on catalogue_entry" in line for (line,) in plain(f"EXPLAIN {sql}", given)) for sql, given in seen
    )


def say(
    name: str,
    value: float,
    unit: str,
    baseline: str = "",
    ratio: float | None = None,
    target: str = "",
    met: bool | None = None,
    note: str = "",
) -> None:
    line = {
        "name": name,
        "value": value,
        "unit": unit,
        "baseline": baseline,
        "ratio": ratio,
        "target": target,
        "met": met,
        "note": note,
    }
    print(json.dumps({key: one for key, one in line.items() if one not in {"", None}}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
