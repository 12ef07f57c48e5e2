"""Registers units until the city's inbox holds as many cases as asked: through the same commands the pages use."""

import sys
from datetime import datetime

import django

django.setup()

from django.utils import timezone  # noqa: E402

from yixiang.demo import papers  # noqa: E402
from yixiang.demo.cast import PLACES  # noqa: E402
from yixiang.demo.units import credit_code  # noqa: E402
from yixiang.people.models import Person  # noqa: E402
from yixiang.reviews import queries  # noqa: E402
from yixiang.units import law  # noqa: E402
from yixiang.units.commands import registering  # noqa: E402

HUNAN = PLACES[0]


def main(wanted: int) -> None:
    reviewer = Person.objects.get(username="hn.city")
    for number in range(1000, 1000 + wanted):
        if queries.inbox(reviewer).count() >= wanted:
            break
        register(number, timezone.now())
    print(f"  {queries.inbox(reviewer).count()} cases wait for {reviewer.username}")


def register(number: int, now: datetime) -> None:
    who = Person.objects.create(username=f"bench.{number}", name=f"管理员{number}", demo=True)
    typed = {
        "name": f"第{number}号测量样品有限公司", "kind": "enterprise", "affiliation": "municipal",
        "credit_code": credit_code(HUNAN, number, "enterprise"), "region": HUNAN.capital,
        "address": f"演示路 {number} 号",
        "uses": "on", "legal_representative": "演示法人", "founded": "2011-06-18", "industry": "C", "nature": "private",
        "contact_name": who.name, "contact_phone": "13800138000", "contact_email": "bench@demo.yixiang.invalid",
        "headcount": "86", "last_year_revenue": "3200万", "account_name": f"bench{number}",
    }  # fmt: skip
    unit = registering.start_draft(who, now=now, demo=True)
    registering.save_draft(unit, actor=who, typed=typed, now=now)
    version = law.commitment_version(HUNAN.capital, on=now.date())
    unit = registering.accept_commitment(unit, actor=who, version=version, now=now)
    for purpose in law.missing_attachments(unit, typed, on=now.date()):
        registering.attach(unit, actor=who, purpose=purpose, file=papers.scan(who, purpose, now), now=now)
    registering.submit(unit, actor=who, now=now)


if __name__ == "__main__":
    main(int(sys.argv[1]))
