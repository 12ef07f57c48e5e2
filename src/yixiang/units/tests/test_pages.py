"""Through the HTML doors: the wizard from beginning to end, every page for whoever may see it, nothing for others."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from yixiang.files.models import File
from yixiang.people.models import Person
from yixiang.units.commands import experts, flags, members, sub_units
from yixiang.units.models import Membership, Unit
from yixiang.units.tests.conftest import filled_draft
from yixiang.units.tests.sample import NOW, OTHER_CODE, typed

pytestmark = pytest.mark.django_db
MakePerson = Callable[..., Person]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return SimpleUploadedFile("申请书.png", content.getvalue(), content_type="image/png")


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_whole_wizard_without_script(registrant: Person, city: Person, province: Person) -> None:
    client = browser(registrant)
    begun = client.post(reverse("units:begin"), {"name": typed()["name"], "region": "430104"}, follow=True)
    unit = Unit.objects.get()
    assert "核对并提交" in text(begun)
    client.post(reverse("units:commitment", args=[unit.pk]), {"agree": "1"})
    client.post(reverse("units:step", args=[unit.pk, "basic"]), typed())
    details = client.post(reverse("units:step", args=[unit.pk, "details"]), typed())
    assert details.url == reverse("units:step", args=[unit.pk, "account"])
    for purpose in ("application", "certificate"):
        client.post(reverse("units:upload", args=[unit.pk]), {"purpose": purpose, "file": picture()})
    client.post(reverse("units:step", args=[unit.pk, "account"]), {"account_name": "xjclkj"})
    sent = client.post(reverse("units:check", args=[unit.pk]), follow=True)
    unit.refresh_from_db()
    assert (unit.state, unit.credit_code) == ("submitted", OTHER_CODE)
    assert "已提交" in text(sent)


def test_saving_the_basic_step_keeps_the_first_account_name_on_offer(registrant: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:begin"), {"name": "湘江材料", "region": "430104"})
    unit = Unit.objects.get()
    assert "请填写单位账号" in text(client.get(reverse("units:check", args=[unit.pk])))
    client.post(reverse("units:step", args=[unit.pk, "basic"]), typed(name="湘江材料"))
    unit.refresh_from_db()
    assert unit.typed["account_name"] == "xjcl"
    assert "请填写单位账号" not in text(client.get(reverse("units:check", args=[unit.pk])))


def test_a_chosen_account_name_stays_when_the_basic_step_is_saved_again(registrant: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:begin"), {"name": "湘江材料", "region": "430104"})
    unit = Unit.objects.get()
    client.post(reverse("units:step", args=[unit.pk, "account"]), {"account_name": "mine"})
    client.post(reverse("units:step", args=[unit.pk, "basic"]), typed())
    unit.refresh_from_db()
    assert unit.typed["account_name"] == "mine"


def test_a_wrong_step_comes_back_with_everything_typed(registrant: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:begin"), {"name": "湘江材料", "region": "430104"})
    unit = Unit.objects.get()
    page = client.post(reverse("units:step", args=[unit.pk, "basic"]), typed(credit_code="9143010"))
    assert page.status_code == 422
    assert "9143010" in text(page)
    assert "18 位" in text(page)


def test_autosave_answers_without_a_page(draft: Unit, registrant: Person) -> None:
    saved = browser(registrant).post(reverse("units:autosave", args=[draft.pk, "details"]), {"headcount": "一百"})
    draft.refresh_from_db()
    assert (saved.status_code, draft.typed["headcount"]) == (204, "一百")


def test_an_unticked_box_stays_unticked(draft: Unit, registrant: Person) -> None:
    sent = typed()
    del sent["provides"]
    browser(registrant).post(reverse("units:step", args=[draft.pk, "basic"]), sent)
    draft.refresh_from_db()
    assert draft.typed["provides"] == ""


def test_check_lists_what_is_missing_with_links(registrant: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:begin"), {"name": "湘江材料", "region": "430104"})
    unit = Unit.objects.get()
    page = client.post(reverse("units:check", args=[unit.pk]))
    assert page.status_code == 422
    assert reverse("units:step", args=[unit.pk, "details"]) + "?check=1" in text(page)


def test_a_disguised_file_is_explained(draft: Unit, registrant: Person) -> None:
    fake = SimpleUploadedFile("scan.pdf", b"MZ\x90\x00 this is no pdf")
    page = browser(registrant).post(
        reverse("units:upload", args=[draft.pk]), {"purpose": "application", "file": fake}, follow=True
    )
    assert page.status_code == 200
    assert draft.attachments.filter(purpose="application").count() == 1


def test_a_taken_code_leads_to_the_holder(
    joined: Unit, registrant: Person, person: MakePerson, scan: Callable[[Person], File]
) -> None:
    second = person("second")
    unit = filled_draft(second, scan, account_name="other")
    client = browser(second)
    assert client.post(reverse("units:check", args=[unit.pk])).url == reverse("units:taken", args=[unit.pk])
    page = client.get(reverse("units:taken", args=[unit.pk]))
    assert joined.name in text(page)
    assert registrant.username not in text(page)
    said = {"to": "holder", "text": "我是新任管理员", "reply_to": "13700137000"}
    client.post(reverse("units:taken", args=[unit.pk]), said)
    assert registrant.notices.filter(body__contains="13700137000").exists()


PLAIN = ("mine", "join", "members", "subs", "regulations", "list", "begin", "experts", "expert-apply")
OF_A_UNIT = ("unit", "edit", "confirm", "relations", "bank", "flags", "sub-add", "regulation-add")


@pytest.mark.parametrize("name", PLAIN)
def test_every_page_of_the_room_opens(name: str, joined: Unit, registrant: Person) -> None:
    sub_units.add(joined, actor=registrant, name="电镜室", now=NOW)
    assert browser(registrant).get(reverse(f"units:{name}"), follow=True).status_code == 200


@pytest.mark.parametrize("name", OF_A_UNIT)
def test_every_page_of_a_unit_opens_for_its_administrator(name: str, joined: Unit, registrant: Person) -> None:
    assert browser(registrant).get(reverse(f"units:{name}", args=[joined.pk])).status_code == 200


@pytest.mark.parametrize("name", OF_A_UNIT)
def test_no_page_of_a_unit_opens_for_a_stranger(name: str, joined: Unit, stranger: Person) -> None:
    assert browser(stranger).get(reverse(f"units:{name}", args=[joined.pk])).status_code in {403, 404}


@pytest.mark.parametrize("name", ["register", "commitment", "guide", "check", "print"])
def test_the_steps_open_only_for_the_registrant(name: str, draft: Unit, registrant: Person, city: Person) -> None:
    url = reverse(f"units:{name}", args=[draft.pk])
    assert browser(registrant).get(url).status_code == 200
    assert browser(city).get(url).status_code == 404


@pytest.mark.parametrize("name", ["basic", "details", "account"])
def test_each_form_step_opens(name: str, draft: Unit, registrant: Person) -> None:
    assert browser(registrant).get(reverse("units:step", args=[draft.pk, name])).status_code == 200


def test_visitors_are_asked_to_sign_in(joined: Unit) -> None:
    assert Client().get(reverse("units:unit", args=[joined.pk])).status_code == 302


def test_the_edit_page_says_what_waits(joined: Unit, registrant: Person) -> None:
    client = browser(registrant)
    page = client.post(
        reverse("units:edit", args=[joined.pk]), typed(headcount="480", account_name="xjclkj"), follow=True
    )
    assert "已提交审核" in text(page)
    assert "信息变更待审核" in text(page)
    assert client.get(reverse("units:act", args=[joined.pk, "withdraw-change"])).status_code == 200
    client.post(reverse("units:act", args=[joined.pk, "withdraw-change"]))
    assert joined.changes.get().state == "withdrawn"


def test_joining_and_leaving_through_the_pages(joined: Unit, registrant: Person, person: MakePerson) -> None:
    client = browser(person("staff"))
    assert "申请加入" in text(client.get(reverse("units:join"), {"q": "湘江"}))
    client.post(reverse("units:ask", args=[joined.pk]), {"message": "检测部"})
    asked = Membership.objects.get(person__username="staff")
    assert "取消申请" in text(client.get(reverse("units:mine")))
    client.post(reverse("units:own-membership", args=[asked.pk, "cancel"]))
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_one_page_per_member_with_what_may_be_done(joined: Unit, registrant: Person, person: MakePerson) -> None:
    asked = members.ask_to_join(person("staff"), unit=joined, now=NOW)
    Membership.objects.filter(pk=asked.pk).update(state="member", since=NOW)
    client = browser(registrant)
    assert "移出单位" in text(client.get(reverse("units:member", args=[asked.pk])))
    client.post(reverse("units:member-act", args=[asked.pk, "appoint"]))
    assert asked.person.grants.standing().count() == 1
    client.post(reverse("units:member-act", args=[asked.pk, "remove"]), {"note": "离职"})
    assert not asked.person.grants.standing().exists()


def test_the_tree_is_managed_on_its_pages(joined: Unit, registrant: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:sub-add", args=[joined.pk]), {"name": "材料学院", "kind": "school", "parent": ""})
    sub = joined.sub_units.get()
    assert client.get(reverse("units:sub", args=[sub.pk])).status_code == 200
    member = registrant.memberships.get()
    client.post(reverse("units:sub-act", args=[sub.pk, "appoint"]), {"member": member.pk})
    assert registrant.grants.standing().filter(scope=sub.scope).exists()
    client.post(reverse("units:sub-act", args=[sub.pk, "close"]))
    sub.refresh_from_db()
    assert sub.closed_at


def test_the_bank_number_is_shown_once_after_a_purpose(joined: Unit, registrant: Person) -> None:
    client, url = browser(registrant), reverse("units:bank", args=[joined.pk])
    client.post(url, {"bank_name": "建设银行", "account_name": joined.name, "number": "4300123456789012"})
    assert "4300123456789012" not in text(client.get(url))
    assert "4300123456789012" in text(client.post(url, {"look": "1", "purpose": "核对"}))
    assert "4300123456789012" not in text(client.post(url, {"look": "1", "purpose": ""}))


def test_the_list_filters_by_its_address(joined: Unit, city: Person) -> None:
    flags.put(joined, actor=city, kind="abnormal", since=NOW.date(), source="公示", now=NOW)
    client, url = browser(city), reverse("units:list")
    for query in (
        "",
        "flag=abnormal",
        "region=430100",
        "kind=enterprise&state=joined",
        "from=2026-03-01&to=2026-03-03",
    ):
        assert joined.name in text(client.get(f"{url}?{query}"))
    for query in ("flag=none", "region=430200", "side=neither&kind=university", "to=2026-03-01"):
        assert joined.name not in text(client.get(f"{url}?{query}"))


def test_nothing_in_a_sheet_is_a_formula(joined: Unit, city: Person) -> None:
    Unit.objects.filter(pk=joined.pk).update(address='=HYPERLINK("http://x")', contact_phone="13800138000")
    answer = browser(city).get(reverse("units:list-sheet"))
    book = ZipFile(BytesIO(answer.content))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert "HYPERLINK" in book.read("xl/sharedStrings.xml").decode()


def test_phones_are_masked_in_the_sheet_of_whoever_may_not_see_them(joined: Unit, person: MakePerson) -> None:
    from yixiang.people.models import Role

    Role.objects.create(code="looker", name="查看", permissions=["units:unit:see"], reaches=["region"])
    looker = person("looker", "looker", "region/430000")
    shown = ZipFile(BytesIO(browser(looker).get(reverse("units:list-sheet")).content)).read("xl/sharedStrings.xml")
    assert b"138****8000" in shown
    assert b"13800138000" not in shown


def test_expert_pages_open(joined: Unit, registrant: Person, province: Person) -> None:
    expert = experts.apply(registrant, unit=joined, title="高工", field="电镜", now=NOW)
    for url in (reverse("units:expert", args=[expert.pk]), reverse("units:experts"), reverse("units:experts-sheet")):
        assert browser(registrant).get(url).status_code == 200
    browser(registrant).post(reverse("units:expert-retire", args=[expert.pk]))
    expert.refresh_from_db()
    assert expert.state == "retired"


def test_a_scan_is_sent_only_to_those_with_business(
    joined: Unit, registrant: Person, city: Person, stranger: Person
) -> None:
    paper = joined.attachments.first()
    assert paper
    url = reverse("units:paper", args=[joined.pk, paper.pk])
    for who, status in ((registrant, 200), (city, 200), (stranger, 404)):
        answer = browser(who).get(url)
        assert answer.status_code == status
        assert not answer.streaming or b"".join(answer.streaming_content)


def test_the_case_page_shows_the_subject(submitted: Unit, city: Person) -> None:
    page = browser(city).get(reverse("portal:case", args=[submitted.case_id]))
    assert page.status_code == 200
    assert submitted.legal_representative in text(page)


def test_no_template_is_longer_than_it_should_be() -> None:
    folder = Path(__file__).parents[1] / "jinja2" / "units"
    assert all(len(page.read_text("utf-8").splitlines()) <= 200 for page in folder.glob("*.html"))


def test_a_longer_list_asks_the_database_no_more_often(
    joined: Unit, city: Person, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(12):
        Unit.objects.create(
            name=f"单位{number}", account_name=f"dw{number}", kind="team", uses=True, region="430100",
            state="joined", joined_at=NOW, confirmed_at=NOW,
        )  # fmt: skip
    client = browser(city)
    with django_assert_max_num_queries(12):
        client.get(reverse("units:list"))


@pytest.mark.parametrize("name", ["members", "subs", "regulations", "experts"])
def test_the_lists_inside_a_unit_stay_small(
    name: str, joined: Unit, registrant: Person, person: MakePerson, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(8):
        sub = sub_units.add(joined, actor=registrant, name=f"室{number}", now=NOW)
        members.ask_to_join(person(f"staff{number}"), unit=joined, sub_unit=sub, now=NOW)
    client = browser(registrant)
    with django_assert_max_num_queries(16):
        client.get(reverse(f"units:{name}"), {"unit": joined.pk, "state": "asking"})
