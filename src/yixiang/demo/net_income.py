"""Net income of last year: the university's statement is accepted, the institute's begun and not finished."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from yixiang.demo.papers import scan
from yixiang.people.models import Person
from yixiang.subsidies.commands import handing, stating
from yixiang.subsidies.commands.stating import Correction, Figures
from yixiang.subsidies.models import Statement
from yixiang.subsidies.queries import statements as reading
from yixiang.units.models import Unit

At = Callable[[float], datetime]
AN_HOUR = Decimal(30)  # what a running hour costs here; the demo's own number
WHY = "课题组夜间自用约 100 小时没有经过平台，见机组运行记录。"


def write(univ: Unit, institute: Unit, year: int, at: At, *, by: Person, other: Person, office: Person) -> None:
    """`at` is so far into the present year; `by` and `other` look after the units."""
    statement = _filled(univ, year, at(0.3), by)
    statement = handing.submit(statement, actor=by, now=at(0.34))
    handing.accept(statement, actor=office, now=at(0.38))
    begun = stating.begin(institute, year, actor=other, now=at(0.5))
    figures = Figures(Decimal("3200.00"), None, None, runs_normally=True, totals={})
    stating.type_figures(begun, figures, actor=other, now=at(0.5) + timedelta(minutes=20))


def _filled(unit: Unit, year: int, now: datetime, by: Person) -> Statement:
    statement = stating.begin(unit, year, actor=by, now=now)
    rows = [row for row in reading.rows_of(statement) if row.open_minutes]
    paper, most = scan(by, "statement-paper", now), rows[0]
    said = Correction(most.open_minutes, most.all_minutes + 6000, WHY, paper)
    stating.correct(most, said, actor=by, now=now + timedelta(minutes=20))
    for kind in ("meter", "apportionment", "wages"):
        file = scan(by, "statement-paper", now)
        stating.add_paper(statement, file, kind=kind, actor=by, now=now + timedelta(minutes=30))
    totals = {row.pk: (row.all_minutes * AN_HOUR / 60).quantize(Decimal("0.01")) for row in rows}
    figures = Figures(statement.income_material, Decimal(0), Decimal(0), runs_normally=True, totals=totals)
    statement = stating.type_figures(statement, figures, actor=by, now=now + timedelta(minutes=40))
    half = Decimal(int(reading.reckon(statement).ceiling / 2))
    figures = Figures(statement.material, Decimal(0), half, runs_normally=True, totals={})
    return stating.type_figures(statement, figures, actor=by, now=now + timedelta(minutes=50))
