from collections.abc import Callable

import pytest

from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, WrongState
from yixiang.people.models import Person
from yixiang.units import queries
from yixiang.units.commands import registering
from yixiang.units.models import Unit
from yixiang.units.tests.conftest import filled_draft
from yixiang.units.tests.sample import NOW, OTHER_CODE

pytestmark = pytest.mark.django_db
Scan = Callable[[Person], File]


def test_starting_twice_gives_the_same_draft(registrant: Person) -> None:
    first = registering.start_draft(registrant, now=NOW)
    assert registering.start_draft(registrant, now=NOW) == first


def test_autosave_keeps_what_is_not_yet_right(registrant: Person) -> None:
    unit = registering.start_draft(registrant, now=NOW)
    registering.save_draft(unit, actor=registrant, typed={"headcount": "一百多", "unknown": "x"}, now=NOW)
    unit.refresh_from_db()
    assert unit.typed == {"headcount": "一百多"}


def test_saving_one_step_keeps_the_others(registrant: Person) -> None:
    unit = registering.start_draft(registrant, now=NOW)
    registering.save_draft(unit, actor=registrant, typed={"name": "湘江"}, now=NOW)
    unit = registering.save_draft(unit, actor=registrant, typed={"address": "麓山南路"}, now=NOW)
    assert unit.typed == {"name": "湘江", "address": "麓山南路"}


def test_an_empty_draft_is_told_everything_at_once(registrant: Person) -> None:
    unit = registering.start_draft(registrant, now=NOW)
    with pytest.raises(Invalid) as refused:
        registering.submit(unit, actor=registrant, now=NOW)
    assert {"name", "kind", "region", "credit_code", "provides"} <= set(refused.value.fields)
    unit.refresh_from_db()
    assert unit.state == "draft"


def test_missing_scans_and_commitment_are_named(registrant: Person) -> None:
    from yixiang.units.tests.sample import typed

    unit = registering.start_draft(registrant, now=NOW)
    registering.save_draft(unit, actor=registrant, typed=typed(), now=NOW)
    with pytest.raises(Invalid) as refused:
        registering.submit(unit, actor=registrant, now=NOW)
    assert set(refused.value.fields) == {"attachment_application", "attachment_certificate", "commitment"}


def test_what_was_typed_becomes_the_facts(submitted: Unit) -> None:
    assert submitted.last_year_revenue == 35_000_000
    assert submitted.contact_phone == "13800138000"
    assert submitted.state == "submitted"
    assert submitted.typed == {}


def test_a_municipal_unit_goes_to_the_city_and_then_to_the_province(submitted: Unit) -> None:
    assert submitted.case
    assert [r["label"] for r in submitted.case.rounds] == ["长沙市科学技术局", "湖南省科学技术厅"]


def test_the_city_hears_of_it(submitted: Unit, city: Person) -> None:
    assert city.notices.filter(kind="review-waiting").count() == 1


def test_submitting_twice_is_harmless(submitted: Unit, registrant: Person) -> None:
    with pytest.raises(WrongState):
        registering.submit(submitted, actor=registrant, now=NOW)
    submitted.refresh_from_db()
    assert submitted.case
    assert submitted.case.decisions.count() == 1


def test_a_second_claimant_is_told_who_holds_the_code(
    submitted: Unit, person: Callable[..., Person], scan: Scan
) -> None:
    second = person("second")
    unit = filled_draft(second, scan, account_name="xjclkj2")
    with pytest.raises(registering.CodeTaken) as refused:
        registering.submit(unit, actor=second, now=NOW)
    assert "湘江材料科技有限公司" in refused.value.message
    assert refused.value.extra["holder"] == submitted.pk


def test_a_taken_account_name_comes_with_offers(submitted: Unit, person: Callable[..., Person], scan: Scan) -> None:
    unit = filled_draft(person("second"), scan)
    with pytest.raises(Invalid) as refused:
        registering.submit(unit, actor=person("second"), now=NOW)
    assert "xjclkjyxgs" in refused.value.fields["account_name"][0]


def test_an_unserved_region_is_refused(draft: Unit, registrant: Person) -> None:
    registering.save_draft(draft, actor=registrant, typed={"region": "110000"}, now=NOW)
    with pytest.raises(Invalid) as refused:
        registering.submit(draft, actor=registrant, now=NOW)
    assert "region" in refused.value.fields


def test_nobody_edits_the_draft_of_another(draft: Unit, person: Callable[..., Person]) -> None:
    with pytest.raises(NotPermitted):
        registering.save_draft(draft, actor=person("other"), typed={"name": "别人"}, now=NOW)


def test_drafts_are_private(draft: Unit, city: Person, registrant: Person) -> None:
    assert not Unit.objects.visible_to(city).exists()
    assert Unit.objects.visible_to(registrant).get() == draft


def test_withdrawing_brings_the_draft_back_with_everything_in_it(submitted: Unit, registrant: Person) -> None:
    unit = registering.withdraw_application(submitted, actor=registrant, now=NOW)
    assert unit.state == "draft"
    assert queries.typed_of(unit)["credit_code"] == OTHER_CODE
    assert registering.submit(unit, actor=registrant, now=NOW).state == "submitted"


def test_while_under_review_nothing_is_changed(submitted: Unit, registrant: Person, scan: Scan) -> None:
    with pytest.raises(WrongState):
        registering.save_draft(submitted, actor=registrant, typed={"name": "改名"}, now=NOW)
    with pytest.raises(WrongState):
        registering.attach(submitted, actor=registrant, purpose="other", file=scan(registrant), now=NOW)


def test_a_newer_scan_replaces_the_older(draft: Unit, registrant: Person, scan: Scan) -> None:
    registering.attach(draft, actor=registrant, purpose="application", file=scan(registrant), now=NOW)
    assert draft.attachments.filter(purpose="application").count() == 2
    assert draft.attachments.filter(purpose="application", removed_at=None).count() == 1


def test_a_student_team_needs_no_credit_code(person: Callable[..., Person], scan: Scan) -> None:
    leader = person("leader")
    unit = filled_draft(leader, scan, kind="team", credit_code="", provides="", account_name="cxtd")
    unit = registering.submit(unit, actor=leader, now=NOW)
    assert (unit.credit_code, unit.headcount) == ("", None)


def test_the_three_offices_register_no_unit(person: Callable[..., Person]) -> None:
    with pytest.raises(NotPermitted):
        registering.start_draft(person("sys", "system", "platform"), now=NOW)
