"""Regulations, relations, flags, experts, the bank account and taken codes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, TooMany, Unseen, WrongState
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import bank, claims, experts, flags, registering, regulations, relations
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Expert, Unit
from yixiang.units.tests.conftest import filled_draft
from yixiang.units.tests.sample import NOW, OTHER_CODE

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]
Scan = Callable[[Person], File]
DAY = date(2026, 1, 5)


def publish(unit: Unit, actor: Person, file: File) -> None:
    regulations.publish(
        unit,
        actor=actor,
        name="大型仪器开放共享管理办法",
        number="湘材〔2026〕1号",
        issued_on=DAY,
        effective_on=DAY,
        file=file,
        now=NOW,
    )


def test_a_regulation_stands_once_until_repealed(joined: Unit, registrant: Person, scan: Scan) -> None:
    publish(joined, registrant, scan(registrant))
    with pytest.raises(Invalid):
        publish(joined, registrant, scan(registrant))
    regulations.repeal(joined.regulations.get(), actor=registrant, now=NOW)
    publish(joined, registrant, scan(registrant))
    assert joined.regulations.filter(withdrawn_at=None).count() == 1


def test_the_file_of_another_cannot_be_used(joined: Unit, registrant: Person, city: Person, scan: Scan) -> None:
    with pytest.raises(Unseen):
        publish(joined, registrant, scan(city))


def test_a_relation_is_seen_from_both_sides(joined: Unit, registrant: Person) -> None:
    other = Unit.objects.create(
        name="湘江集团", credit_code="91430100MA4L16JQ9D", kind="enterprise", state="joined", uses=True,
        region="430100", joined_at=NOW, confirmed_at=NOW,
    )  # fmt: skip
    relations.declare(joined, actor=registrant, name="", code=other.credit_code, nature="control", now=NOW)
    assert queries.are_related(other, joined)
    assert queries.relations_of(other).get().unit == joined


def test_a_unit_is_not_related_to_itself(joined: Unit, registrant: Person) -> None:
    with pytest.raises(Invalid):
        relations.declare(joined, actor=registrant, name="自己", code=OTHER_CODE, nature="control", now=NOW)


def test_an_ended_relation_no_longer_counts(joined: Unit, registrant: Person) -> None:
    relation = relations.declare(joined, actor=registrant, name="外地公司", code="", nature="shares", now=NOW)
    relations.end(relation, actor=registrant, now=NOW)
    assert not queries.relations_of(joined).exists()


def test_a_flag_stands_once_and_the_unit_is_told(joined: Unit, city: Person, registrant: Person) -> None:
    flag = flags.put(joined, actor=city, kind="dishonest", since=DAY, source="公示名单第 3 批", now=NOW)
    with pytest.raises(WrongState):
        flags.put(joined, actor=city, kind="dishonest", since=DAY, source="再次", now=NOW)
    assert registrant.notices.filter(subject__contains="失信").exists()
    flags.lift(flag, actor=city, note="已履行", now=NOW)
    assert not joined.flags.filter(lifted_on=None).exists()


def test_units_do_not_lift_their_own_flags(joined: Unit, city: Person, registrant: Person) -> None:
    flag = flags.put(joined, actor=city, kind="abnormal", since=DAY, source="公示", now=NOW)
    with pytest.raises(NotPermitted):
        flags.lift(flag, actor=registrant, note="", now=NOW)


def test_an_expert_is_found_only_after_certification(
    joined: Unit, registrant: Person, province: Person, stranger: Person
) -> None:
    expert = experts.apply(registrant, unit=joined, title="高级工程师", field="电子显微", now=NOW)
    assert not Expert.objects.visible_to(stranger).exists()
    assert expert.case
    decide_case(expert.case, actor=province, action="approve", now=NOW)
    assert Expert.objects.visible_to(stranger).get().state == "certified"


def test_only_members_apply_as_experts(joined: Unit, city: Person) -> None:
    with pytest.raises(NotPermitted):
        experts.apply(city, unit=joined, title="教授", field="质谱", now=NOW)


def test_a_returned_expert_applies_again_on_the_same_case(joined: Unit, registrant: Person, province: Person) -> None:
    expert = experts.apply(registrant, unit=joined, title="工程师", field="质谱", now=NOW)
    assert expert.case
    decide_case(expert.case, actor=province, action="return", note="请附职称证书号", now=NOW)
    again = experts.apply(registrant, unit=joined, title="高级工程师", field="质谱", now=NOW)
    assert (again, again.state) == (expert, "submitted")
    with pytest.raises(WrongState):
        experts.apply(registrant, unit=joined, title="高级工程师", field="质谱", now=NOW)


def test_the_bank_account_is_unreadable_in_the_database(joined: Unit, registrant: Person) -> None:
    bank.set_account(
        joined,
        actor=registrant,
        bank_name="建设银行麓谷支行",
        account_name=joined.name,
        number="4300 1234 5678 9012",
        now=NOW,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM units_bankaccount")
        (stored,) = cursor.fetchone()
    assert "4300" not in stored
    assert joined.bank_account.masked.endswith("9012")


def test_a_full_look_at_the_account_is_on_the_time_line(joined: Unit, registrant: Person, city: Person) -> None:
    bank.set_account(
        joined, actor=registrant, bank_name="建设银行", account_name=joined.name, number="4300123456789012", now=NOW
    )
    assert bank.reveal(joined, actor=city, purpose="核对拨款", now=NOW) == "4300123456789012"
    assert joined.events.filter(thing="bank", action="reveal", by=city, note="核对拨款").exists()


def test_without_a_purpose_or_permission_there_is_no_look(joined: Unit, registrant: Person, stranger: Person) -> None:
    bank.set_account(
        joined, actor=registrant, bank_name="建设银行", account_name=joined.name, number="4300123456789012", now=NOW
    )
    with pytest.raises(NotPermitted):
        bank.reveal(joined, actor=stranger, purpose="好奇", now=NOW)
    with pytest.raises(Invalid):
        bank.reveal(joined, actor=registrant, purpose=" ", now=NOW)


def test_a_claimant_reaches_the_holder_without_seeing_who_it_is(
    joined: Unit, registrant: Person, person: MakePerson, scan: Scan
) -> None:
    second = person("second")
    unit = filled_draft(second, scan, account_name="other")
    claims.write_to_holder(unit, actor=second, text="我是新任管理员", reply_to="13700137000", now=NOW)
    assert "13700137000" in registrant.notices.filter(subject__contains="信用代码").get().body


def test_an_appeal_reaches_the_authority(
    joined: Unit, city: Person, province: Person, person: MakePerson, scan: Scan
) -> None:
    second = person("second")
    unit = filled_draft(second, scan, account_name="other")
    claims.appeal(unit, actor=second, text="该代码属于我单位", reply_to="13700137000", now=NOW)
    assert city.notices.filter(subject__contains="申诉").exists()
    assert province.notices.filter(subject__contains="申诉").exists()


def test_nobody_is_pestered(joined: Unit, person: MakePerson, scan: Scan) -> None:
    second = person("second")
    unit = filled_draft(second, scan, account_name="other")
    for _ in range(3):
        claims.write_to_holder(unit, actor=second, text="你好", reply_to="137", now=NOW)
    with pytest.raises(TooMany):
        claims.write_to_holder(unit, actor=second, text="你好", reply_to="137", now=NOW)


def test_a_free_code_needs_no_letter(draft: Unit, registrant: Person) -> None:
    with pytest.raises(Unseen):
        claims.write_to_holder(draft, actor=registrant, text="你好", reply_to="137", now=NOW)
    registering.submit(draft, actor=registrant, now=NOW)
