"""64 clients, 10,000 attempts on overlapping slots of 20 instruments through every door, processes killed meanwhile."""

import os
import sys

from benchmarks import race, race_rows
from benchmarks.bench_pages import say
from benchmarks.house import new_house

ATTEMPTS = int(os.environ.get("YIXIANG_BENCH_ATTEMPTS", "10000"))
PLAN = race.Plan(clients=64, attempts=ATTEMPTS, instruments=20, seconds=1500, kills_apart=30)


def main() -> int:
    with new_house() as house:
        told, breaks, seconds = race.run(house, PLAN)
        queue = race_rows.wait_for_the_queue(house)
        found = race_rows.faults(house, told)
        counted = race_rows.figures(house, told)
    for sentence in found:
        print(sentence)
    begun = min(told.began, ATTEMPTS)
    kills = ", ".join(f"{many} × {what}" for what, many in told.kills.items())
    say("attempts through all doors", begun, "", target="≥ 10,000", met=begun >= 10_000, note=f"{PLAN.clients} clients,"
        f" {PLAN.instruments} instruments, {seconds:.0f} s; SIGKILL: {kills}")  # fmt: skip
    say("lost, doubled, overlapping or unexplained", len(found), "findings", target="0", met=not found, note="; ".join(
        f"{many} {what}" for what, many in counted.items() if what != "kills"))  # fmt: skip
    broken = f"connections broken {breaks.lost} times, answers given again {breaks.replayed} times"
    say("orders acknowledged and found once", len(told.placed), "", note=broken)
    few = sum(times for many, times in told.alternatives.items() if many < 3)
    say("refusals for taken time", told.alternatives.total(), "", note=f"with fewer than three other times: {few}")
    say("until the queue was empty", round(queue, 1), "s", note="a dead worker is missed after one minute")
    for door, many in sorted(told.answers.items()):
        print(f"    {door}: {many}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
