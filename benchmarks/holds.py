"""Taken time in bulk, and what the constraint on it costs: bare, in a busy month, and among ten million rows."""

import os
import statistics
import threading
import time
from datetime import date, datetime, timedelta

import psycopg

from benchmarks.bench_pages import say
from benchmarks.house import House
from yixiang.kernel.periods import SHANGHAI

SIZES = tuple(map(int, os.environ.get("YIXIANG_BENCH_HOLDS", "100000,10000000").split(",")))
OF_AN_INSTRUMENT = 500
INSERTS, RUNS, AT_MOST = 400, 5, 1.5
FILL_TIMEOUT = "30min"

BARE = """
    CREATE UNLOGGED TABLE bare_hold (instrument_id bigint, span tstzrange,
        EXCLUDE USING gist (instrument_id WITH =, span WITH &&));
    ALTER TABLE bare_hold SET LOGGED;
"""
BARE_INSERT = """
    INSERT INTO bare_hold VALUES (%s::bigint, tstzrange(%s::timestamptz, %s::timestamptz, '[)'))
    ON CONFLICT DO NOTHING RETURNING instrument_id
"""
MONTH = """
    INSERT INTO catalogue_hold (instrument_id, span, starts, ends, kind, note, reference)
    SELECT i.id, tstzrange(at, at + interval '1 hour', '[)'), at, at + interval '1 hour', 'booking', '', -n
    FROM catalogue_instrument i, generate_series(0, %s - 1) AS n,
         LATERAL (SELECT %s::timestamptz + n / 5 * interval '1 day' + (9 + n %% 5 * 1.5) * interval '1 hour' AS at) AS t
    WHERE i.code = %s
"""
# The columns, checks and indexes of the real table; rows by instrument and hour. Indexes after the rows: by sorting.
FILL = """
    CREATE TABLE {name} (LIKE catalogue_hold INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    INSERT INTO {name} (id, instrument_id, span, starts, ends, kind, note, reference, created_at)
    SELECT n, n / {each}, tstzrange(at, at + interval '1 hour', '[)'), at, at + interval '1 hour', 'booking', '', n,
           now()
    FROM generate_series(1, {rows}) AS n,
         LATERAL (SELECT timestamptz '2026-01-01 09:00+08' + n % {each} * interval '2 hours' AS at) AS t;
    ALTER TABLE {name} ADD EXCLUDE USING gist (instrument_id WITH =, span WITH &&);
    CREATE UNIQUE INDEX ON {name} (reference) WHERE kind = 'booking';
    CREATE INDEX ON {name} (instrument_id);
    ANALYZE {name};
"""
INSERT = """
    INSERT INTO {name} (id, instrument_id, span, starts, ends, kind, note, reference, created_at)
    VALUES (%s::bigint, %s::bigint, tstzrange(%s::timestamptz, %s::timestamptz, '[)'), %s::timestamptz,
            %s::timestamptz, 'booking', '', %s::bigint, now())
    ON CONFLICT DO NOTHING RETURNING id
"""


def bare_inserts(house: House, clients: int, each: int) -> float:
    """Rows a second from as many connections, nobody in the way of anybody."""
    with house.connect() as connection:
        connection.execute(BARE)
    gate = threading.Barrier(clients + 1)

    def run(number: int) -> None:
        with house.connect() as connection:
            gate.wait()
            for step in range(each):
                start = date(2026, 1, 1) + timedelta(days=step)
                connection.execute(BARE_INSERT, (number, start, start + timedelta(days=1)))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return clients * each / (time.perf_counter() - began)


def tomorrow() -> date:
    return (datetime.now(SHANGHAI) + timedelta(days=1)).date()


def fill_month(house: House, code: str, many: int) -> None:
    """Five a day from tomorrow on."""
    with house.connect() as connection:
        connection.execute(MONTH, (many, f"{tomorrow()} 00:00+08", code))


def at_size(house: House) -> None:
    """The same insert among few and among many rows: median of several runs, in turn."""
    with house.connect() as connection:
        connection.execute(f"SET statement_timeout = '{FILL_TIMEOUT}'")
        for rows in SIZES:
            connection.execute(FILL.format(name=_name(rows), rows=rows, each=OF_AN_INSTRUMENT))
        runs: dict[int, list[float]] = {rows: [] for rows in SIZES}
        for _run in range(RUNS):
            for rows in SIZES:
                runs[rows].append(_inserts(connection, rows))
    small, large = (statistics.median(runs[rows]) for rows in (SIZES[0], SIZES[-1]))
    note = "; ".join(f"{rows:,}: {min(times):.3f} to {max(times):.3f} ms" for rows, times in runs.items())
    say(f"insert with its constraint at {SIZES[-1]:,} rows", round(large, 3), "ms", ratio=large / small,
        baseline=f"{small:.3f} ms at {SIZES[0]:,} rows", target=f"≤ {AT_MOST} ×", met=large / small <= AT_MOST,
        note=f"median of {RUNS} runs of {INSERTS}; {note}")  # fmt: skip


def _inserts(connection: psycopg.Connection, rows: int) -> float:
    """Milliseconds of one insert into a gap, spread over all instruments; given up afterwards."""
    insert, times = INSERT.format(name=_name(rows)), []
    with connection.transaction(force_rollback=True):
        for number in range(INSERTS):
            instrument = number * 7919 % (rows // OF_AN_INSTRUMENT)
            start = f"2026-01-{1 + number % 28:02} 10:00+08"
            end = start.replace("10:00", "11:00")
            key = 2 * 10**9 + number
            began = time.perf_counter()
            row = connection.execute(insert, (key, instrument, start, end, start, end, key)).fetchone()
            times.append((time.perf_counter() - began) * 1000)
            if row is None:
                raise SystemExit(f"no gap at {start} of instrument {instrument}")
    return statistics.median(times)


def _name(rows: int) -> str:
    return f"bench_hold_{rows}"
