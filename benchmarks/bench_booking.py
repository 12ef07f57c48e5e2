"""Booking over HTTP: how many a second, who wins one slot, the month of a busy instrument; the constraint at size."""

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks import holds
from benchmarks.bench_pages import BARE, say
from benchmarks.callers import Answer, Program
from benchmarks.house import House, new_house
from benchmarks.load import measure

CLIENTS, EACH, ROUNDS = 16, 20, 20
DAYS, HOURS = 20, (9, 11, 13, 15)  # 80 slots of an instrument that do not touch
BUSY = 125
BOOK_P95, REFUSED_P95 = 150, 200
NEMO_BOOKS, LIBRE_BOOKS, TIMES = (13, 15), (14, 31), 10  # docs of the comparison: 1 client, and 1 to 16 clients
NEMO_MONTHS, LIBRE_MONTHS = 1, 23


def main() -> int:
    with new_house() as house:
        world = json.loads(house.run("benchmarks.fill_race", str(CLIENTS), str(CLIENTS + 2)))
        bare = measure(house.port, BARE)
        say("bare view, " + BARE, round(bare.per_second), "requests/s", note=f"p95 {bare.p95:.1f} ms, 8 clients")
        rows = holds.bare_inserts(house, CLIENTS, EACH * 10)
        say("bare insert with the constraint", round(rows), "rows/s", note=f"{CLIENTS} connections, a commit each")
        booking(house, world, bare.per_second, rows)
        one_slot(house, world)
        month(house, world["instruments"][-1], bare.per_second)
        holds.at_size(house)
    return 0


# --- booking


def booking(house: House, world: dict[str, Any], bare: float, rows: float) -> None:
    """Each client has an instrument of its own, so that nobody meets anybody."""
    programs = _programs(house, world)
    for program, code in zip(programs, world["instruments"], strict=False):
        place(program, code, *slot(world, EACH))  # not counted: the first of each process is slow
    acts = [
        [lambda p=program, c=code, n=number: place(p, c, *slot(world, n)) for number in range(EACH)]
        for program, code in zip(programs, world["instruments"], strict=False)
    ]
    answers, seconds = together(acts)
    if wrong := [answer.body for _taken, answer in answers if answer.status != 201]:
        raise SystemExit(f"{len(wrong)} bookings were refused: {wrong[0]}")
    rate, times = len(answers) / seconds, [taken * 1000 for taken, _answer in answers]
    note = (
        f"{CLIENTS} clients, {len(times)} bookings, p50 {statistics.median(times):.0f} ms; {rate / bare:.3f} of {BARE}"
    )
    for peer, (low, high) in (("NEMO", NEMO_BOOKS), ("LibreBooking", LIBRE_BOOKS)):
        ratio = rate / high
        say(f"bookings, against {peer}", round(rate, 1), "/s", baseline=f"{peer} {low}–{high} /s, as published",
            ratio=ratio, target=f"≥ {TIMES} ×", met=ratio >= TIMES, note=note)  # fmt: skip
    say("bookings, against the bare insert", round(rate, 1), "/s", baseline=f"{rows:.0f} rows/s", ratio=rate / rows)
    _p95("booking, p95", times, BOOK_P95)


def one_slot(house: House, world: dict[str, Any]) -> None:
    """All want the same hours of one instrument, slot after slot."""
    programs, code = _programs(house, world), world["instruments"][-2]
    winners, refused, alternatives = [], [], []
    for number in range(ROUNDS):
        answers, _seconds = together(
            [[lambda p=program, n=number: place(p, code, *slot(world, n))] for program in programs]
        )
        winners.append(sum(answer.status == 201 for _taken, answer in answers))
        lost = [(taken, answer) for taken, answer in answers if answer.status == 409]
        refused += [taken * 1000 for taken, _answer in lost]
        alternatives += [len(answer.body["alternatives"]) for _taken, answer in lost]
    one = sum(won == 1 for won in winners)
    say(f"{CLIENTS} clients want one slot: slots with one winner", one, f"of {ROUNDS}", baseline="NEMO 0 of 20,"
        " LibreBooking 1 to 4 of 20", target="all", met=one == ROUNDS)  # fmt: skip
    _p95(
        "refusal with other times, p95", refused, REFUSED_P95, f"{min(alternatives)} to {max(alternatives)} other times"
    )


def month(house: House, code: str, bare: float) -> None:
    holds.fill_month(house, code, BUSY)
    first = holds.tomorrow()
    found = measure(house.port, f"/api/v1/instruments/{code}/calendar?from={first}&to={first + timedelta(days=31)}")
    for peer, theirs, times in (("NEMO", NEMO_MONTHS, 100), ("LibreBooking", LIBRE_MONTHS, 10)):
        ratio = found.per_second / theirs
        say(f"month with {BUSY} bookings, against {peer}", round(found.per_second), "requests/s", ratio=ratio,
            baseline=f"{peer} {theirs} /s, as published", target=f"≥ {times} ×", met=ratio >= times,
            note=f"p95 {found.p95:.1f} ms, 8 clients; {found.per_second / bare:.3f} of {BARE}")  # fmt: skip


# --- what they share


def place(program: Program, code: str, start: datetime, end: datetime) -> Answer:
    line = {"instrument": code, "start": start.isoformat(), "end": end.isoformat()}
    wish = {"lines": [line], "content": "断口形貌", "contact_phone": "13800138000", "submit": True}
    answer = program.send("POST", "/api/v1/orders", wish)
    if answer is None or answer.status not in {201, 409}:
        raise SystemExit(f"a booking was answered with {answer}")
    return answer


def slot(world: dict[str, Any], number: int) -> tuple[datetime, datetime]:
    day = date.fromisoformat(world["days"][0]) + timedelta(days=number // len(HOURS) % DAYS)
    start = datetime.fromisoformat(f"{day}T{HOURS[number % len(HOURS)]:02}:00:00+08:00")
    return start, start + timedelta(hours=1)


def together(acts: Sequence[Sequence[Callable[[], Answer]]]) -> tuple[list[tuple[float, Answer]], float]:
    """Each list in a thread of its own, begun at once: seconds and answer of every act, and seconds of the whole."""
    gate = threading.Barrier(len(acts) + 1)
    found: list[list[tuple[float, Answer]]] = [[] for _ in acts]

    def run(mine: Sequence[Callable[[], Answer]], into: list[tuple[float, Answer]]) -> None:
        gate.wait()
        for act in mine:
            began = time.perf_counter()
            answer = act()
            into.append((time.perf_counter() - began, answer))

    threads = [threading.Thread(target=run, args=pair) for pair in zip(acts, found, strict=True)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if len(every := [one for mine in found for one in mine]) != sum(map(len, acts)):
        raise SystemExit("a client ended early")
    return every, seconds


def _programs(house: House, world: dict[str, Any]) -> list[Program]:
    return [Program(house.port, who["token"]) for who in world["people"][:CLIENTS]]


def _p95(name: str, times: list[float], most: float, note: str = "") -> None:
    p95 = statistics.quantiles(times, n=20)[-1]
    spread = f"p50 {statistics.median(times):.0f}, max {max(times):.0f} ms over {len(times)}"
    told = "; ".join(filter(None, (spread, note)))
    say(name, round(p95, 1), "ms", target=f"≤ {most} ms", met=p95 <= most, note=told)


if __name__ == "__main__":
    sys.exit(main())
