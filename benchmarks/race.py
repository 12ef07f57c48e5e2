"""Many people want the same few hours through every door at once, while processes die.

What each client was told is written down; `race_rows` then asks the database whether all of it is true.
"""

import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks import race_rows
from benchmarks.callers import Answer, Breaks, Browser, Program
from benchmarks.house import House

ORDERS = "/api/v1/orders"
CALM = 6.0  # seconds between two deaths: granian takes a process that dies sooner for one that cannot start


@dataclass(frozen=True)
class Plan:
    clients: int
    attempts: int
    instruments: int
    seconds: float  # no attempt begins later
    kills_apart: float


@dataclass
class Told:
    """What the clients were told. Dictionaries and counters change under one lock."""

    placed: dict[str, str] = field(default_factory=dict)  # what the wish said → number of the order
    tried: set[str] = field(default_factory=set)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    alternatives: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)  # order → line, seen by the keeper's clients
    holds: list[tuple[str, int]] = field(default_factory=list)
    began: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(house: House, plan: Plan) -> tuple[Told, Breaks, float]:
    """The race, bounded by attempts and by seconds; how long it took."""
    world = json.loads(house.run("benchmarks.fill_race", str(plan.clients), str(plan.instruments)))
    race_rows.keep_ledger(house)
    told, breaks, over = Told(), Breaks(), threading.Event()
    clients = [Client(house.port, number, world, plan, told, breaks) for number in range(plan.clients)]
    threads = [threading.Thread(target=client.run) for client in clients]
    death = threading.Thread(target=_kill, args=(house, plan, told, over))
    began = time.perf_counter()
    for thread in (*threads, death):
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    over.set()
    death.join()
    return told, breaks, seconds


def _kill(house: House, plan: Plan, told: Told, over: threading.Event) -> None:
    """In turn one web process, the worker, and now and then the whole of the web."""
    turn = 0
    while not over.wait(max(plan.kills_apart, CALM)):
        turn += 1
        what = "worker" if turn % 2 else "whole web" if turn % 6 == 0 else "web process"
        house.tend()
        if what == "web process":
            house.kill_one_web_process()
        else:
            house.kill("web" if what == "whole web" else "worker")
        told.kills[what] += 1
        house.wait()


