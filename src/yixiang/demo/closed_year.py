"""What the stories about a closed year have in common: who acts, when, and the first steps of its calculation."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from yixiang.assessment import commands as grading
from yixiang.assessment.commands import Found
from yixiang.demo.orders import Ground
from yixiang.kernel.periods import local_date, midnight
from yixiang.ledger.commands import programmes
from yixiang.ledger.commands.programmes import Plan
from yixiang.ledger.models import Programme
from yixiang.people.access import forget_grants
from yixiang.people.models import Person
from yixiang.subsidies.commands import calculating, checking
from yixiang.subsidies.models import Run
from yixiang.units.models import Unit


def is_over(ground: Ground, first_year: int) -> bool:
    """Whether the last year is one under the law, and the present one old enough to have dealt with it."""
    today = local_date(ground.now)
    return today.year - 1 >= first_year and today >= date(today.year, 4, 1)


class ClosedYear:
    """The last year of one place, and the office that deals with it in the present one."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.year = ground, local_date(ground.now).year - 1
        self.began, self.prefix = midnight(date(self.year + 1, 1, 1)), ground.place.prefix
        for one in ground.people.values():
            forget_grants(one)
        self.office, self.cashier = self.person("authority"), self.person("finance")

    def person(self, suffix: str) -> Person:
        return self.ground.people[f"{self.prefix}.{suffix}"]

    def unit(self, key: str) -> Unit:
        return Unit.objects.get(pk=self.ground.units[f"{self.prefix}.{key}"].pk)

    def at(self, part: float) -> datetime:
        """So far into the present year."""
        return self.began + (self.ground.now - self.began) * part

    def grade(self, grades: Mapping[str, str], document: str) -> None:
        for key, grade in grades.items():
            found = Found(grade, local_date(self.at(0.15)), document)
            grading.record(self.unit(key), self.year, found, actor=self.office, now=self.at(0.16))

    def programme(self, subject: str, year: int, what: str, settings: Mapping[str, str]) -> Programme:
        place = self.ground.place
        title = f"{place.name}{'省' if place.city else '市'} {year} 年度{what}（演示）"
        until = date(self.year + 1, 12, 31)
        plan = Plan(subject, place.region, year, title, Decimal(5_000_000), date(year, 1, 1), until, settings)
        now = self.at(0.2)
        return programmes.open_programme(programmes.plan(plan, actor=self.office, now=now), actor=self.office, now=now)

    def sent(self, programme: Programme) -> Run:
        """Calculated, and before the units."""
        run = calculating.start(programme, actor=self.office, now=self.at(0.25))
        run = calculating.calculate(run, actor=None, now=self.at(0.25) + timedelta(minutes=1))
        return checking.send(run, actor=self.office, days=5, now=self.at(0.26))
