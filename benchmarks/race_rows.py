"""After a race: is what the clients were told what the database holds? Each finding is a sentence; none is good."""

import time
from collections import Counter
from collections.abc import Iterable
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.house import House

if TYPE_CHECKING:
    from benchmarks.race import Told

QUEUE_SECONDS = 240  # a dead worker is missed after one minute, and looked for every minute

# Buffers are added here again from the instrument, so that neither the constraint nor its range is trusted.
OVERLAPS = """
    WITH held AS (
        SELECT h.id, h.instrument_id, h.starts - i.buffer_before * interval '1 minute' AS low,
               h.ends + i.buffer_after * interval '1 minute' AS high
        FROM catalogue_hold h JOIN catalogue_instrument i ON i.id = h.instrument_id)
    SELECT a.id, b.id FROM held a JOIN held b
        ON a.instrument_id = b.instrument_id AND a.id < b.id AND a.low < b.high AND b.low < a.high
"""
HELD_WRONG = """
    SELECT l.id, o.state, h.id FROM orders_line l JOIN orders_order o ON o.id = l.order_id
    FULL JOIN (SELECT * FROM catalogue_hold WHERE kind = 'booking') h ON h.reference = l.id
    WHERE (coalesce(o.state, '') IN ('submitted', 'quoted', 'accepted')) <> (h.id IS NOT NULL)
       OR (h.id IS NOT NULL AND (h.starts <> l.starts OR h.ends <> l.ends OR h.instrument_id <> l.instrument_id))
"""
BROKEN_LINES = """
    WITH moves AS (
        SELECT order_id, id, before, after, lag(after, 1, 'draft') OVER of_order AS came_from,
               row_number() OVER of_order AS place, count(*) OVER (PARTITION BY order_id) AS many
        FROM orders_orderevent WHERE after <> '' WINDOW of_order AS (PARTITION BY order_id ORDER BY id))
    SELECT o.number FROM orders_order o LEFT JOIN moves m ON m.order_id = o.id
    GROUP BY o.id HAVING count(m.id) <> o.version - 1 OR bool_or(m.before <> m.came_from)
        OR coalesce(max(m.after) FILTER (WHERE m.place = m.many), 'draft') <> o.state
"""
TWICE_SAID = (
    "SELECT content, count(*) FROM orders_order WHERE content LIKE 'race %' GROUP BY content HAVING count(*) > 1"
)
MOVES = """
    SELECT o.number, o.content, e.action, count(*) FROM orders_orderevent e JOIN orders_order o ON o.id = e.order_id
    WHERE e.after <> '' GROUP BY o.number, o.content, e.action
"""
# The worker deletes what it has done, so a ledger beside the queue remembers what came and how it went.
LEDGER = """
    CREATE TABLE race_jobs (id bigint, came boolean, task text, outbox bigint, status text);
    CREATE FUNCTION race_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO race_jobs VALUES (NEW.id, true, NEW.task_name, (NEW.args->>'outbox_id')::bigint, NEW.status);
        ELSE
            INSERT INTO race_jobs VALUES (OLD.id, false, OLD.task_name, (OLD.args->>'outbox_id')::bigint, OLD.status);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER race_note AFTER INSERT OR DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION race_note();
"""
UNDONE_JOBS = """
    SELECT id, task_name, status FROM procrastinate_jobs
    WHERE status = 'failed' OR (task_name = 'notices.deliver' AND status IN ('todo', 'doing'))
"""
NOT_ONCE_DONE = """
    SELECT id, count(*) FILTER (WHERE came), count(*) FILTER (WHERE NOT came) FROM race_jobs
    WHERE task = 'notices.deliver' GROUP BY id HAVING count(*) FILTER (WHERE came) <> 1 OR count(*) <> 2
"""
NOT_ONCE_QUEUED = """
    SELECT o.id, count(j.id) FROM notices_outbox o LEFT JOIN race_jobs j ON j.outbox = o.id AND j.came
    GROUP BY o.id HAVING count(j.id) <> 1
"""
NOT_ONCE_SENT = "SELECT id, state, attempts FROM notices_outbox WHERE state <> 'sent' OR attempts <> 1"
QUESTIONS = {
    "stretches of one instrument overlap": OVERLAPS,
    "taken time and orders differ": HELD_WRONG,
    "time lines do not tell how the order came to stand where it stands": BROKEN_LINES,
    "wishes became two orders": TWICE_SAID,
    "jobs are not done": UNDONE_JOBS,
    "jobs did not come once and go once": NOT_ONCE_DONE,
    "messages do not have one job": NOT_ONCE_QUEUED,
    "messages were not sent once": NOT_ONCE_SENT,
}


