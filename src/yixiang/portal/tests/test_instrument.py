import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yixiang.catalogue.models import Hold, Instrument, Keeper
from yixiang.catalogue.queries.free_time import free
from yixiang.portal import plates, sheet
from yixiang.portal.moments import SHANGHAI
from yixiang.web import typesetting

SignedIn = Callable[[str], Client]


def test_the_page_tells_price_time_place_and_whom_to_ask(signed_in: SignedIn, sem: Instrument) -> None:
    page = signed_in("").get(f"/instruments/{sem.code}/").content.decode()
    for part in (
        sem.name,
        sem.model,
        sem.unit.name,
        "收费标准",
        "空闲时间",
        "使用规定",
        sem.contact_name,
        "本研究使用了",
    ):
        assert part in page


def test_the_calendar_shows_exactly_what_is_free(sem: Instrument) -> None:
    now = timezone.now()
    days = sheet.calendar(sem, now=now).days
    shown = sum(minutes for day in days for *_words, minutes in day.stretches)
    start = now.replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)
    slots = free(sem, start - timedelta(days=1), start + timedelta(days=20), now=now)
    last = days[-1].day
    counted = sum(slot.minutes for slot in slots if slot.start.astimezone(SHANGHAI).date() <= last)
    assert (len(days), shown) == (14, counted)


def test_time_taken_disappears_from_the_calendar(sem: Instrument) -> None:
    now = timezone.now()
    slot = free(sem, now, now + timedelta(days=10), now=now)[0]
    before = sheet.calendar(sem, now=now)
    Hold.objects.create(instrument=sem, kind="own", starts=slot.start, ends=slot.end, span=(slot.start, slot.end))
    assert sheet.calendar(sem, now=now) != before


def test_a_keepers_number_is_masked_unless_they_published_it(signed_in: SignedIn, sem: Instrument) -> None:
    Keeper.objects.filter(instrument=sem).delete()
    for phone, public in (("13912345678", False), ("13887654321", True)):
        Keeper.objects.create(instrument=sem, name="机组", phone=phone, public=public, added_at=timezone.now())
    page = signed_in("hn.user").get(f"/instruments/{sem.code}/").content.decode()
    assert "13912345678" not in page
    assert "139****5678" in page
    assert "13887654321" in page


def test_a_contacts_mobile_is_whole_only_for_people_who_signed_in(signed_in: SignedIn, sem: Instrument) -> None:
    Instrument.objects.filter(pk=sem.pk).update(contact_phone="13700001111")
    assert "13700001111" not in signed_in("").get(f"/instruments/{sem.code}/").content.decode()
    assert "13700001111" in signed_in("hn.user").get(f"/instruments/{sem.code}/").content.decode()


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("stopped", 200, "暂停服务"),
        ("scrapped", 410, "已经报废"),
        ("left", 410, "已退出开放共享"),
        ("leaving", 404, "正在办理退出"),
        ("draft", 404, "没有找到"),
        ("submitted", 404, "没有找到"),
    ],
)
def test_an_instrument_that_is_not_open_says_what_became_of_it(
    signed_in: SignedIn, sem: Instrument, state: str, status: int, words: str
) -> None:
    Instrument.objects.filter(pk=sem.pk).update(state=state)
    response = signed_in("").get(f"/instruments/{sem.code}/")
    assert response.status_code == status
    assert words in response.content.decode()


def test_machines_read_the_same_facts(signed_in: SignedIn, sem: Instrument) -> None:
    page = signed_in("").get(f"/instruments/{sem.code}/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert (data["@type"], data["name"], data["identifier"]) == ("IndividualProduct", sem.name, sem.code)
    pid = signed_in("").get(f"/instruments/{sem.code}.json")
    assert 'rel="describes"' in pid.headers["Link"]
    named = {"Identifier", "LandingPage", "Name", "Owner", "Manufacturer", "Model", "InstrumentType"}
    assert named | {"MeasuredVariable", "Dates", "AlternateIdentifier"} <= pid.json().keys()


def test_no_name_can_end_the_script_it_stands_in(signed_in: SignedIn, sem: Instrument) -> None:
    Instrument.objects.filter(pk=sem.pk).update(name="</script><script>alert(1)</script>")
    assert "<script>alert" not in signed_in("").get(f"/instruments/{sem.code}/").content.decode()


@pytest.mark.parametrize("size", plates.SIZES)
def test_the_plate_is_a_pdf_with_the_public_address(signed_in: SignedIn, sem: Instrument, size: str) -> None:
    answer = signed_in("").get(f"/instruments/{sem.code}/plate-{size}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_plate_encodes_the_short_address(sem: Instrument, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    said: dict[str, Any] = {}
    monkeypatch.setattr(plates, "qr_code", lambda address: address)
    monkeypatch.setattr(plates, "typeset", lambda _sheet, words: said.update(words) or b"")
    plates.plate(sem, "a6")
    assert said["qr"] == f"{settings.BASE_URL}/q/{sem.code}"


def test_without_a_chinese_font_the_plate_is_refused_with_what_to_do(
    signed_in: SignedIn, sem: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "FONTS", ("No Such Font",))
    typesetting.chinese_font.cache_clear()
    answer = signed_in("").get(f"/instruments/{sem.code}/plate-a6.pdf")
    typesetting.chinese_font.cache_clear()
    assert answer.status_code == 503
    assert "Noto Sans CJK" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/instruments/nothing/", "/instruments/nothing.json", "/platforms/x/", "/services/x/"]
)
def test_an_address_of_nothing_is_not_found(signed_in: SignedIn, path: str) -> None:
    assert signed_in("").get(path).status_code == 404


def test_platform_service_and_unit_pages_lead_to_their_instruments(signed_in: SignedIn) -> None:
    visitor = signed_in("")
    assert "/instruments/?platform=hnunip01" in visitor.get("/platforms/hnunip01/").content.decode()
    assert "收费标准" in visitor.get("/services/hnunis01/").content.decode()
    assert "/instruments/?unit=hnuniv" in visitor.get("/units/hnuniv/").content.decode()


@pytest.mark.parametrize(
    "query", ["q=分析", "kind=key_laboratory", "level=2", "region=430000", "kind=%00&level=x&region=;drop"]
)
def test_lists_of_platforms_and_services_take_any_filter(signed_in: SignedIn, query: str) -> None:
    assert signed_in("").get(f"/platforms/?{query}").status_code == 200
    assert signed_in("").get(f"/services/?{query}&accredited=1&category=010100").status_code == 200
