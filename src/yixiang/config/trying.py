"""`yixiang policy simulate`: a closed year under other numbers, read out at the terminal."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from unicodedata import east_asian_width

from yixiang.config.trouble import Trouble
from yixiang.kernel.errors import Invalid, Refused
from yixiang.policy.changing import ChangeRefused, read_change
from yixiang.subsidies.queries import compared, simulated
from yixiang.subsidies.queries.simulated import Bench, Simulated, Typed
from yixiang.subsidies.simulating import Change

A_SIDE = 20
_WIDE = 40
_SUM = 20


def simulate(pack: str, year: int, sets: Sequence[str], *, now: datetime, as_json: bool) -> int:
    """2 when a change cannot be taken, with its name."""
    bench = _bench(pack, year, now)
    try:
        found = simulated.simulate_year(bench, Typed.of(bench, dict(map(read_change, sets))))
    except (ChangeRefused, Invalid) as refused:
        for name, words in refused.fields.items():
            print(f"✗ {name}：{''.join(words)}", file=sys.stderr)
        return 2
    except Refused as refused:
        raise Trouble(refused.message) from None
    if as_json:
        print(json.dumps(compared.as_json(found), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(found)))
    return 0


def _bench(pack: str, year: int, now: datetime) -> Bench:
    jurisdiction, _, rest = pack.partition("/")
    subject, _, day = rest.partition("/")
    try:
        on = date.fromisoformat(day) if day else None
        return simulated.bench(jurisdiction, subject, year, now=now, on=on)
    except ValueError:
        raise Trouble(f"{day!r} 不是日期", "应写成 hunan/provider-subsidy/2026-05-01") from None
    except Refused as refused:
        raise Trouble(refused.message) from None


def _lines(one: Simulated) -> Iterator[str]:
    found, bench = one.found, one.bench
    yield f"{bench.place.name} · {bench.pack.subject.title} · {bench.year} 年度试算"
    yield f"{bench.pack.title}（{bench.pack.name}）"
    if one.began_within:
        yield f"政策包自 {bench.pack.start} 起施行，试算把它用于全年的订单。"
    yield ""
    yield "改动" if one.altered else "没有改动，以下是现行规定的结果。"
    for change in one.altered:
        yield f"  {change.label}：{change.was} → {change.now}" + (f"（{change.article}）" if change.article else "")
    yield ""
    yield _row("", "现行", "试算", "差额")
    yield _sums("合计", found.before, found.after)
    if found.budget is not None and found.left is not None:
        yield f"预算 {found.budget:,.2f} 元，试算后{'结余' if found.left >= 0 else '超出'} {abs(found.left):,.2f} 元"
    for chart in compared.charts(one):
        yield ""
        yield chart.title
        for bar in chart.bars:
            yield _sums(f"  {bar.label}（{bar.group.units} 家）", bar.group.before, bar.group.after)
    yield from _side("增加的单位", found.winners)
    yield from _side("减少的单位", found.losers)
    yield from _unreckoned(found.unreckoned)
    yield ""
    yield "没有写入任何数据。"


def _side(title: str, changes: Sequence[Change]) -> Iterator[str]:
    yield ""
    yield f"{title}（{len(changes)} 家）"
    for change in changes[:A_SIDE]:
        yield _sums(f"  {change.party.name}", change.before.amount, change.after.amount)
    if len(changes) > A_SIDE:
        yield f"  …… 还有 {len(changes) - A_SIDE} 家，用 --json 看全部"


def _unreckoned(changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    yield f"没有核算的单位（{len(changes)} 家，按 0 元计入合计）"
    for change in changes[:A_SIDE]:
        was, now = compared.said(change.before), compared.said(change.after)
        yield f"  {change.party.name}：" + (was if was == now else f"现行 {was}，试算 {now}")
    if len(changes) > A_SIDE:
        yield f"  …… 还有 {len(changes) - A_SIDE} 家，用 --json 看全部"


def _sums(label: str, before: Decimal, after: Decimal) -> str:
    return _row(label, f"{before:,.2f}", f"{after:,.2f}", f"{after - before:+,.2f}")


def _row(label: str, *cells: str) -> str:
    """A label may be longer than its place; sums stand below one another."""
    return label + " " * max(0, _WIDE - _width(label)) + "".join(" " * (_SUM - _width(one)) + one for one in cells)


def _width(text: str) -> int:
    """Chinese characters take two places on a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
