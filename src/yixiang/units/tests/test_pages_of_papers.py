"""Regulations, relations, flags and scans through their pages."""

import pytest
from django.urls import reverse

from yixiang.people.models import Person
from yixiang.units.commands import flags, members
from yixiang.units.commands.deciding import decide_case
from yixiang.units.models import Unit
from yixiang.units.tests.sample import NOW
from yixiang.units.tests.test_pages import MakePerson, browser, picture, text

pytestmark = pytest.mark.django_db
RULE = {"name": "共享管理办法", "number": "1号", "issued_on": "2026-01-05", "effective_on": "2026-02-01"}


def test_a_regulation_is_published_read_and_repealed(joined: Unit, registrant: Person, stranger: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:regulation-add", args=[joined.pk]), {**RULE, "upload": picture()})
    rule = joined.regulations.get()
    url = reverse("units:regulation-file", args=[rule.pk])
    assert b"".join(client.get(url).streaming_content)  # type: ignore[arg-type]
    assert browser(stranger).get(url).status_code == 404
    client.post(reverse("units:regulation-repeal", args=[rule.pk]))
    assert "已废止" in text(client.get(reverse("units:regulations")))


def test_a_regulation_in_effect_before_its_issue_comes_back(joined: Unit, registrant: Person) -> None:
    sent = {**RULE, "effective_on": "2025-01-01", "upload": picture()}
    page = browser(registrant).post(reverse("units:regulation-add", args=[joined.pk]), sent)
    assert page.status_code == 422
    assert "不能早于发布日期" in text(page)


def test_relations_through_the_page(joined: Unit, registrant: Person, city: Person) -> None:
    client, url = browser(registrant), reverse("units:relations", args=[joined.pk])
    client.post(url, {"name": "外地公司", "nature": "shares"})
    relation = joined.relations.get()
    assert client.post(url, {"name": "", "code": "123", "nature": "shares"}).status_code == 422
    assert browser(city).post(url, {"name": "乙", "nature": "shares"}).status_code == 403
    client.post(reverse("units:relation-end", args=[joined.pk, relation.pk]))
    assert not joined.relations.filter(ended_at=None).exists()


def test_flags_through_the_page(joined: Unit, registrant: Person, city: Person) -> None:
    client, url = browser(city), reverse("units:flags", args=[joined.pk])
    client.post(url, {"kind": "dishonest", "since": "2026-01-05", "source": "公示名单"})
    assert client.post(url, {"kind": "dishonest", "since": "2099-01-05", "source": "x"}).status_code == 422
    assert "失信" in text(browser(registrant).get(reverse("units:unit", args=[joined.pk])))
    client.post(reverse("units:flag-lift", args=[joined.pk, joined.flags.get().pk]), {"note": "已履行"})
    assert joined.flags.get().lift_note == "已履行"


def test_a_scan_is_taken_away_again(draft: Unit, registrant: Person) -> None:
    paper = draft.attachments.get(purpose="application")
    browser(registrant).post(reverse("units:paper-remove", args=[draft.pk, paper.pk]))
    assert not draft.attachments.filter(purpose="application", removed_at=None).exists()


def test_the_yearly_confirmation_through_its_page(joined: Unit, registrant: Person) -> None:
    client, url = browser(registrant), reverse("units:confirm", args=[joined.pk])
    assert client.post(url).status_code == 302
    Unit.objects.filter(pk=joined.pk).update(contact_phone="")
    assert "联络员手机" in text(client.post(url))


def test_leaving_through_its_page(joined: Unit, city: Person) -> None:
    url = reverse("units:act", args=[joined.pk, "leave"])
    browser(city).post(url, {"note": "单位注销"})
    joined.refresh_from_db()
    assert joined.state == "left"


def test_own_steps_through_the_pages(joined: Unit, registrant: Person, person: MakePerson) -> None:
    asked = members.ask_to_join(person("staff"), unit=joined, now=NOW)
    assert asked.case
    decide_case(asked.case, actor=registrant, action="approve", now=NOW)
    client = browser(asked.person)
    for action, state in (("leave", "leaving"), ("stay", "member")):
        client.post(reverse("units:own-membership", args=[asked.pk, action]))
        asked.refresh_from_db()
        assert asked.state == state
    assert client.post(reverse("units:own-membership", args=[asked.pk, "fly"])).status_code == 404


def test_an_expert_applies_through_the_page(joined: Unit, registrant: Person) -> None:
    client = browser(registrant)
    assert client.post(reverse("units:expert-apply"), {"title": ""}).status_code == 422
    client.post(reverse("units:expert-apply"), {"title": "高工", "field": "电镜"})
    assert registrant.expertises.get().state == "submitted"


def test_an_autosaved_edit_waits_on_the_edit_page(joined: Unit, registrant: Person, city: Person) -> None:
    client = browser(registrant)
    client.post(reverse("units:edit-autosave", args=[joined.pk]), {"address": "写到一半"})
    assert "有尚未提交的修改" in text(client.get(reverse("units:edit", args=[joined.pk])))
    joined.refresh_from_db()
    assert joined.address != "写到一半"
    flags.put(joined, actor=city, kind="abnormal", since=NOW.date(), source="公示", now=NOW)
