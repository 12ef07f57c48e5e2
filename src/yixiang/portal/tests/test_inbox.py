from collections.abc import Callable

import pytest
from django.test import Client

from yixiang.people.models import Person
from yixiang.reviews import queries
from yixiang.reviews.models import Case, Decision

SignedIn = Callable[[str], Client]


def waiting(username: str) -> Case:
    case = queries.inbox(Person.objects.get(username=username)).filter(kind="unit").first()
    assert case is not None
    return case


def test_the_inbox_shows_what_waits_for_me_and_not_what_waits_for_others(signed_in: SignedIn) -> None:
    page = signed_in("hn.city").get("/desk/").content.decode()
    assert waiting("hn.city").title in page
    assert waiting("hn.authority").title not in page


def test_one_click_passes_a_case_on_to_the_province(signed_in: SignedIn) -> None:
    case = waiting("hn.city")
    response = signed_in("hn.city").post(
        "/desk/cases/decide/", {"cases": f"{case.pk}:{case.version}", "action": "approve"}
    )
    case.refresh_from_db()
    assert response.headers["Location"] == "/desk/"
    assert (case.state, case.holder) == ("open", "湖南省科学技术厅（演示）")


def test_a_return_without_a_reason_comes_back_with_the_field_named(signed_in: SignedIn) -> None:
    case = waiting("hn.city")
    response = signed_in("hn.city").post(
        "/desk/cases/decide/", {"cases": f"{case.pk}:{case.version}", "action": "return"}
    )
    assert response.status_code == 422
    assert "请写明" in response.content.decode()
    assert not Decision.objects.filter(case=case, action="return").exists()


def test_a_decision_on_an_old_page_keeps_the_words_and_says_what_happened(signed_in: SignedIn) -> None:
    case, client = waiting("hn.city"), signed_in("hn.city")
    client.post("/desk/cases/decide/", {"cases": f"{case.pk}:{case.version}", "action": "approve"})
    late = client.post(
        "/desk/cases/decide/", {"cases": f"{case.pk}:{case.version}", "action": "return", "note": "缺公章"}
    )
    assert late.status_code == 409
    assert "刚刚处理过" in late.content.decode()
    assert "缺公章" in late.content.decode()


def test_a_reviewer_outside_the_jurisdiction_gets_not_found(signed_in: SignedIn) -> None:
    case = waiting("hn.city")
    assert signed_in("sd.city").get(f"/desk/cases/{case.pk}/").status_code == 404


def test_many_are_decided_at_once_and_what_failed_is_named(signed_in: SignedIn) -> None:
    mine, foreign = waiting("hn.city"), waiting("hn.authority")
    chosen = [f"{case.pk}:{case.version}" for case in (mine, foreign)]
    response = signed_in("hn.city").post("/desk/cases/decide/", {"cases": chosen, "action": "approve"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "已通过 1 件" in page
    assert foreign.title in page


def test_a_bulk_return_without_a_reason_keeps_what_was_chosen(signed_in: SignedIn) -> None:
    both = list(queries.inbox(Person.objects.get(username="hn.city"))[:2])
    chosen = [f"{case.pk}:{case.version}" for case in both]
    response = signed_in("hn.city").post("/desk/cases/decide/", {"cases": chosen, "action": "return"})
    assert response.content.decode().count('" checked aria-label') == 2
    assert not Decision.objects.filter(action="return", case__in=[case.pk for case in both]).exists()


@pytest.mark.parametrize("cases", [[], ["x"], ["1"], ["1:x"]])
def test_a_broken_choice_is_explained(signed_in: SignedIn, cases: list[str]) -> None:
    response = signed_in("hn.city").post("/desk/cases/decide/", {"cases": cases, "action": "approve"})
    assert response.status_code == 422
    assert "没有选中" in response.content.decode()


def test_every_case_a_person_sees_opens(signed_in: SignedIn) -> None:
    for username in ("hn.authority", "hn.univ", "hn.firm", "xc.authority", "gd.platform"):
        client = signed_in(username)
        for case in Case.objects.visible_to(Person.objects.get(username=username))[:6]:
            assert client.get(f"/desk/cases/{case.pk}/").status_code == 200


def test_the_inbox_needs_the_same_few_queries_whatever_it_holds(
    signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    client = signed_in("hn.city")
    client.get("/desk/")  # the first page of a session writes down when it began
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get("/desk/")


def test_a_hat_narrows_the_desk_to_one_grant(signed_in: SignedIn) -> None:
    person = Person.objects.get(username="hn.authority")
    client = signed_in("hn.authority")
    hat = person.grants.standing().first()
    assert client.post("/desk/hat/", {"hat": hat.pk}).headers["Location"] == "/desk/"
    assert client.session["hat"] == hat.pk


def test_a_hat_one_does_not_hold_is_refused_kindly(signed_in: SignedIn) -> None:
    foreign = Person.objects.get(username="sd.authority").grants.standing().first()
    page = signed_in("hn.authority").post("/desk/hat/", {"hat": foreign.pk}, follow=True).content.decode()
    assert "请重新选择" in page
