"""领取: up to the limit of the year, by what the unit is today."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yixiang.kernel.errors import Invalid, NotPermitted, Refused
from yixiang.ledger.models import Programme
from yixiang.people.access import grants_of
from yixiang.people.models import Person
from yixiang.units.models import IntegrityFlag, Unit
from yixiang.units.tests.test_at_once import together
from yixiang.vouchers.commands import claiming
from yixiang.vouchers.models import Claim, Entitlement, Redemption
from yixiang.vouchers.queries.account import meets_vouchers, years_of
from yixiang.vouchers.tests.conftest import NOW, TODAY, MakePerson, belong, browser, enterprise


def claim(unit: Unit, programme: Programme, by: Person, wanted: str | None = None) -> Claim:
    return claiming.claim(unit, programme, actor=by, now=NOW, wanted=None if wanted is None else Decimal(wanted))


def test_a_high_tech_firm_claims_fifty_thousand_and_not_a_cent_more(
    xuchang: Programme, xu_firm: Unit, xu_user: Person
) -> None:
    claim(xu_firm, xuchang, xu_user, "49999.99")
    with pytest.raises(Refused) as refused:
        claim(xu_firm, xuchang, xu_user, "0.02")
    assert refused.value.code == "cap-reached"
    assert claim(xu_firm, xuchang, xu_user).amount == Decimal("0.01")
    with pytest.raises(Refused):
        claim(xu_firm, xuchang, xu_user)
    assert Entitlement.objects.get().claimed == Decimal("50000.00")


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        ({"high_tech": False, "technology_sme": True, "technology_sme_year": 2026}, "30000.00"),
        ({"technology_sme": True, "technology_sme_year": 2026}, "50000.00"),
        ({"kind": "team", "high_tech": False}, "30000.00"),
    ],
)
def test_the_limit_is_that_of_the_kind_of_user(
    facts: dict[str, Any], limit: str, xuchang: Programme, xu_firm: Unit, xu_user: Person
) -> None:
    Unit.objects.filter(pk=xu_firm.pk).update(**facts)
    xu_firm.refresh_from_db()
    assert claim(xu_firm, xuchang, xu_user).amount == Decimal(limit)


@pytest.mark.parametrize(
    "facts",
    [
        {"high_tech": False},
        {"high_tech_until": date(2026, 5, 10)},
        {"high_tech": False, "technology_sme": True, "technology_sme_year": 2027},
    ],
)
def test_a_certificate_that_has_run_out_claims_nothing(
    facts: dict[str, Any], xuchang: Programme, xu_firm: Unit, xu_user: Person
) -> None:
    Unit.objects.filter(pk=xu_firm.pk).update(**facts)
    xu_firm.refresh_from_db()
    with pytest.raises(Refused, match="没有领取"):
        claim(xu_firm, xuchang, xu_user)
    assert not Entitlement.objects.exists()


@pytest.mark.parametrize("kind", ["dishonest", "abnormal"])
def test_a_standing_flag_excludes_and_a_lifted_one_does_not(
    kind: str, xuchang: Programme, xu_firm: Unit, xu_user: Person
) -> None:
    flag = IntegrityFlag.objects.create(unit=xu_firm, kind=kind, since=TODAY, source="公示", noted_at=NOW)
    with pytest.raises(Refused, match="没有被列入"):
        claim(xu_firm, xuchang, xu_user)
    flag.lifted_on = TODAY
    flag.save()
    claim(xu_firm, xuchang, xu_user)


@pytest.mark.parametrize("wanted", ["-1.00", "0.00", "1.005", "NaN"])
def test_what_is_no_amount_is_refused(wanted: str, xuchang: Programme, xu_firm: Unit, xu_user: Person) -> None:
    with pytest.raises(Invalid):
        claim(xu_firm, xuchang, xu_user, wanted)


def test_a_firm_that_falls_to_a_lower_class_keeps_what_it_claimed(
    xuchang: Programme, xu_firm: Unit, xu_user: Person
) -> None:
    claim(xu_firm, xuchang, xu_user, "40000.00")
    xu_firm.high_tech, xu_firm.technology_sme, xu_firm.technology_sme_year = False, True, 2026
    xu_firm.save()
    with pytest.raises(Refused):
        claim(xu_firm, xuchang, xu_user, "1.00")
    (year,) = years_of(xu_firm, today=TODAY)
    assert (year.left, year.claimable) == (Decimal("40000.00"), 0)


def test_only_for_ones_own_unit_and_where_vouchers_are_claimed(
    xuchang: Programme, province: Programme, xu_firm: Unit, firm: Unit, user: Person, person: MakePerson
) -> None:
    with pytest.raises(NotPermitted):
        claim(xu_firm, xuchang, user)
    for programme in (province, xuchang):
        with pytest.raises(Refused):
            claim(firm, programme, user)
    other = enterprise("别家", "370102")
    plain = person("plain")
    belong(plain, other)
    with pytest.raises(NotPermitted):
        claim(other, province, plain)


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_stay_within_the_limit(xuchang: Programme, xu_firm: Unit, xu_user: Person) -> None:
    def take() -> Callable[[], object]:
        return lambda: claim(xu_firm, xuchang, xu_user, "30000.00")

    results = together(take(), take(), take())
    assert sum(isinstance(one, Claim) for one in results) == 1
    assert Entitlement.objects.get().claimed == Decimal("30000.00")


def test_the_database_keeps_the_limit_too(xuchang: Programme, xu_firm: Unit, xu_user: Person) -> None:
    claim(xu_firm, xuchang, xu_user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.update(claimed=Decimal("50000.01"))


def test_only_those_whose_unit_meets_vouchers_see_them_in_the_menu(
    user: Person,
    person: MakePerson,
) -> None:
    unit = enterprise("长沙新材料有限公司", "430102")
    elsewhere = person("elsewhere", "user_unit_admin", unit.scope)
    belong(elsewhere, unit)
    assert meets_vouchers(user)
    assert not meets_vouchers(elsewhere)
    assert "我的创新券" in browser(user).get("/desk/").content.decode()
    assert "我的创新券" not in browser(elsewhere).get("/desk/").content.decode()


def test_a_provider_elsewhere_that_was_given_a_voucher_meets_them(filed: Redemption, person: MakePerson) -> None:
    boss = person("boss", "unit_admin", filed.provider.scope)
    assert meets_vouchers(boss)


def test_the_menu_asks_one_question_and_none_of_who_looks_after_nothing(
    user: Person, person: MakePerson, django_assert_num_queries: Any
) -> None:
    for who, questions in ((user, 1), (person("nobody"), 0)):
        grants_of(who)
        with django_assert_num_queries(questions):
            meets_vouchers(who)