class Client:
    """One of the crowd: a program and a browser of one person, and the keeper's program."""

    def __init__(self, port: int, number: int, world: dict[str, Any], plan: Plan, told: Told, breaks: Breaks) -> None:
        who = world["people"][number]
        self.world, self.plan, self.told, self.end = world, plan, told, time.monotonic() + plan.seconds
        self.chance = random.Random(number)
        self.program = Program(port, who["token"], breaks)
        self.keeper = Program(port, world["keeper"], breaks)
        self.browser = Browser(port, who["session"], breaks)
        self.own: dict[str, int] = {}  # orders that hold time → their line
        self.drafts: dict[str, int] = {}

    def run(self) -> None:
        doors = list(DOORS)
        weights = [DOORS[door] for door in doors]
        while time.monotonic() < self.end and self._next():
            door = self.chance.choices(doors, weights)[0]
            try:
                door(self)
            except Exception as trouble:  # written down; the other clients go on
                self._trouble(f"{door.__name__}: {trouble!r}")
        for caller in (self.program, self.keeper, self.browser):
            caller.link.close()

    def _next(self) -> bool:
        with self.told.lock:
            self.told.began += 1
            return self.told.began <= self.plan.attempts

    def _trouble(self, what: str) -> None:
        with self.told.lock:
            self.told.troubles.append(what[:300])

    # --- what is wished

    def _time(self) -> tuple[datetime, datetime]:
        start = datetime.fromisoformat(f"{self.chance.choice(self.world['days'])}T09:00:00+08:00")
        start += timedelta(minutes=30 * self.chance.randrange(12))
        return start, start + timedelta(hours=self.chance.choice((1, 2)))

    def _instrument(self) -> str:
        return str(self.chance.choice(self.world["instruments"]))

    # --- what was told

    def _note(self, door: str, answer: Answer | None) -> bool:
        """Whether it was done. A refusal for taken time is looked into; what nobody should see is a trouble."""
        said = "nobody" if answer is None else answer.code or str(answer.status)
        with self.told.lock:
            self.told.answers[f"{door}: {said}"] += 1
            if answer is not None and answer.code == "time-taken":
                self.told.alternatives[len(answer.body.get("alternatives", []))] += 1
        if answer is not None and (answer.status >= 500 or answer.status in {400, 401, 403, 422, 429}):
            self._trouble(f"{door}: {answer.status} {str(answer.body)[:200]}")
        return answer is not None and answer.status < 400

    def _move(self, by: Program, number: str, action: str, data: dict[str, Any] | None = None) -> Answer | None:
        answer = by.send("POST", f"{ORDERS}/{number}/{action}", data or {})
        done = self._note(action, answer)
        with self.told.lock:
            if done:
                self.told.moves[number, action] += 1
            if answer is None:
                self.told.unknown[number, action] += 1
        return answer

    def _follow(self, number: str, line: int, answer: Answer | None) -> None:
        """Where the order stands now, as far as one was told."""
        state = answer.body["state"]["code"] if answer and answer.status < 400 else ""
        if not state:
            return
        for kept, states in ((self.own, ("submitted", "accepted")), (self.drafts, ("draft",))):
            kept.pop(number, None)
            if state in states:
                kept[number] = line
        if state == "submitted":
            with self.told.lock:
                self.told.waiting[number] = line

    # --- the doors

    def place(self) -> None:
        start, end = self._time()
        said = f"race {uuid.uuid4()}"
        line = {"instrument": self._instrument(), "start": start.isoformat(), "end": end.isoformat()}
        wish = {"lines": [line], "content": said, "contact_phone": "13800138000", "submit": True}
        with self.told.lock:
            self.told.tried.add(said)
        answer = self.program.send("POST", ORDERS, wish)
        if not self._note("place", answer) or answer is None:
            return
        number = answer.body["number"]
        with self.told.lock:
            self.told.placed[said] = number
            self.told.moves[number, "submit"] += 1
        self._follow(number, answer.body["lines"][0]["id"], answer)

    def form(self) -> None:
        """The pages: the form, then the look at it, then it is submitted. What was refused is thrown away."""
        start, end = self._time()
        code = self._instrument()
        said = f"race {uuid.uuid4()}"
        typed = {
            "instrument": code, "line-0-mode": "time", "line-0-day": start.date().isoformat(),
            "line-0-begins": f"{start:%H:%M}", "line-0-finishes": f"{end:%H:%M}", "line-0-way": "entrusted",
            "content": said, "contact_name": "王芳", "contact_phone": "13800138000", "purpose": "research",
        }  # fmt: skip
        made = self.browser.post(f"/desk/orders/new/?instrument={code}", typed)
        if made is None or made.status != 302:
            self._note("form", made)
            return
        number = _header(made, "Location").split("/")[-3]
        sent = self.browser.post(f"/desk/orders/{number}/check/", {"version": "1", "total": ""})
        if sent is None:
            with self.told.lock:
                self.told.unknown[number, "submit"] += 1
        elif sent.status == 302:
            with self.told.lock:
                self.told.placed[said] = number
                self.told.moves[number, "submit"] += 1
        else:
            with self.told.lock:
                self.told.alternatives[_times_said(str(sent.body))] += sent.status == 409
            self.browser.post(f"/desk/orders/{number}/drop/", {})
        self._note("form", sent)

    def reschedule(self) -> None:
        self._retime(self.own, self.program, "reschedule", {})

    def shift(self) -> None:
        with self.told.lock:
            some = dict(self.told.waiting)
        self._retime(some, self.keeper, "shift", {"note": "仪器维护"})

    def _retime(self, some: dict[str, int], by: Program, action: str, more: dict[str, Any]) -> None:
        if not some:
            return self.place()
        number = self.chance.choice(list(some))
        start, end = self._time()
        line = {"line": some[number], "start": start.isoformat(), "end": end.isoformat()}
        answer = self._move(by, number, action, {"lines": [line], **more})
        if some is self.own:
            self._follow(number, some[number], answer)
        return None

    def withdraw(self) -> None:
        self._give_back("withdraw")

    def cancel(self) -> None:
        self._give_back("cancel")

    def _give_back(self, action: str) -> None:
        if not self.own:
            return self.place()
        number = self.chance.choice(list(self.own))
        self._follow(number, self.own[number], self._move(self.program, number, action))
        return None

    def resubmit(self) -> None:
        """What was withdrawn, once more; when its time is gone it is cancelled."""
        if not self.drafts:
            return self.place()
        number = self.chance.choice(list(self.drafts))
        line = self.drafts[number]
        answer = self._move(self.program, number, "submit")
        if answer is None or answer.status >= 400:
            answer = self._move(self.program, number, "cancel")
        self._follow(number, line, answer)
        return None

    def accept(self) -> None:
        self._serve("accept", {})

    def refuse(self) -> None:
        self._serve("refuse", {"reason": "other", "note": "样品不合适"})

    def call_off(self) -> None:
        self._serve("call_off", {"note": "仪器故障"})

    def _serve(self, action: str, data: dict[str, Any]) -> None:
        with self.told.lock:
            number = self.chance.choice(list(self.told.waiting)) if self.told.waiting else ""
        if not number:
            return self.place()
        self._move(self.keeper, number, action, data)
        return None

    def downtime(self) -> None:
        start, end = self._time()
        code = self._instrument()
        data = {"kind": "downtime", "starts": start.isoformat(), "ends": end.isoformat(), "note": "保养"}
        answer = self.keeper.send("POST", f"/api/v1/instruments/{code}/holds", data)
        if self._note("downtime", answer) and answer is not None:
            with self.told.lock:
                self.told.holds.append((code, answer.body["id"]))

    def release(self) -> None:
        with self.told.lock:
            code, pk = self.told.holds.pop(0) if self.told.holds else ("", 0)
        if code:
            self._note("release", self.keeper.send("DELETE", f"/api/v1/instruments/{code}/holds/{pk}"))


DOORS: dict[Callable[[Client], None], int] = {
    Client.place: 40, Client.form: 6, Client.reschedule: 16, Client.shift: 3, Client.withdraw: 6, Client.cancel: 6,
    Client.resubmit: 6, Client.accept: 10, Client.refuse: 2, Client.call_off: 2, Client.downtime: 4, Client.release: 3,
}  # fmt: skip


def _times_said(page: str) -> int:
    """How many other times the sentence on the page names."""
    sentence = page.partition('id="refused"')[2].partition("</h2>")[0].partition("可以改选：")[2]
    return sentence.count("；") + 1 if sentence else 0


def _header(answer: Answer, name: str) -> str:
    return next(value for key, value in answer.headers.items() if key.lower() == name.lower())
