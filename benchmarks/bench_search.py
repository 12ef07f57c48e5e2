"""Finding among 100,000 and 1,000,000 instruments: time, index build, plans, quality, and the same over HTTP."""

import json
import os
import subprocess
import sys
from urllib.parse import urlencode

from benchmarks.bench_pages import BARE, say, times
from benchmarks.installation import HOME, Installation, installation
from benchmarks.load import measure

SIZES = os.environ.get("YIXIANG_BENCH_ROWS", "100000,1000000")
NEMO, NEMO_TIMES = "5–10 /s", 10  # tools by name over its API, measured elsewhere: it cannot run beside us
AT_MOST, OVER_HTTP = 4, 30
ASKED = ({"q": "电镜"}, {"q": "SEM", "region": "430000"}, {"q": "JEM-2100F"})


def main() -> int:
    p95: dict[int, float] = {}
    with installation() as place:
        for count in map(int, SIZES.split(",")):
            p95[count] = run(place, count)
            if len(p95) == 1:
                over_http(place)
    if len(p95) > 1:
        small, *_between, large = p95.values()
        baseline = f"{small:.1f} ms at {min(p95):,} rows"
        say(
            "find, p95 at the larger size",
            round(large, 1),
            "ms",
            baseline=baseline,
            ratio=large / small,
            target=f"≤ {AT_MOST} ×",
            met=large / small <= AT_MOST,
        )
    return 0


def run(place: Installation, count: int) -> float:
    """The measurements inside, their lines passed on; the p95 of finding."""
    command = [sys.executable, "-m", "benchmarks.search_run", str(count)]
    found = 0.0
    with subprocess.Popen(command, cwd=HOME, env=place.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            print(text, end="", flush=True)
            if text.startswith("{") and "find, p95" in text:
                found = float(json.loads(text)["value"])
    if process.returncode:
        raise SystemExit(f"the measurement at {count} rows ended with {process.returncode}")
    return found


def over_http(place: Installation) -> None:
    bare = measure(place.port, BARE)
    for query in ASKED:
        found = measure(place.port, f"/api/v1/instruments?{urlencode(query)}")
        times_nemo = found.per_second / NEMO_TIMES
        note = f"{times(found)}; {BARE} {bare.per_second:.0f}/s; NEMO cannot run here: its figure is of a like machine"
        say(
            f"over HTTP, {' '.join(query.values())}",
            round(found.per_second),
            "requests/s",
            baseline=f"NEMO {NEMO}",
            ratio=times_nemo,
            target=f"≥ {OVER_HTTP} ×",
            met=times_nemo >= OVER_HTTP,
            note=note,
        )


if __name__ == "__main__":
    sys.exit(main())
