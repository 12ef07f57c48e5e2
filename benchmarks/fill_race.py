"""Instruments, a keeper and people with tokens and sessions: `fill_race 64 20` prints who and what as JSON."""

import json
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from yixiang.catalogue.models import Instrument, OpeningHours, Tariff, TariffLine  # noqa: E402
from yixiang.kernel import scopes  # noqa: E402
from yixiang.people.commands import tokens  # noqa: E402
from yixiang.people.commands.grants import bestow  # noqa: E402
from yixiang.people.commands.roles import load_roles  # noqa: E402
from yixiang.people.models import Person  # noqa: E402
from yixiang.units.models import Membership, Unit  # noqa: E402

NOW = timezone.now()
FIRMS = 4
BUFFER = 15  # minutes after each booking, so that neighbours collide too


def main(people: int, instruments: int) -> dict[str, Any]:
    call_command("createcachetable", verbosity=0)
    load_roles(settings.HOME / "reference" / "roles.toml")
    provider = unit("湘江大学分析测试中心", "race", provides=True)
    firms = [unit(f"湘江材料科技{number}有限公司", f"firm{number}", uses=True) for number in range(FIRMS)]
    keeper = person("race.keeper", provider)
    bestow(keeper, role="unit_admin", scope=scopes.unit(provider.pk), by=None, now=NOW, scope_label=provider.name)
    first = timezone.localdate(NOW) + timedelta(days=3)
    return {
        "provider": provider.account_name,
        "keeper": token(keeper),
        "people": [caller(person(f"race.{number}", firms[number % FIRMS])) for number in range(people)],
        "instruments": [instrument(provider, number).code for number in range(instruments)],
        "days": [first.isoformat(), (first + timedelta(days=1)).isoformat()],
    }


def unit(name: str, account: str, **facts: bool) -> Unit:
    return Unit.objects.create(
        name=name, account_name=account, region="430104", kind="team", state="joined", joined_at=NOW, confirmed_at=NOW,
        **facts,
    )  # fmt: skip


def person(username: str, of: Unit) -> Person:
    made = Person.objects.create(username=username, name=username, email=f"{username}@race.invalid")
    Membership.objects.create(person=made, unit=of, state="member", asked_at=NOW, since=NOW)
    return made


def token(who: Person) -> str:
    return tokens.make(who, name="race", permissions=["write"], days=30, now=NOW)[1]


def caller(who: Person) -> dict[str, str]:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {"token": token(who), "session": client.cookies[settings.SESSION_COOKIE_NAME].value}


def instrument(provider: Unit, number: int) -> Instrument:
    made = Instrument.objects.create(
        unit=provider, name=f"场发射扫描电镜 {number} 号", category="010102", worth=Decimal(3_200_000), state="listed",
        listed_at=NOW, confirmed_at=NOW, region="430104", notice_hours=0, buffer_after=BUFFER, keeps_holidays=False,
    )  # fmt: skip
    OpeningHours.objects.bulk_create(
        OpeningHours(instrument=made, weekday=day, opens=9 * 60, closes=17 * 60) for day in range(7)
    )
    tariff = Tariff.objects.create(instrument=made, valid_from=NOW.date() - timedelta(days=30), published_at=NOW)
    TariffLine.objects.create(tariff=tariff, component="running", basis="hour", price=200)
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
