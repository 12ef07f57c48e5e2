"""Platforms and test services: their instruments, and who may put which in."""

from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.commands import grouping, pricing, publishing
from yixiang.catalogue.models import Instrument, ListingEvent, Platform, TestService
from yixiang.catalogue.queries import facts
from yixiang.catalogue.queries import grouping as queries
from yixiang.catalogue.rules.pricing import Line
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, MakePerson, joined_unit
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(unit: Unit) -> Platform:
    return Platform.objects.create(
        unit=unit, name="材料分析重点实验室", kind="key_laboratory", region="430104", state="listed", listed_at=NOW
    )


@pytest.fixture
def service(unit: Unit) -> TestService:
    return TestService.objects.create(
        unit=unit, name="金属拉伸试验", category="010102", standard="GB/T 228.1-2021", state="listed", listed_at=NOW
    )


def test_a_draft_is_begun_for_a_unit(unit: Unit, admin: Person) -> None:
    made = grouping.start("platform", unit, actor=admin, now=NOW)
    assert (made.state, made.unit, type(made)) == ("draft", unit, Platform)


def test_nothing_else_is_begun_here(unit: Unit, admin: Person) -> None:
    with pytest.raises(Unseen):
        grouping.start("voucher", unit, actor=admin, now=NOW)


def test_instruments_come_and_go(platform: Platform, instrument: MakeInstrument, admin: Person) -> None:
    first, second = instrument(), instrument(name="透射电镜")
    assert grouping.set_instruments(platform, [first.pk], actor=admin, now=NOW) == 1
    assert grouping.set_instruments(platform, [second.pk], actor=admin, now=NOW) == 2
    assert list(platform.instruments.all()) == [second]
    event = ListingEvent.objects.filter(kind="platform").first()
    assert event is not None
    assert event.what == "加入透射电镜；移出场发射扫描电镜"


def test_setting_the_same_again_leaves_no_trace(platform: Platform, instrument: MakeInstrument, admin: Person) -> None:
    one = instrument(platform=platform)
    assert grouping.set_instruments(platform, [one.pk], actor=admin, now=NOW) == 0
    assert not ListingEvent.objects.exists()


def test_an_instrument_of_another_unit_is_refused(
    platform: Platform, instrument: MakeInstrument, admin: Person, outsider: Person
) -> None:
    strange = instrument(unit=Unit.objects.get(name="别处研究所"))
    with pytest.raises(Invalid, match="不属于湘江大学"):
        grouping.set_instruments(platform, [strange.pk], actor=admin, now=NOW)
    assert not platform.instruments.exists()


def test_a_platform_is_no_way_into_another_laboratory(
    platform: Platform, unit: Unit, instrument: MakeInstrument, person: MakePerson
) -> None:
    physics, chemistry = (SubUnit.objects.create(unit=unit, name=name) for name in ("物理", "化学"))
    for one in (physics, chemistry):
        one.path = f"{one.pk}/"
        one.save()
    Platform.objects.filter(pk=platform.pk).update(sub_unit=physics)
    platform.refresh_from_db()
    theirs = instrument(sub_unit=chemistry)
    head = person("head", "sub_unit_admin", physics.scope)
    with pytest.raises(Invalid):
        grouping.set_instruments(platform, [theirs.pk], actor=head, now=NOW)


def test_a_test_names_its_instruments_and_its_platform(
    service: TestService, platform: Platform, instrument: MakeInstrument, admin: Person
) -> None:
    one, other = instrument(), instrument()
    grouping.set_instruments(service, [one.pk, other.pk], actor=admin, now=NOW)
    grouping.set_platform(service, platform, actor=admin, now=NOW)
    assert service.instruments.count() == 2
    assert TestService.objects.get(pk=service.pk).platform == platform


