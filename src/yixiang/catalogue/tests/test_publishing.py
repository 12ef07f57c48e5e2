"""From the first word typed to the list: drafts, handing in, taking back, applying again."""

from datetime import date

import pytest

from yixiang.catalogue.commands import publishing
from yixiang.catalogue.models import Instrument, ListingEvent, Platform
from yixiang.catalogue.tests import sample
from yixiang.catalogue.tests.conftest import NOW, MakePerson, joined_unit, whole_draft
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Refused, WrongState
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

pytestmark = pytest.mark.django_db


def refusal(draft: Instrument, by: Person) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        publishing.submit(draft, actor=by, now=NOW)
    return refused.value.fields


def test_a_unit_that_has_not_joined_publishes_nothing(unit: Unit, admin: Person) -> None:
    unit.state = "submitted"
    unit.save()
    with pytest.raises(WrongState) as refused:
        publishing.start(unit, actor=admin, now=NOW)
    assert refused.value.code == "unit-not-joined"


def test_a_unit_that_only_uses_instruments_publishes_none(unit: Unit, admin: Person) -> None:
    unit.provides, unit.uses = False, True
    unit.save()
    with pytest.raises(WrongState, match="只使用仪器"):
        publishing.start(unit, actor=admin, now=NOW)


def test_a_unit_with_facts_a_year_old_begins_nothing_new(unit: Unit, admin: Person) -> None:
    later = NOW.replace(year=2027, month=6)
    with pytest.raises(WrongState) as refused:
        publishing.start(unit, actor=admin, now=later)
    assert refused.value.code == "unit-confirmation-overdue"


