"""What a page costs against a bare Django view of the same server in the same run, and what a first visit weighs."""

import json
import re
import sys
from typing import Any

from benchmarks.installation import installation
from benchmarks.load import CLIENTS, Figures, connect, measure, sign_in
from yixiang.demo.cast import PASSWORD

CASES = 50
BARE = "/healthz"
INBOX_P95_MS = 80
VISIT_KB, SCRIPT_KB = 250, 120


def main() -> int:
    with installation() as place:
        place.run("benchmarks.fill_inbox", str(CASES))
        port = place.port
        bare = measure(port, BARE)
        say("bare view, " + BARE, round(bare.per_second), "requests/s", note=times(bare))
        home(bare, measure(port, "/"))
        cookies = [sign_in(port, "hn.city", PASSWORD) for _ in range(CLIENTS)]
        inbox(bare, measure(port, "/desk/", cookies))
        weigh(port)
    return 0


def home(bare: Figures, found: Figures) -> None:
    baseline, share = f"{BARE} {bare.per_second:.0f}/s", found.per_second / bare.per_second
    note = f"rendered anew for each visitor; {times(found)}"
    say("home page, visitor", round(found.per_second), "requests/s", baseline=baseline, ratio=share, note=note)


def inbox(bare: Figures, found: Figures) -> None:
    share, where = found.per_second / bare.per_second, f"inbox, signed in, {CASES} cases"
    note = f"{CLIENTS} clients at once, on the cores the server needs too"
    say(f"{where}: p50", round(found.p50, 1), "ms", note=note)
    say(f"{where}: p95", round(found.p95, 1), "ms", target=f"≤ {INBOX_P95_MS} ms", met=found.p95 <= INBOX_P95_MS)
    baseline = f"{BARE} {bare.per_second:.0f}/s"
    say(f"{where}: rate", round(found.per_second), "requests/s", baseline=baseline, ratio=share)


def weigh(port: int) -> None:
    """Bodies as they come over the wire to a browser that has nothing yet."""
    page, encoding = fetched(port, "/", "identity")
    wire, _ = fetched(port, "/", "br, gzip")
    text = page.decode()
    scripts = re.findall(r'<script[^>]*\ssrc="([^"]+)"', text)
    others = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', text) + re.findall(
        r'<img[^>]*\ssrc="([^"]+)"', text
    )
    script_kb = sum(len(fetched(port, path, "br, gzip")[0]) for path in dict.fromkeys(scripts)) / 1000
    other_kb = sum(len(fetched(port, path, "br, gzip")[0]) for path in dict.fromkeys(others)) / 1000
    total = len(wire) / 1000 + script_kb + other_kb
    note = f"HTML {len(wire) / 1000:.1f} kB, scripts {script_kb:.1f} kB, styles and icons {other_kb:.1f} kB"
    say(
        "first visit to the home page",
        round(total, 1),
        "kB",
        target=f"≤ {VISIT_KB} kB",
        met=total <= VISIT_KB,
        note=note,
    )
    used = fetched(port, scripts[0], "br, gzip")[1] if scripts else encoding
    note = f"compression: {used or 'none'}"
    say(
        "scripts of that visit",
        round(script_kb, 1),
        "kB",
        target=f"≤ {SCRIPT_KB} kB",
        met=script_kb <= SCRIPT_KB,
        note=note,
    )


def fetched(port: int, path: str, encodings: str) -> tuple[bytes, str]:
    link = connect(port)
    link.request("GET", path, headers={"Accept-Encoding": encodings})
    answer = link.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return body, answer.headers.get("Content-Encoding", "")


def times(found: Figures) -> str:
    return f"p50 {found.p50:.1f} ms, p95 {found.p95:.1f} ms over {found.count} requests, {CLIENTS} clients"


def say(name: str, value: float, unit: str, **more: Any) -> None:
    print(json.dumps({"name": name, "value": value, "unit": unit, **more}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
