"""Through the HTML doors: prices, hours, keepers, pictures, platforms and services, health, the contact's letter."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from yixiang.catalogue.commands import grouping, keeping, timing
from yixiang.catalogue.commands.keeping import About
from yixiang.catalogue.models import Hold, Instrument, Keeper, ListingEvent, Platform, Tariff, TestService
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, MakePerson, belong, browser, text
from yixiang.catalogue.tests.test_health import FULL
from yixiang.catalogue.tests.test_picturing import SCRIPTS, drawn, take
from yixiang.people.models import Person
from yixiang.units.models import SubUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument(**FULL)


@pytest.fixture
def client(admin: Person) -> Client:
    return browser(admin)


def rows(*lines: dict[str, str]) -> dict[str, str]:
    usual = {
        "name": "",
        "audience": "outside",
        "basis": "hour",
        "material": "",
        "running": "",
        "labour": "",
        "note": "",
    }
    return {f"price-{name}-{n}": value for n, line in enumerate(lines) for name, value in (usual | line).items()}


PAGES: dict[str, Callable[[Instrument], str]] = {
    "prices": lambda one: reverse("catalogue:prices", args=["instrument", one.code]),
    "hours": lambda one: reverse("catalogue:hours", args=[one.code]),
    "keepers": lambda one: reverse("catalogue:keepers", args=[one.code]),
    "pictures": lambda one: reverse("catalogue:pictures", args=["instrument", one.code]),
    "health": lambda one: reverse("catalogue:health"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_for_those_who_look_after_it_and_for_nobody_else(
    name: str, one: Instrument, client: Client, outsider: Person
) -> None:
    url = PAGES[name](one)
    assert client.get(url).status_code == 200
    assert browser(outsider).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_page_of_a_kind_that_has_none_is_not_found(one: Instrument, client: Client) -> None:
    for name, kind in (("prices", "platform"), ("pictures", "service"), ("thing", "instrument"), ("prices", "voucher")):
        assert client.get(reverse(f"catalogue:{name}", args=[kind, one.code])).status_code == 404


# --- prices


def test_a_price_list_is_looked_at_and_then_published(one: Instrument, client: Client) -> None:
    url = PAGES["prices"](one)
    sent = rows({"material": "50", "running": "120", "labour": "１３０"}, {}) | {"valid_from": "2026-01-01"}
    preview = client.post(url, sent | {"do": "look"})
    assert "对外看到的样子" in text(preview)
    assert "300.00" in text(preview)
    assert not Tariff.objects.exists()
    assert client.post(url, sent | {"do": "publish"}).status_code == 302
    assert [line.component for line in Tariff.objects.get().lines.all()] == ["material", "running", "labour"]


def test_wrong_cells_are_marked_and_nothing_is_lost(one: Instrument, client: Client) -> None:
    sent = rows({"name": "形貌", "labour": "面议"}, {"name": "能谱"}) | {"valid_from": "2026-01-01", "do": "publish"}
    page = client.post(PAGES["prices"](one), sent)
    assert page.status_code == 422
    assert "第 1 行“人力成本服务费”" in text(page)
    assert "请至少填写一项价格" in text(page)
    assert 'value="面议"' in text(page)


def test_a_hole_in_the_dates_is_explained_beside_the_date(one: Instrument, client: Client) -> None:
    url, price = PAGES["prices"](one), rows({"labour": "100"})
    first = {"valid_from": "2030-01-01", "valid_until": "2030-06-30"}
    assert client.post(url, price | first).status_code == 302
    page = client.post(url, price | {"valid_from": "2030-08-01"})
    assert page.status_code == 422
    assert "中间有空档" in text(page)


@pytest.mark.parametrize("typed", ["2026-02-30", "soon"])
@pytest.mark.parametrize("field", ["valid_from", "valid_until"])
def test_a_day_there_is_not_is_told_at_its_field(field: str, typed: str, one: Instrument, client: Client) -> None:
    sent = rows({"labour": "100"}) | {"valid_from": "2026-01-01", field: typed, "do": "publish"}
    page = client.post(PAGES["prices"](one), sent)
    assert page.status_code == 422
    assert 'class="field has-error"' in text(page)
    assert not Tariff.objects.exists()


def test_rows_are_added_without_script(one: Instrument, client: Client) -> None:
    page = client.post(PAGES["prices"](one), rows({"name": "形貌", "labour": "100"}) | {"do": "more"})
    assert "price-name-3" in text(page)
    assert 'value="形貌"' in text(page)


def test_a_version_that_has_not_begun_can_be_taken_back(one: Instrument, client: Client) -> None:
    client.post(PAGES["prices"](one), rows({"labour": "100"}) | {"valid_from": "2099-01-01"})
    tariff = Tariff.objects.get()
    client.post(reverse("catalogue:tariff-withdraw", args=["instrument", one.code, tariff.pk]))
    assert not Tariff.objects.exists()


# --- hours


def test_the_week_is_typed_as_people_write_it(one: Instrument, client: Client) -> None:
    week = {f"day_{day}": "" for day in range(7)} | {"day_0": "8：30-12：00、14：00-17：30", "day_6": "20:00-2:00"}
    assert client.post(PAGES["hours"](one), week).status_code == 302
    kept = sorted(one.opening_hours.values_list("weekday", "opens", "closes"))
    assert kept == [(0, 0, 120), (0, 510, 720), (0, 840, 1050), (6, 1200, 1440)]


def test_hours_that_cannot_be_read_come_back_as_typed(one: Instrument, client: Client) -> None:
    page = client.post(PAGES["hours"](one), {"day_0": "早上到晚上"})
    assert page.status_code == 422
    assert "看不懂" in text(page)
    assert one.opening_hours.count() == 5


def test_a_preset_fills_the_week(one: Instrument, client: Client) -> None:
    assert text(client.get(PAGES["hours"](one) + "?preset=always")).count('value="全天"') == 7


def test_an_exception_is_added_and_taken_back(one: Instrument, client: Client) -> None:
    url = reverse("catalogue:hours-act", args=[one.code, "except"])
    sent = {"x-first_day": "2099-05-01", "x-last_day": "2099-05-03", "x-hours": "", "x-is_open": "", "x-note": "检修"}
    assert client.post(url, sent).status_code == 302
    exception = one.opening_exceptions.get()
    client.post(reverse("catalogue:hours-act", args=[one.code, "allow"]), {"pk": exception.pk})
    assert not one.opening_exceptions.exists()


def test_taken_time_is_refused_on_the_page_with_what_was_typed(one: Instrument, client: Client) -> None:
    url = reverse("catalogue:hours-act", args=[one.code, "hold"])
    sent = {"h-kind": "downtime", "h-starts": "2099-05-04T09:00", "h-ends": "2099-05-04T12:00", "h-note": "换灯丝"}
    assert client.post(url, sent).status_code == 302
    page = client.post(url, sent)
    assert page.status_code == 422
    assert "已被占用" in text(page)
    assert "换灯丝" in text(page)
    assert Hold.objects.count() == 1


# --- keepers


def test_a_keeper_is_registered_changed_and_removed(one: Instrument, client: Client) -> None:
    client.post(PAGES["keepers"](one), {"name": "李工", "level": "middle", "since": "2015-01-01", "title": "工程师"})
    keeper = Keeper.objects.get()
    client.post(reverse("catalogue:keeper", args=[one.code, keeper.pk]), {"name": "李明", "level": "associate"})
    client.post(reverse("catalogue:keeper-act", args=[one.code, keeper.pk, "remove"]))
    keeper.refresh_from_db()
    assert (keeper.name, keeper.level, bool(keeper.removed_at)) == ("李明", "associate", True)


def test_somebody_from_another_unit_cannot_be_chosen(one: Instrument, client: Client, outsider: Person) -> None:
    page = client.post(PAGES["keepers"](one), {"person": outsider.pk, "level": "none"})
    assert page.status_code == 422
    assert "不是本单位的成员" in text(page)


def test_the_law_on_keepers_stands_beside_them(one: Instrument, client: Client, admin: Person) -> None:
    keeping.add_keeper(one, About(name="李工"), actor=admin, now=NOW)
    assert "还不符合" in text(client.get(PAGES["keepers"](one)))


def test_a_keeper_opens_the_pages_but_appoints_nobody(one: Instrument, admin: Person, person: MakePerson) -> None:
    member = person("li")
    belong(member, one.unit)
    keeping.add_keeper(one, About(person=member), actor=admin, now=NOW)
    page = browser(member).get(PAGES["keepers"](one))
    assert page.status_code == 200
    assert "登记机组人员</h2>" not in text(page)
    assert browser(member).post(PAGES["keepers"](one), {"name": "朋友", "level": "none"}).status_code == 403


# --- pictures


def test_several_pictures_come_at_once_and_the_script_stays_out(one: Instrument, client: Client) -> None:
    bad = drawn()
    bad.file = type(bad.file)(SCRIPTS["svg"])  # type: ignore[attr-defined]
    bad.size = len(SCRIPTS["svg"])
    page = client.post(PAGES["pictures"](one), {"pictures": [drawn("red"), bad, drawn("blue")]})
    assert page.status_code == 422
    assert "有图片没有添加" in text(page)
    assert one.pictures.count() == 2


def test_order_and_caption_are_changed_by_buttons(one: Instrument, client: Client, admin: Person) -> None:
    _first, second = take(one, admin, drawn("red")), take(one, admin, drawn("blue"))
    client.post(reverse("catalogue:picture-act", args=["instrument", one.code, second.pk, "front"]))
    client.post(
        reverse("catalogue:picture-act", args=["instrument", one.code, second.pk, "describe"]), {"caption": "正面"}
    )
    assert [picture.caption for picture in one.pictures.all()] == ["正面", ""]
    client.post(reverse("catalogue:picture-act", args=["instrument", one.code, second.pk, "remove"]))
    assert one.pictures.count() == 1


def test_dragging_sends_the_whole_order_once(one: Instrument, client: Client, admin: Person) -> None:
    red, blue, grey = (take(one, admin, drawn(colour)).pk for colour in ("red", "blue", "grey"))
    answer = client.post(PAGES["pictures"](one), {"order": f"{grey},{red},nonsense,999999"})
    assert answer.status_code == 302
    assert list(one.pictures.values_list("pk", flat=True)) == [grey, red, blue]
    assert ListingEvent.objects.filter(action="arrange_pictures").count() == 1


def address(one: Instrument, pk: int, size: str = "card") -> str:
    return reverse("picture", args=["instruments", one.code, pk, size])


def test_a_public_picture_may_be_kept_by_anybody(one: Instrument, admin: Person) -> None:
    picture = take(one, admin)
    answer = Client().get(address(one, picture.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["Cache-Control"].startswith("public")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content).startswith(b"RIFF")
    again = Client().get(address(one, picture.pk), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_picture_of_a_draft_is_its_owners_alone(instrument: MakeInstrument, admin: Person, outsider: Person) -> None:
    draft = instrument(state="draft")
    picture = take(draft, admin)
    own = browser(admin).get(address(draft, picture.pk))
    assert b"".join(own.streaming_content)
    assert own["Cache-Control"] == "private, no-cache"
    for who in (browser(outsider), Client()):
        assert who.get(address(draft, picture.pk)).status_code == 404


@pytest.mark.parametrize("size", ["huge", "card.php"])
def test_no_other_size_is_drawn(size: str, one: Instrument, admin: Person) -> None:
    picture = take(one, admin)
    assert Client().get(f"/media/instruments/{one.code}/{picture.pk}/{size}").status_code == 404
    assert Client().get(address(one, picture.pk + 1)).status_code == 404


# --- platforms and test services

PLATFORM = {
    "name": "材料分析中心", "kind": "instrument_centre", "level": "4", "established_on": "2010-05-01",
    "disciplines": "430", "introduction": "做材料分析。", "region": "430104", "contact_name": "李明",
    "contact_phone": "13800000000", "contact_email": "li@example.com", "address": "麓山南路 1 号",
}  # fmt: skip


def test_a_platform_is_begun_filled_in_and_handed_in(one: Instrument, client: Client, admin: Person) -> None:
    begun = client.post(reverse("catalogue:thing-start", args=["platform"]), {"unit": one.unit_id})
    made = Platform.objects.get()
    assert begun.url == reverse("catalogue:thing-fill", args=["platform", made.code])
    saved = client.post(begun.url, {"name": "材料分析中心"}, follow=True)
    assert "草稿已保存" in text(saved)
    short = client.post(begun.url, {"name": "材料分析中心", "submit": "1"})
    assert short.status_code == 422
    assert "请填写简介" in text(short)
    assert client.post(begun.url, PLATFORM | {"submit": "1"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "submitted"


def test_a_branch_begins_a_platform_only_for_itself(one: Instrument, person: MakePerson) -> None:
    branch = SubUnit.objects.create(unit=one.unit, name="物理学院")
    branch.path = f"{branch.pk}/"
    branch.save()
    SubUnit.objects.filter(pk=branch.pk).update(path=f"/{branch.pk}/")
    head = browser(person("head", "sub_unit_admin", branch.scope))
    url = reverse("catalogue:thing-start", args=["platform"])
    assert head.post(url, {"unit": one.unit_id}).status_code == 422
    assert head.post(url, {"unit": one.unit_id, "sub_unit": branch.pk}).status_code == 302
    assert Platform.objects.get().sub_unit == branch


def test_what_is_listed_changes_at_once(one: Instrument, client: Client) -> None:
    made = Platform.objects.create(unit=one.unit, **STANDING | {"name": "旧名"})
    url = reverse("catalogue:thing-fill", args=["platform", made.code])
    page = client.post(url, PLATFORM | {"version": made.version}, follow=True)
    made.refresh_from_db()
    assert made.name == "材料分析中心"
    assert "立即生效" in text(page)


def test_a_platform_is_stopped_on_a_page_that_says_what_happens(one: Instrument, client: Client) -> None:
    made = Platform.objects.create(unit=one.unit, **STANDING)
    url = reverse("catalogue:thing-act", args=["platform", made.code, "stop"])
    assert "确认后会发生" in text(client.get(url))
    assert client.post(url, {"note": ""}).status_code == 422
    client.post(url, {"note": "搬迁"})
    made.refresh_from_db()
    assert made.state == "stopped"


STANDING: dict[str, Any] = {
    "name": "材料分析中心", "kind": "instrument_centre", "level": "4", "region": "430104", "state": "listed",
    "listed_at": NOW, "introduction": "材料", "contact_phone": "13800000000",
}  # fmt: skip


def test_ticking_changes_only_what_was_shown(instrument: MakeInstrument, client: Client, admin: Person) -> None:
    shown, hidden = instrument(name="甲"), instrument(name="乙")
    made = Platform.objects.create(unit=shown.unit, **STANDING)
    grouping.set_instruments(made, [hidden.pk], actor=admin, now=NOW)
    url = reverse("catalogue:members", args=["platform", made.code])
    client.post(url, {"shown": [shown.pk], "instruments": [shown.pk]})
    assert set(made.instruments.all()) == {shown, hidden}
    client.post(url, {"shown": [shown.pk, hidden.pk], "instruments": [shown.pk]})
    assert list(made.instruments.all()) == [shown]


def test_a_test_is_offered_under_a_platform(one: Instrument, client: Client) -> None:
    platform = Platform.objects.create(unit=one.unit, **STANDING)
    service = TestService.objects.create(unit=one.unit, name="拉伸", category="010102", state="listed", listed_at=NOW)
    client.post(reverse("catalogue:service-platform", args=[service.code]), {"platform": platform.pk})
    service.refresh_from_db()
    assert service.platform == platform
    assert client.get(reverse("catalogue:prices", args=["service", service.code])).status_code == 200


@pytest.mark.parametrize("name", ["platforms", "services"])
def test_the_lists_open_and_are_empty_for_others(name: str, one: Instrument, client: Client, outsider: Person) -> None:
    Platform.objects.create(unit=one.unit, **STANDING)
    TestService.objects.create(unit=one.unit, name="拉伸试验", state="draft")
    own, strange = (
        text(client.get(reverse(f"catalogue:{name}"))),
        text(browser(outsider).get(reverse(f"catalogue:{name}"))),
    )
    word = {"platforms": "材料分析中心", "services": "拉伸试验"}[name]
    assert word in own
    assert word not in strange


def test_no_thing_of_another_unit_opens(one: Instrument, outsider: Person) -> None:
    made = Platform.objects.create(unit=one.unit, **STANDING)
    stranger = browser(outsider)
    for name in ("thing", "thing-fill", "members", "pictures"):
        assert stranger.get(reverse(f"catalogue:{name}", args=["platform", made.code])).status_code == 404


# --- health


def test_no_page_has_code_of_its_own(one: Instrument, client: Client, admin: Person) -> None:
    take(one, admin)
    timing.roll([one.pk], now=NOW)
    for url in (make(one) for make in PAGES.values()):
        page = text(client.get(url))
        assert not re.search(r"\son\w+=|<style| style=", page)