def test_another_unit_cannot_publish_here(unit: Unit, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        publishing.start(unit, actor=outsider, now=NOW)


def test_a_branch_administrator_files_under_the_own_branch_only(unit: Unit, person: MakePerson) -> None:
    lab, other = (SubUnit.objects.create(unit=unit, name=name) for name in ("材料学院", "化工学院"))
    for sub in (lab, other):
        sub.path = f"{sub.pk}/"
        sub.save()
    head = person("head", "sub_unit_admin", scopes.sub_unit(unit.pk, lab.pk))
    assert publishing.start(unit, actor=head, sub_unit=lab, now=NOW).sub_unit == lab
    for elsewhere in (other, None):
        with pytest.raises(NotPermitted):
            publishing.start(unit, actor=head, sub_unit=elsewhere, now=NOW)


def test_a_branch_of_another_unit_is_refused(unit: Unit, admin: Person) -> None:
    foreign = SubUnit.objects.create(unit=joined_unit("他校", "430104"), name="某学院")
    with pytest.raises(Invalid):
        publishing.start(unit, actor=admin, sub_unit=foreign, now=NOW)


def test_platforms_begin_the_same_way(unit: Unit, admin: Person) -> None:
    begun = publishing.start_listing(Platform, unit, actor=admin, now=NOW)
    saved = publishing.save_draft(begun, actor=admin, typed={"name": "材料表征中心", "level": "2"}, now=NOW)
    assert (saved.name, saved.level, saved.state) == ("材料表征中心", "2", "draft")


def test_a_draft_keeps_what_cannot_be_read(draft: Instrument, admin: Person) -> None:
    saved = publishing.save_draft(draft, actor=admin, typed={"worth": "三百多万", "nonsense": "x"}, now=NOW)
    assert saved.typed["worth"] == "三百多万"
    assert "nonsense" not in saved.typed
    assert saved.worth == 3_200_000


def test_what_is_typed_is_cut_long_after_every_column(draft: Instrument, admin: Person) -> None:
    saved = publishing.save_draft(draft, actor=admin, typed={"function": "长" * 9000}, now=NOW)
    assert len(saved.typed["function"]) == publishing.TYPED_LIMIT


def test_the_later_of_two_windows_is_told_and_loses_nothing(draft: Instrument, admin: Person) -> None:
    seen = draft.version
    publishing.save_draft(draft, actor=admin, typed={"name": "甲"}, version=seen, now=NOW)
    with pytest.raises(Refused) as refused:
        publishing.save_draft(draft, actor=admin, typed={"name": "乙"}, version=seen, now=NOW)
    assert (refused.value.code, refused.value.status) == ("version-changed", 412)
    draft.refresh_from_db()
    assert draft.typed["name"] == "甲"


def test_handing_in_writes_the_facts_and_opens_a_case(submitted: Instrument, city: Person) -> None:
    assert submitted.state == "submitted"
    assert (submitted.worth, submitted.funds) == (3_200_000, ["local"])
    assert submitted.disciplines == ["430", "150"]
    assert submitted.accepted_on == date(2026, 2, 10)
    assert submitted.typed == {}
    assert submitted.case
    assert [stage["level"] for stage in submitted.case.rounds] == ["city", "province"]
    assert city.notices.filter(kind="review-waiting").exists()


def test_the_reviewer_finds_the_law_beside_the_case(submitted: Instrument) -> None:
    assert submitted.case
    facts = {fact["label"]: fact for fact in submitted.case.facts}
    assert facts["入网要求"]["value"] == "必须加入平台"
    assert facts["入网要求"]["article"] == "第二条、第三条"
    assert facts["单台（套）原值"]["value"] == "3,200,000.00 元"
    assert facts["入网期限"]["passed"] is True
    assert "30 个工作日" in facts["入网期限"]["threshold"]
    assert facts["机组人员 · 实践经验"]["passed"] is True
    assert facts["应公开的信息"]["value"] == "齐全"


def test_an_instrument_accepted_long_ago_is_late_and_still_goes_in(unit: Unit, admin: Person, city: Person) -> None:
    draft = whole_draft(unit, admin, bought_on="2024-01-10", accepted_on="2024-03-01")
    handed = publishing.submit(draft, actor=admin, now=NOW)
    assert handed.case
    late = next(fact for fact in handed.case.facts if fact["label"] == "入网期限")
    assert late["passed"] is False


def test_a_neighbour_of_the_same_name_and_model_is_shown(unit: Unit, admin: Person, submitted: Instrument) -> None:
    twin = publishing.submit(whole_draft(unit, admin, inner_number="20210035"), actor=admin, now=NOW)
    assert twin.case
    near = next(fact for fact in twin.case.facts if fact["label"] == "相近的登记")
    assert "20210034" in near["value"]
    assert near["passed"] is None


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("category", "010100", "最末一级"),
        ("category", "880101", "没有这个分类"),
        ("worth", "-5", "大于 0"),
        ("worth", "0", "大于 0"),
        ("worth", "600000", "核对单位"),
        ("worth", "很贵", "单位为万元"),
        ("accepted_on", "2026-03-03", "不能晚于今天"),
        ("accepted_on", "2026-01-02", "不能早于购置日期"),
        ("bought_on", "2026-03-09", "不能晚于今天"),
        ("supervised", "on", ""),
        ("min_minutes", "600", ""),
        ("disciplines", "430,150,140,110,120", "最多选 4 个"),
        ("contact_phone", "12", "电话格式"),
        ("name", "", "请填写名称"),
        ("name", "长" * 101, "最多 100 个字"),
        ("share_mode", "none", "应当开放共享"),
        ("region", "430000", "市（州）或区县"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    draft: Instrument, admin: Person, field: str, text: str, words: str
) -> None:
    publishing.save_draft(draft, actor=admin, typed={field: text}, now=NOW)
    problems = refusal(draft, admin)
    place = {"supervised": "released_on", "min_minutes": "max_minutes"}.get(field, field)
    assert words in "".join(problems[place])
    draft.refresh_from_db()
    assert (draft.state, draft.typed[field]) == ("draft", text)


def test_in_supervision_the_customs_facts_are_whole(draft: Instrument, admin: Person) -> None:
    publishing.save_draft(draft, actor=admin, typed={"supervised": "on"}, now=NOW)
    assert set(refusal(draft, admin)) == {"released_on", "declaration_number", "declaration_item", "declared_name"}


def test_without_a_qualified_keeper_hunan_takes_nothing(draft: Instrument, admin: Person) -> None:
    draft.keepers.update(level="junior")
    assert "中级以上" in refusal(draft, admin)["keepers"][0]


def test_where_the_law_asks_for_no_title_a_keeper_is_enough(admin: Person, unit: Unit, draft: Instrument) -> None:
    unit.region = "370102"
    unit.save()
    draft.keepers.update(level="none", since=None)
    assert publishing.submit(draft, actor=admin, now=NOW).state == "submitted"


def test_booking_by_time_needs_opening_hours(draft: Instrument, admin: Person) -> None:
    draft.opening_hours.all().delete()
    assert set(refusal(draft, admin)) == {"hours"}
    publishing.save_draft(draft, actor=admin, typed={"booking_mode": "samples"}, now=NOW)
    assert publishing.submit(draft, actor=admin, now=NOW).state == "submitted"


def test_a_price_is_published_or_at_least_explained(draft: Instrument, admin: Person) -> None:
    publishing.save_draft(draft, actor=admin, typed={"fee_note": ""}, now=NOW)
    assert set(refusal(draft, admin)) == {"tariff"}
    sample.priced(draft, NOW)
    assert publishing.submit(draft, actor=admin, now=NOW).state == "submitted"


def test_below_the_threshold_a_reason_is_asked_for(draft: Instrument, admin: Person) -> None:
    publishing.save_draft(draft, actor=admin, typed={"worth": "9.99", "funds": "own"}, now=NOW)
    assert set(refusal(draft, admin)) == {"below_reason"}
    publishing.save_draft(draft, actor=admin, typed={"below_reason": "全省唯一的微区硬度计。"}, now=NOW)
    assert publishing.submit(draft, actor=admin, now=NOW).state == "submitted"


def test_one_number_names_one_instrument_within_a_unit(unit: Unit, admin: Person, submitted: Instrument) -> None:
    twin = whole_draft(unit, admin)
    assert "20210034" in refusal(twin, admin)["inner_number"][0]


def test_guangdong_wants_the_asset_number(unit: Unit, admin: Person, draft: Instrument) -> None:
    unit.region = "440103"
    unit.save()
    assert "固定资产编号" in refusal(draft, admin)["asset_number"][0]


def test_a_facility_keeps_its_own_fields(unit: Unit, admin: Person, city: Person) -> None:
    made = whole_draft(unit, admin, kind="facility")
    own = {
        "facility_kind": "公共实验设施", "construction": "2", "competent_department": "教育部",
        "host": "湘江大学", "approved_by": "省发展改革委", "impact": "支撑 12 项重大任务",
    }  # fmt: skip
    publishing.save_draft(made, actor=admin, typed=own, now=NOW)
    handed = publishing.submit(made, actor=admin, now=NOW)
    assert handed.facility["facility_kind"] == "2"
    assert handed.facility["impact"] == "支撑 12 项重大任务"
    assert "video" not in handed.facility


def test_countries_are_written_one_way(draft: Instrument, admin: Person) -> None:
    publishing.save_draft(draft, actor=admin, typed={"country": "USA"}, now=NOW)
    assert publishing.submit(draft, actor=admin, now=NOW).country == "美国"


def test_taking_back_keeps_everything_and_closes_the_case(submitted: Instrument, admin: Person) -> None:
    back = publishing.withdraw_listing(submitted, actor=admin, now=NOW)
    assert (back.state, back.model) == ("draft", "SU8010")
    assert back.case
    assert back.case.state == "withdrawn"
    again = publishing.submit(back, actor=admin, now=NOW)
    assert again.case
    assert again.case.state == "open"


def test_nothing_under_review_can_be_typed_over(submitted: Instrument, admin: Person) -> None:
    with pytest.raises(WrongState, match="请先撤回"):
        publishing.save_draft(submitted, actor=admin, typed={"name": "别的"}, now=NOW)


def test_a_draft_begun_by_mistake_can_be_dropped(draft: Instrument, admin: Person, unit: Unit) -> None:
    publishing.drop_draft(draft, actor=admin, now=NOW)
    assert not Instrument.objects.exists()
    assert ListingEvent.objects.filter(unit=unit, action="drop").exists()


def test_what_was_handed_in_once_is_never_deleted(submitted: Instrument, admin: Person) -> None:
    back = publishing.withdraw_listing(submitted, actor=admin, now=NOW)
    with pytest.raises(NotPermitted):
        publishing.drop_draft(back, actor=admin, now=NOW)