def keep_ledger(house: House) -> None:
    with house.connect() as connection:
        connection.execute(LEDGER)


def faults(house: House, told: "Told") -> list[str]:
    """Everything that is not as it was told."""
    with house.connect() as connection:
        found = [
            f"{len(rows)} {what}: {rows[:5]}"
            for what, question in QUESTIONS.items()
            if (rows := connection.execute(question).fetchall())
        ]
        found += _acknowledged(connection, told) + _moved(connection, told)
    return found + _refused(told) + _mails(house, told) + [f"trouble: {one}" for one in told.troubles[:20]]


def _acknowledged(connection: psycopg.Connection, told: "Told") -> list[str]:
    """Every order a client was told of is there, under that number and with that wish."""
    rows = dict(connection.execute("SELECT content, number FROM orders_order WHERE content LIKE 'race %'").fetchall())
    lost = [number for said, number in told.placed.items() if rows.get(said) != number]
    return [f"{len(lost)} acknowledged orders are lost: {lost[:5]}"] if lost else []


def _moved(connection: psycopg.Connection, told: "Told") -> list[str]:
    """Each move that was answered with success is one row; more rows only where nobody was answered."""
    rows, unknown = Counter[tuple[str, str]](), told.unknown.copy()
    for number, said, action, many in connection.execute(MOVES):
        rows[number, action] = many
        if action == "submit" and said in told.tried - told.placed.keys():
            unknown[number, action] += 1  # whoever placed it was never answered, so that nobody was told its number
    wrong = [
        (key, told.moves[key], rows[key])
        for key in told.moves.keys() | rows.keys()
        if not told.moves[key] <= rows[key] <= told.moves[key] + unknown[key]
    ]
    return [f"{len(wrong)} moves are lost or doubled (order, told, rows): {wrong[:5]}"] if wrong else []


def _refused(told: "Told") -> list[str]:
    """These instruments are open for weeks, so there are always three other times."""
    few = {many: times for many, times in told.alternatives.items() if many < 3 and times}
    return [f"refusals with fewer than three other times: {few}"] if few else []


def _mails(house: House, told: "Told") -> list[str]:
    """A mail can leave twice only when its worker died between sending and noting it."""
    letters = Counter(
        message_from_bytes(letter)["Message-ID"]
        for file in (house.var / "mail").glob("*.log")
        for letter in _letters(file.read_bytes())
    )
    with house.connect() as connection:
        sent = {row[0] for row in connection.execute("SELECT provider_id FROM notices_outbox WHERE state = 'sent'")}
    lost, doubled = sent - letters.keys(), sum(many - 1 for many in letters.values())
    found = [f"{len(lost)} messages are marked as sent and never left"] if lost else []
    if doubled > told.kills["worker"] * 4:  # as many as one worker has in hand
        found.append(f"{doubled} mails left twice, with {told.kills['worker']} dead workers")
    return found


def _letters(raw: bytes) -> Iterable[bytes]:
    return (part.lstrip() for part in raw.split(b"-" * 79 + b"\n") if b"Message-ID" in part)


def wait_for_the_queue(house: House, *, hurry: bool = False) -> float:
    """Until nothing waits; `hurry` tells the queue at once which workers are dead instead of letting it find out."""
    began = time.monotonic()
    with house.connect() as connection:
        if hurry:
            _find_the_dead(connection)
        while time.monotonic() - began < QUEUE_SECONDS and connection.execute(UNDONE_JOBS).fetchone():
            time.sleep(0.5)
    return time.monotonic() - began


def _find_the_dead(connection: psycopg.Connection) -> None:
    connection.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '5 minutes'"
                       " WHERE id < (SELECT max(id) FROM procrastinate_workers)")  # fmt: skip
    connection.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES"
        " ('upkeep', 'config.retry_stalled', '{\"timestamp\": 0}')"
    )


def figures(house: House, told: "Told") -> dict[str, Any]:
    with house.connect() as connection:
        orders, held, jobs = (
            connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
            for rows in ("orders_order", "catalogue_hold", "race_jobs WHERE came AND task = 'notices.deliver'")
        )
    return {"orders": orders, "held": held, "jobs": jobs, "kills": dict(told.kills), "told": sum(told.moves.values())}
