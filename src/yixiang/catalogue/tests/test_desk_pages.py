"""Through the HTML doors: the wizard from beginning to end, the list, one instrument, and nothing for others."""

import json
import re
from typing import Any

import pytest
from django.urls import reverse

from yixiang.catalogue.commands import publishing, standing
from yixiang.catalogue.models import Instrument, ListingEvent
from yixiang.catalogue.pages import steps
from yixiang.catalogue.rules.fields import STEPS, specs_for
from yixiang.catalogue.tests import sample
from yixiang.catalogue.tests.conftest import NOW, browser, keeping, text, whole_draft
from yixiang.kernel import scopes
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh")]


@pytest.fixture
def fresh(unit: Unit, django_user_model: Any) -> None:
    """The doors look at today's clock; the unit confirmed its facts today."""
    from django.utils import timezone

    Unit.objects.update(confirmed_at=timezone.now())


def url(name: str, *args: object) -> str:
    return reverse(f"catalogue:{name}", args=args)


def fill(client: Any, code: str, kind: str = "instrument", **changes: str) -> None:
    typed: dict[str, Any] = sample.typed(kind=kind, bought_on="2026-01-05", accepted_on="2026-01-09", **changes)
    typed |= {"funds": ["local"], "disciplines": ["430", "150"]}
    for step in [name for name in STEPS if name != "facility"]:
        names = {spec.name for spec in specs_for(kind) if spec.step == step}
        client.post(url("step", code, step), {name: value for name, value in typed.items() if name in names})


def test_the_whole_way_without_script(admin: Person, unit: Unit, city: Person) -> None:
    client = browser(admin)
    begun = client.post(url("start"), {"kind": "instrument", "unit": unit.pk, "sub_unit": ""})
    draft = Instrument.objects.get()
    assert begun.url == url("step", draft.code, "basic")
    fill(client, draft.code)
    sample.keeper(draft, NOW)
    sample.opened(draft)
    assert "可以提交" in text(client.get(url("tasks", draft.code)))
    sent = client.post(url("check", draft.code), follow=True)
    draft.refresh_from_db()
    assert (draft.state, draft.disciplines) == ("submitted", ["430", "150"])
    assert "已提交" in text(sent)


def test_a_wrong_step_comes_back_with_everything_typed(admin: Person, draft: Instrument) -> None:
    page = browser(admin).post(url("step", draft.code, "place"), {**sample.typed(worth="三百万"), "funds": ["local"]})
    assert page.status_code == 422
    assert 'value="三百万"' in text(page)
    assert "单位为万元" in text(page)


def test_an_unfinished_step_can_be_left(admin: Person, draft: Instrument) -> None:
    page = browser(admin).post(url("step", draft.code, "place"), {"worth": "320", "funds": ["local"], "leave": "1"})
    assert page.url == url("tasks", draft.code)


def test_autosave_keeps_the_words_and_names_the_version(admin: Person, draft: Instrument) -> None:
    saved = browser(admin).post(url("autosave", draft.code, "basic"), {"name": "改名", "version": draft.version})
    draft.refresh_from_db()
    assert (saved.status_code, saved["X-Version"]) == (204, str(draft.version))
    assert draft.typed["name"] == "改名"


def test_autosave_in_an_old_window_is_refused(admin: Person, draft: Instrument) -> None:
    client = browser(admin)
    old = draft.version
    client.post(url("autosave", draft.code, "basic"), {"name": "甲", "version": old})
    refused = client.post(url("autosave", draft.code, "basic"), {"name": "乙", "version": old})
    assert refused.status_code == 412


def test_an_old_window_shows_what_was_typed_in_it_and_may_win(admin: Person, draft: Instrument) -> None:
    client, old = browser(admin), draft.version
    client.post(url("step", draft.code, "basic"), {**sample.typed(name="甲"), "disciplines": ["430"], "version": old})
    page = client.post(url("step", draft.code, "basic"), {**sample.typed(name="乙"), "version": old})
    assert page.status_code == 412
    assert 'value="乙"' in text(page)
    draft.refresh_from_db()
    assert draft.typed["name"] == "甲"
    assert f'name="version" value="{draft.version}"' in text(page)


