import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from yixiang.kernel.models import CalendarDay

SignedIn = Callable[[str], Client]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/units/",
        "/policies/",
        "/policies/hunan/units/",
        "/help/",
        "/help/unit-admin/",
        "/search/",
        "/search/?q=入网",
    ],
)
def test_a_visitor_may_read(signed_in: SignedIn, path: str) -> None:
    assert signed_in("").get(path).status_code == 200


def test_the_home_page_counts_what_is_there(signed_in: SignedIn) -> None:
    page = signed_in("").get("/").content.decode()
    assert "许昌" in page
    assert "入网单位" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=齐鲁", "齐鲁海洋大学"),
        ("region=440000", "珠江理工大学"),
        ("kind=team", "学生团队"),
        ("side=provides", "大学"),
    ],
)
def test_units_are_found_by_name_region_kind_and_side(signed_in: SignedIn, query: str, found: str) -> None:
    assert found in signed_in("").get(f"/units/?{query}").content.decode()


def test_a_unit_that_has_not_joined_is_not_public(signed_in: SignedIn) -> None:
    page = signed_in("").get("/units/?q=浏阳河").content.decode()
    assert "没有符合条件的单位" in page


@pytest.mark.parametrize("query", ["region='; drop table", "kind=%00", "side=x", "page=-4", "q=" + "长" * 500])
def test_nonsense_in_the_address_is_ignored(signed_in: SignedIn, query: str) -> None:
    assert signed_in("").get(f"/units/?{query}").status_code == 200


def test_what_does_not_exist_says_so_kindly(signed_in: SignedIn) -> None:
    response = signed_in("").get("/units/nobody/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_search_finds_units_help_and_policies_for_everyone_and_cases_only_for_those_concerned(
    signed_in: SignedIn,
) -> None:
    visitor = signed_in("").get("/search/?q=浏阳河").content.decode()
    city = signed_in("hn.city").get("/search/?q=浏阳河").content.decode()
    assert "单位入网：浏阳河" not in visitor
    assert "单位入网：浏阳河" in city


def test_only_the_system_administrator_keeps_the_working_calendar(signed_in: SignedIn) -> None:
    day = {"date": "2026-12-31", "working": "", "name": "调休", "source": "测试"}
    assert signed_in("hn.platform").post("/desk/calendar/", day).status_code == 403
    assert signed_in("sys").post("/desk/calendar/", day).status_code == 302
    assert CalendarDay.objects.filter(date="2026-12-31", working=False).exists()


def test_a_day_that_is_none_is_refused_beside_its_field(signed_in: SignedIn) -> None:
    response = signed_in("sys").post("/desk/calendar/", {"date": "2026-02-30"})
    assert response.status_code == 422


def test_my_data_comes_as_one_readable_archive(signed_in: SignedIn) -> None:
    response = signed_in("hn.user").post("/desk/mydata/export/")
    assert response.headers["Content-Type"] == "application/zip"
    assert response.content[:2] == b"PK"


def test_leaving_is_refused_with_what_still_keeps_one(signed_in: SignedIn) -> None:
    page = signed_in("hn.univ").get("/desk/mydata/erase/").content.decode()
    assert "请先申请离开" in page


def test_leaving_asks_for_the_login_name_once_more(signed_in: SignedIn) -> None:
    client = signed_in("hn.platform")
    assert client.post("/desk/mydata/erase/", {"sure": "somebody"}).status_code == 422
    assert "账号已注销" in client.post("/desk/mydata/erase/", {"sure": "hn.platform"}).content.decode()
    assert client.get("/desk/").status_code == 302


def test_a_day_entered_by_mistake_is_taken_out_again(signed_in: SignedIn) -> None:
    client = signed_in("sys")
    client.post("/desk/calendar/", {"date": "2026-12-31", "working": "on", "name": "调休上班", "source": "测试"})
    assert client.post("/desk/calendar/", {"remove": "2026-12-31"}).status_code == 302
    assert not CalendarDay.objects.filter(date="2026-12-31").exists()


def test_a_day_to_remove_that_is_none_is_explained(signed_in: SignedIn) -> None:
    response = signed_in("sys").post("/desk/calendar/", {"remove": "some day"})
    assert response.status_code == 422
    assert "没有删除任何内容" in response.content.decode()


@pytest.mark.parametrize("path", ["/help/nothing/", "/policies/hunan/nothing/", "/policies/nowhere/units/"])
def test_an_address_that_leads_nowhere_is_not_found(signed_in: SignedIn, path: str) -> None:
    assert signed_in("").get(path).status_code == 404


def test_a_help_page_shows_its_picture(signed_in: SignedIn) -> None:
    assert "portal/guide-authority" in signed_in("").get("/help/authority/").content.decode()


@pytest.mark.parametrize("topic", ["booking", "keeper", "booking-office"])
def test_the_pages_about_booking_have_pictures_that_exist(signed_in: SignedIn, topic: str) -> None:
    page = signed_in("").get(f"/help/{topic}/").content.decode()
    pictures = re.findall(r'src="/static/(portal/guide-[a-z]+)', page)
    assert pictures
    assert all(finders.find(f"{one}.png") for one in pictures)


@pytest.mark.parametrize(
    ("who", "path", "topic"),
    [
        ("hn.user", "/desk/orders/", "booking"),
        ("hn.keeper", "/desk/serving/", "keeper"),
        ("hn.univ", "/desk/oversight/", "booking-office"),
    ],
)
def test_a_page_of_booking_leads_to_the_help_for_it(
    signed_in: SignedIn, demo: datetime, who: str, path: str, topic: str
) -> None:
    assert f"/help/{topic}/" in signed_in(who).get(path).content.decode()
