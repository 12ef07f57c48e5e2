"""The law of admission: each side of each threshold, and what must hold whatever the numbers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.catalogue import joining, law
from yixiang.policy import library
from yixiang.units.models import Unit

TODAY = date(2026, 3, 2)
RANK = {"needs_reason": 0, "may": 1, "encouraged": 2, "must": 3}
WORTHS = st.decimals(min_value="0.01", max_value="5000000000", places=2)
PLACES = st.sampled_from(["hunan", "shandong", "guangdong", "xuchang"])


def asked(place: str, worth: Decimal | str, *, fiscal: bool, **more: bool) -> str:
    facts = joining.AdmissionFacts(worth=Decimal(worth), fiscal=fiscal, **more)
    return library().ask(place, joining.ADMISSION, facts, on=TODAY).decision


@pytest.mark.parametrize(
    ("worth", "fiscal", "decision"),
    [
        ("300000", True, "must"),
        ("299999.99", True, "may"),
        ("500000", False, "encouraged"),
        ("499999.99", False, "may"),
        ("100000", False, "may"),
        ("99999.99", False, "needs_reason"),
        ("99999.99", True, "needs_reason"),
    ],
)
def test_hunan_on_both_sides(worth: str, fiscal: bool, decision: str) -> None:
    assert asked("hunan", worth, fiscal=fiscal) == decision


@given(place=PLACES, one=WORTHS, other=WORTHS, fiscal=st.booleans(), reasoned=st.booleans())
def test_what_is_worth_more_is_never_asked_for_less(
    place: str, one: Decimal, other: Decimal, fiscal: bool, reasoned: bool
) -> None:
    low, high = sorted([one, other])
    decisions = [asked(place, worth, fiscal=fiscal, reasoned=reasoned) for worth in (low, high)]
    assert RANK[decisions[0]] <= RANK[decisions[1]]


@given(place=PLACES, worth=WORTHS, fiscal=st.booleans())
def test_a_reason_never_makes_it_harder(place: str, worth: Decimal, fiscal: bool) -> None:
    without, with_reason = (asked(place, worth, fiscal=fiscal, reasoned=said) for said in (False, True))
    assert RANK[without] <= RANK[with_reason]


@given(place=PLACES, worth=WORTHS, fiscal=st.booleans(), kind=st.sampled_from(["instrument", "facility"]))
def test_what_is_secret_is_never_admitted(place: str, worth: Decimal, fiscal: bool, kind: joining.Kind) -> None:
    facts = joining.AdmissionFacts(worth=worth, fiscal=fiscal, kind=kind, restricted=True)
    assert library().ask(place, joining.ADMISSION, facts, on=TODAY).decision == "not_admitted"


@given(worth=WORTHS)
def test_only_public_money_must(worth: Decimal) -> None:
    assert asked("hunan", worth, fiscal=False) != "must"


@given(
    people=st.lists(
        st.builds(joining.Practice, st.none() | st.integers(0, 50), st.sampled_from(list(joining.LEVELS))), max_size=4
    ),
    more=st.builds(joining.Practice, st.integers(0, 50), st.sampled_from(list(joining.LEVELS))),
)
def test_another_keeper_never_hurts(people: list[joining.Practice], more: joining.Practice) -> None:
    def met(crew: list[joining.Practice]) -> bool:
        return library().ask("hunan", joining.KEEPERS, joining.KeepersFacts(tuple(crew)), on=TODAY).decision == "met"

    assert met([*people, more]) >= met(people)


def test_a_setting_never_claims_an_article() -> None:
    for place in library().jurisdictions:
        for entry in library().pack(place, joining.JOINING, TODAY).cited:
            assert bool(entry.article) != entry.is_setting


def test_where_the_papers_name_no_number_the_pack_names_none() -> None:
    for place in ("shandong", "xuchang"):
        values = library().pack(place, joining.JOINING, TODAY).values
        assert not any(rule.tests for rule in (values.must, values.encouraged, values.selected, values.floor))
        assert (values.join_within.value, values.check_every.value, values.keeper.tests) == ((), (), ())


@pytest.mark.django_db
def test_the_last_day_leaves_the_spring_festival_out() -> None:
    unit = Unit.objects.create(name="大学", region="430104", provides=True)
    clock = law.clock(unit, date(2026, 2, 10), must=True, on=TODAY)
    assert clock
    assert (clock.days, clock.certain, clock.late) == (30, True, False)
    assert law.clock(unit, date(2026, 2, 10), must=True, on=clock.last_day).left == 0  # type: ignore[union-attr]
    assert (clock.last_day - date(2026, 2, 10)).days > 42  # 30 working days without a holiday are 42 days


@pytest.mark.django_db
def test_outside_every_jurisdiction_nothing_is_asked() -> None:
    unit = Unit.objects.create(name="外省大学", region="530102", provides=True)
    assert law.admission(unit, {"worth": Decimal(900000), "funds": ["local"]}, on=TODAY) is None
    assert law.check_months(unit, on=TODAY) is None