@pytest.mark.parametrize(
    ("worth", "funds", "words"),
    [
        ("30", ["local"], "必须加入平台"),
        ("29.999999", ["local"], "择优纳入"),
        ("50", ["own"], "鼓励加入平台"),
        ("49.99", ["own"], "可以加入平台"),
        ("9.99", ["own"], "低于门槛"),
        ("", ["own"], "填写原值和经费来源后"),
        ("<script>", ["own"], "填写原值和经费来源后"),
    ],
)
def test_the_panel_answers_while_it_is_typed(
    admin: Person, draft: Instrument, worth: str, funds: list[str], words: str
) -> None:
    asked = {"worth": worth, "funds": funds, "below_reason": "", "accepted_on": "2026-01-09"}
    page = browser(admin).get(url("admission", draft.code), asked)
    assert words in text(page)
    draft.refresh_from_db()
    assert draft.typed["worth"] == "320"


def test_the_panel_names_fact_threshold_article_and_day(admin: Person, draft: Instrument) -> None:
    page = text(browser(admin).get(url("admission", draft.code), {"worth": "320", "funds": ["local"]}))
    for words in (
        "3,200,000.00 元",
        "不低于 300,000.00 元",
        "第二条、第三条",
        "第十四条",
        "前加入平台",
        "中级以上技术职称",
    ):
        assert words in page


def test_every_fact_has_a_place_in_the_form() -> None:
    for kind in ("instrument", "facility"):
        specs = specs_for(kind)
        laid = {name for step in steps.LAYOUT.values() for _title, rows in step for row in rows for name in row}
        assert {spec.name for spec in specs} <= laid


def test_the_class_is_searched_by_name_number_and_abbreviation(admin: Person, draft: Instrument) -> None:
    page = text(browser(admin).get(url("step", draft.code, "basic")))
    option = re.search(r'<option value="010102"[^>]*>([^<]+)<', page)
    assert option
    assert all(words in option[1] for words in ("扫描电镜", "010102", "SEM"))


def test_a_second_piece_starts_from_the_first(admin: Person, listed: Instrument) -> None:
    made = browser(admin).post(url("copy", listed.code), follow=True)
    copy = Instrument.objects.get(state="draft")
    assert "场发射扫描电子显微镜" in text(made)
    assert copy.typed["technical"] == listed.technical
    assert not {"inner_number", "accepted_on", "bought_on"} & set(copy.typed)
    assert (copy.keepers.count(), copy.opening_hours.count()) == (1, 1)


def test_a_facility_has_a_step_of_its_own(admin: Person, unit: Unit) -> None:
    client = browser(admin)
    client.post(url("start"), {"kind": "facility", "unit": unit.pk, "sub_unit": ""})
    made = Instrument.objects.get()
    assert "首席科学家" in text(client.get(url("step", made.code, "facility")))
    assert "设施信息" in text(client.get(url("tasks", made.code)))


def test_an_instrument_has_no_facility_step(admin: Person, draft: Instrument) -> None:
    assert browser(admin).get(url("step", draft.code, "facility")).status_code == 404


def test_the_list_filters_by_words_state_and_branch(admin: Person, unit: Unit, listed: Instrument) -> None:
    publishing.save_draft(publishing.start(unit, actor=admin, now=NOW), actor=admin, typed={"name": "离心机"}, now=NOW)
    client = browser(admin)
    assert {"离心机" in text(client.get(url("mine"), {"q": "离心"})), "离心机" in text(client.get(url("mine")))} == {
        True
    }
    assert "离心机" not in text(client.get(url("mine"), {"state": "listed"}))
    assert "还没有符合" not in text(client.get(url("mine"), {"state": "nonsense", "sub": "x", "sort": "price"}))


def test_the_list_understands_abbreviations_and_finds_rooms(admin: Person, listed: Instrument) -> None:
    client = browser(admin)
    for words in ("SEM", "smdj", "A103", "20210034"):
        assert listed.name in text(client.get(url("mine"), {"q": words})), words


