"""The public pages at 100,000 instruments: made anew against a bare page of cards, kept ones against a bare view."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from benchmarks.bench_pages import BARE, say, times
from benchmarks.installation import HOME, Installation, free_port, installation
from benchmarks.load import CLIENTS, Figures, connect, measure

ROWS = int(os.environ.get("YIXIANG_BENCH_PAGES_ROWS", "100000"))
FRESH, KEPT = 0.5, 0.6
PAGES = {
    "result page, all": "/instruments/",
    "result page, a word and two filters": "/instruments/?q=SEM&region=430000&price_max=500",
    "home page": "/",
}


def main() -> int:
    with installation() as place:
        place.run("benchmarks.fill_catalogue", str(ROWS))
        with bare_page(place) as port:
            cards = measure(port, "/")
        say("bare page: one statement, 20 cards, Jinja2", round(cards.per_second), "requests/s", note=times(cards))
        bare = measure(place.port, BARE)
        say("bare view, " + BARE, round(bare.per_second), "requests/s", note=times(bare))
        for name, path in PAGES.items():
            compare(f"{name}, made anew", measure_fresh(place.port, path), cards, FRESH, "bare page")
            compare(f"{name}, kept", measure(place.port, path), bare, KEPT, "bare view")
    return 0


def compare(name: str, found: Figures, bare: Figures, least: float, what: str) -> None:
    share = found.per_second / bare.per_second
    say(
        f"{name}, visitor",
        round(found.per_second),
        "requests/s",
        baseline=f"{what} {bare.per_second:.0f}/s",
        ratio=share,
        target=f"≥ {least:.0%} of the {what}",
        met=share >= least,
        note=times(found),
    )


def measure_fresh(port: int, path: str) -> Figures:
    """Each request asks for another address of the same page, so that none is kept."""
    numbers = count(1)
    mark = "&" if "?" in path else "?"
    return measure(port, path, address=lambda: f"{path}{mark}fresh={next(numbers)}")


@contextmanager
def bare_page(place: Installation) -> Iterator[int]:
    """A server of its own with as many workers, over the same database."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "benchmarks.bare_page:application", "--interface", "wsgi"),
        *(
            "--port",
            str(port),
            "--workers",
            "2",
            "--blocking-threads",
            "4",
            "--no-access-log",
            "--log-level",
            "warning",
        ),
    ]
    process = subprocess.Popen(command, cwd=HOME, env=place.environment)
    try:
        wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def wait(port: int) -> None:
    for _ in range(120):
        try:
            link = connect(port)
            link.request("GET", "/")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit(f"the bare page did not start; {CLIENTS} clients wait")


if __name__ == "__main__":
    sys.exit(main())
