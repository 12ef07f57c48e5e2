"""`yixiang policy`: packs checked and read out at the terminal, for whoever writes or answers for them."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yixiang.config.policies import SUBJECTS
from yixiang.config.trouble import Trouble
from yixiang.policy import Library, NoPack, Pack, PacksRefused
from yixiang.policy.checking import check as check_packs
from yixiang.policy.packs import Entry
from yixiang.policy.problems import suggestion


def read(root: Path) -> Library:
    """All packs, or every flaw with its file and line."""
    try:
        return Library.load(root, SUBJECTS)
    except PacksRefused as refused:
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(refused.problems, start=1))
        raise Trouble(f"政策包有 {len(refused.problems)} 处错误：\n{listed}") from refused


def check(root: Path) -> int:
    """Every pack on a line; 1 when one does not answer as its worked examples say."""
    bad = cases = packs = 0
    for found in check_packs(read(root)):
        print(f"{'✗' if found.problems else '✓'} {found.pack.name}（{found.cases} 个算例）")
        for problem in found.problems:
            print(f"    {problem}")
        packs, cases, bad = packs + 1, cases + found.cases, bad + len(found.problems)
    print(f"\n{packs} 个政策包、{cases} 个算例，" + (f"有 {bad} 处不符。" if bad else "全部相符，日期没有重叠和空档。"))
    return 1 if bad else 0


def explain(root: Path, jurisdiction: str, subject: str, on: date) -> int:
    """One pack in plain Chinese, entry by entry with its article."""
    library = read(root)
    if jurisdiction not in library.jurisdictions:
        raise Trouble(f"没有 {jurisdiction!r} 这个地区", suggestion(jurisdiction, library.jurisdictions))
    shelf = library.packs(jurisdiction, subject)
    place = library.jurisdictions[jurisdiction].name
    if not shelf:
        known = {pack.subject.name for pack in library.packs(jurisdiction)}
        raise Trouble(f"{place}没有主题 {subject!r} 的政策包", suggestion(subject, known))
    try:
        pack = library.pack(jurisdiction, subject, on)
    except NoPack:
        spans = "；".join(f"{pack.title}：{_span(pack)}" for pack in shelf)
        raise Trouble(f"{place}在 {on} 没有生效的“{shelf[0].subject.title}”政策包", f"有的是：{spans}") from None
    print("\n".join(_lines(pack, place, on, len(library.cases_of(pack)))))
    return 0


def _lines(pack: Pack[Any], place: str, on: date, cases: int) -> Iterator[str]:
    yield f"{place} · {pack.subject.title}"
    yield f"{pack.title}，{_span(pack)}；{on} 当日有效。"
    yield ""
    for source in pack.sources.values():
        yield f"依据：《{source.title}》" + (f"（{source.number}）" if source.number else "")
    for entry in pack.entries:
        yield ""
        yield entry.label
        yield from (f"  {line}" for line in entry.lines or ("（没有）",))
        yield f"  —— {_article(entry, named=len(pack.sources) > 1)}"
        if entry.cited.note:
            yield f"     {entry.cited.note}"
    yield ""
    yield f"{cases} 个算例 · 规则指纹 {pack.digest[:16]} · {pack.name}"


def _article(entry: Entry, *, named: bool) -> str:
    if entry.cited.is_setting:
        return "平台设置，文件没有规定"
    return f"《{entry.document}》{entry.cited.article}" if named else entry.cited.article


def _span(pack: Pack[Any]) -> str:
    return f"自 {pack.start} 起" + (f"，至 {pack.end - timedelta(days=1)} 止" if pack.end else "")