def test_the_list_costs_the_same_for_many(
    admin: Person, unit: Unit, listed: Instrument, django_assert_max_num_queries: Any
) -> None:
    client = browser(admin)
    client.get(url("mine"))
    for number in range(5):
        whole_draft(unit, admin, inner_number=f"a{number}")
    Instrument.objects.filter(state="draft").update(
        state="listed", listed_at=NOW, typed={}, name="甲", category="010102", worth=1
    )
    with django_assert_max_num_queries(24):
        client.get(url("mine"))


@pytest.mark.parametrize(("name", "most"), [("tasks", 12), ("check", 12), ("step", 12)])
def test_the_questions_a_page_asks_are_pinned(
    admin: Person, draft: Instrument, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client, args = browser(admin), (draft.code, "place") if name == "step" else (draft.code,)
    client.get(url("mine"))
    with django_assert_max_num_queries(most):
        client.get(url(name, *args))


def test_the_desk_page_asks_little(admin: Person, listed: Instrument, django_assert_max_num_queries: Any) -> None:
    client = browser(admin)
    client.get(url("mine"))
    with django_assert_max_num_queries(12):
        client.get(url("instrument", listed.code))


def test_the_sheet_holds_what_the_list_shows(admin: Person, listed: Instrument) -> None:
    answer = browser(admin).get(url("mine-sheet"), {"state": "listed"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_many_drafts_go_in_at_once_and_the_rest_say_why(
    admin: Person, unit: Unit, draft: Instrument, city: Person
) -> None:
    poor = publishing.start(unit, actor=admin, now=NOW)
    page = browser(admin).post(url("bulk"), {"action": "submit", "chosen": [draft.pk, poor.pk]})
    draft.refresh_from_db()
    poor.refresh_from_db()
    assert (draft.state, poor.state) == ("submitted", "draft")
    assert "请填写名称" in text(page)


def test_many_are_stopped_with_one_reason(admin: Person, listed: Instrument) -> None:
    client = browser(admin)
    asked = client.post(url("bulk"), {"action": "stop", "chosen": [listed.pk]})
    assert "已经受理的预约不受影响" in text(asked)
    client.post(url("bulk"), {"action": "stop", "chosen": [listed.pk], "note": "停电检修"})
    listed.refresh_from_db()
    assert (listed.state, listed.state_note) == ("stopped", "停电检修")


def test_what_belongs_to_another_unit_is_not_stopped_along(admin: Person, outsider: Person, listed: Instrument) -> None:
    browser(outsider).post(url("bulk"), {"action": "stop", "chosen": [listed.pk], "note": "恶作剧"})
    listed.refresh_from_db()
    assert listed.state == "listed"


def test_a_binding_step_is_explained_before_it_is_done(admin: Person, listed: Instrument, province: Person) -> None:
    client = browser(admin)
    assert "立即停止对外预约" in text(client.get(url("act", listed.code, "ask_scrap")))
    assert client.post(url("act", listed.code, "ask_scrap"), {"note": ""}).status_code == 422
    client.post(url("act", listed.code, "ask_scrap"), {"note": "已达年限"})
    listed.refresh_from_db()
    assert listed.state == "scrapping"


def test_a_step_that_is_not_possible_now_is_not_shown(admin: Person, listed: Instrument) -> None:
    assert browser(admin).get(url("act", listed.code, "restart")).status_code == 404
    assert browser(admin).get(url("act", listed.code, "approve")).status_code == 404


def test_an_edit_is_in_force_and_its_before_and_after_are_shown(admin: Person, listed: Instrument) -> None:
    client = browser(admin)
    page = client.get(url("edit", listed.code))
    version = re.search(r'name="version" value="(\d+)"', text(page))
    assert version
    typed = {**sample.typed(room="理科楼 B201"), "funds": ["local"], "disciplines": ["430", "150"]}
    done = client.post(url("edit", listed.code), {**typed, "version": version[1]}, follow=True)
    assert "立即生效" in text(done)
    assert "理科楼 A103" in text(done)
    assert ListingEvent.objects.get(action="edit").changes["房间"] == ["理科楼 A103", "理科楼 B201"]


def test_a_wrong_edit_keeps_what_was_typed(admin: Person, listed: Instrument) -> None:
    typed = {**sample.typed(room="B201", worth="-3"), "funds": ["local"], "disciplines": ["430"]}
    page = browser(admin).post(url("edit", listed.code), typed)
    assert page.status_code == 422
    assert 'value="B201"' in text(page)
    listed.refresh_from_db()
    assert listed.room == "理科楼 A103"


def test_a_keeper_sees_and_stops_but_does_not_edit(listed: Instrument, person: Any) -> None:
    keeper = keeping(person("operator"), listed)
    client = browser(keeper)
    page = text(client.get(url("instrument", listed.code)))
    assert url("act", listed.code, "stop") in page
    assert url("edit", listed.code) not in page
    assert client.get(url("edit", listed.code)).status_code == 404
    assert listed.name in text(client.get(url("mine")))


@pytest.mark.parametrize("name", ["instrument", "tasks", "check", "edit"])
def test_nobody_else_finds_these_pages(outsider: Person, draft: Instrument, name: str) -> None:
    assert browser(outsider).get(url(name, draft.code)).status_code == 404


def test_the_desk_page_of_another_units_instrument_is_not_theirs(outsider: Person, listed: Instrument) -> None:
    assert browser(outsider).get(url("instrument", listed.code)).status_code == 404


def test_the_authority_reads_what_waits_and_never_a_draft(city: Person, submitted: Instrument, admin: Person) -> None:
    client = browser(city)
    assert submitted.name in text(client.get(url("instrument", submitted.code)))
    publishing.withdraw_listing(submitted, actor=admin, now=NOW)
    assert client.get(url("instrument", submitted.code)).status_code == 404


def test_the_case_shows_the_law_and_the_facts(city: Person, submitted: Instrument) -> None:
    page = text(browser(city).get(reverse("portal:case", args=[submitted.case_id])))
    for words in ("必须加入平台", "二次电子分辨率", "周工", "第十四条"):
        assert words in page


def test_a_draft_begun_by_mistake_is_deleted(admin: Person, draft: Instrument) -> None:
    browser(admin).post(url("drop", draft.code))
    assert not Instrument.objects.exists()


def test_the_head_of_a_branch_publishes_for_the_branch(unit: Unit, person: Any) -> None:
    lab = SubUnit.objects.create(unit=unit, name="材料学院")
    SubUnit.objects.filter(pk=lab.pk).update(path=f"{lab.pk}/")
    client = browser(person("head", "sub_unit_admin", scopes.sub_unit(unit.pk, lab.pk)))
    assert "直属单位" not in text(client.get(url("start")))
    assert client.post(url("start"), {"kind": "instrument", "unit": unit.pk, "sub_unit": ""}).status_code == 422
    client.post(url("start"), {"kind": "instrument", "unit": unit.pk, "sub_unit": lab.pk})
    assert Instrument.objects.get().sub_unit == lab


def test_somebody_without_a_unit_is_told_where_to_begin(person: Any) -> None:
    page = browser(person("nobody")).get(url("start"))
    assert page.status_code == 403
    assert "绑定单位" in text(page)


def test_a_stopped_one_says_why_on_its_page(admin: Person, listed: Instrument) -> None:
    standing.act(listed, "stop", actor=admin, note="等待更换灯丝", now=NOW)
    assert "等待更换灯丝" in text(browser(admin).get(url("instrument", listed.code)))


def test_what_is_typed_is_never_markup(admin: Person, draft: Instrument) -> None:
    client = browser(admin)
    client.post(url("autosave", draft.code, "basic"), {"name": "<script>alert(1)</script>"})
    for page in ("tasks", "check"):
        assert "<script>alert(1)" not in text(client.get(url(page, draft.code)))
    assert json.dumps("<script>") not in text(client.get(url("mine")))