def test_others_change_neither(platform: Platform, service: TestService, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        grouping.set_instruments(platform, [], actor=outsider, now=NOW)
    with pytest.raises(NotPermitted):
        grouping.set_platform(service, None, actor=outsider, now=NOW)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "材料"}, 1),
        ({"q": "湘江 重点"}, 1),
        ({"q": "化学"}, 0),
        ({"region": "430000"}, 1),
        ({"region": "370000"}, 0),
        ({"region": "nowhere", "kind": "castle"}, 1),
        ({"kind": "seed_bank"}, 0),
    ],
)
def test_what_does_not_exist_is_not_filtered_by(asked: dict[str, str], found: int, platform: Platform) -> None:
    assert queries.public("platform", queries.wanted_from(asked)).count() == found


def test_only_what_is_open_counts(platform: Platform, instrument: MakeInstrument) -> None:
    instrument(platform=platform)
    instrument(platform=platform, state="stopped")
    assert queries.public("platform", queries.Wanted()).get().instrument_count == 1


def test_choosing_offers_the_units_own(platform: Platform, instrument: MakeInstrument, admin: Person) -> None:
    one = instrument(model="JEM-2100F")
    instrument()
    found: list[Instrument] = list(queries.choosable(admin, platform, "jem"))
    assert found == [one]


# --- what the law asks of them


def whole(what: str, unit: Unit, by: Person, typed: dict[str, str]) -> Any:
    made = grouping.start(what, unit, actor=by, now=NOW)
    return publishing.save_draft(made, actor=by, typed=typed, now=NOW)


TEST = {
    "name": "金属拉伸试验", "category": "010102", "description": "室温拉伸。", "turnaround_days": "5",
    "contact_name": "李老师", "contact_phone": "0731-88880000",
}  # fmt: skip
LABORATORY = {
    "name": "材料重点实验室", "kind": "key_laboratory", "level": "2", "established_on": "2019-05-01",
    "disciplines": "430", "introduction": "做材料。", "region": "430104", "contact_name": "李老师",
    "contact_phone": "0731-88880000", "contact_email": "lab@example.edu.cn", "address": "麓山南路 932 号",
}  # fmt: skip


def test_a_test_without_a_price_is_not_handed_in(unit: Unit, admin: Person, city: Person) -> None:
    made = whole("service", unit, admin, TEST)
    with pytest.raises(Invalid) as refused:
        publishing.submit(made, actor=admin, now=NOW)
    assert refused.value.fields == {"tariff": [f"{facts.NO_PRICE}（一（四）1）"]}
    made.refresh_from_db()
    assert (made.state, made.typed["name"]) == ("draft", "金属拉伸试验")


def test_with_a_price_even_of_nothing_it_is(unit: Unit, admin: Person, city: Person, province: Person) -> None:
    made = whole("service", unit, admin, TEST)
    free = [Line("labour", "sample", Decimal(0))]
    pricing.publish_tariff(made, lines=free, valid_from=NOW.date(), actor=admin, now=NOW)
    handed_in = publishing.submit(made, actor=admin, now=NOW)
    assert (handed_in.state, len(handed_in.case.rounds)) == ("submitted", 2)


def test_where_the_law_says_nothing_the_price_is_asked_for_all_the_same(person: MakePerson) -> None:
    there = joined_unit("齐鲁研究院", "370102")
    boss = person("boss", "unit_admin", scopes.unit(there.pk))
    made = whole("service", there, boss, TEST)
    assert facts.look(made, on=NOW.date()).problems["tariff"] == [facts.NO_PRICE]


def test_a_provincial_laboratory_must_join_and_the_case_says_why(
    unit: Unit, admin: Person, city: Person, province: Person
) -> None:
    made = publishing.submit(whole("platform", unit, admin, LABORATORY), actor=admin, now=NOW)
    beside = {fact["label"]: fact for fact in made.case.facts}
    assert beside["入网要求"]["value"] == "必须加入平台"
    assert beside["入网要求"]["article"] == "第三条"


@pytest.mark.parametrize(
    ("changes", "decision"), [({"level": "4"}, "may"), ({"kind": "seed_bank"}, "may"), ({}, "must")]
)
def test_which_platforms_must(changes: dict[str, str], decision: str, unit: Unit, admin: Person) -> None:
    made = whole("platform", unit, admin, LABORATORY | changes)
    verdict = facts.look(made, on=NOW.date()).platform
    assert verdict is not None
    assert verdict.decision == decision
