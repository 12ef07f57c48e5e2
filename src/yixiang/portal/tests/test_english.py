import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from yixiang.articles.rules import words as articles
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.rules import words as catalogue
from yixiang.kernel import locales
from yixiang.kernel.reference import class_children, disciplines
from yixiang.orders.rules.words import STEPS
from yixiang.portal import cards, menus, results
from yixiang.portal.tests import words
from yixiang.units.rules.words import KINDS
from yixiang.web.places import class_words, region_words

SignedIn = Callable[[str], Client]
CHINESE = re.compile(r"[\u3400-\u9fff]")
TABLES = (
    KINDS, cards.PER, results.FACETS, results.SORTS, catalogue.KINDS, catalogue.FUNDS, catalogue.BOOKING_MODES,
    catalogue.PRICE_BASES, catalogue.COMPONENTS, catalogue.LEVELS, catalogue.PLATFORM_KINDS, articles.KINDS,
    articles.TOPICS, STEPS,
)  # fmt: skip


def english() -> dict[str, str]:
    path = Path(settings.HOME) / "src" / "yixiang" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    return dict(locales.entries(path.read_text("utf-8")))


def test_every_text_of_the_public_pages_has_its_english() -> None:
    said = {text for text in words.everything() if CHINESE.search(text)}
    said |= {entry.label for entry in menus.PORTAL} | {label for label, _url, _word in menus.FOOTER}
    said |= {label for table in TABLES for label in table.values()} | {row.name for row in disciplines().values()}
    assert sorted(said - english().keys()) == []


def test_no_english_text_is_chinese_or_loses_a_value() -> None:
    value = re.compile(r"%(?:\(\w+\))?[sd]")
    wrong = [
        (text, said) for text, said in english().items()
        if text and (CHINESE.search(said) or sorted(value.findall(text)) != sorted(value.findall(said)))
    ]  # fmt: skip
    assert wrong == []


def test_the_groups_of_the_class_list_are_told_in_english() -> None:
    main = class_children()
    with override("en"):
        said = [class_words(row.code) for one in main for row in (one, *class_children(one.code))]
    assert [name for name in said if CHINESE.search(name)] == []


def test_places_are_written_as_the_language_writes_them() -> None:
    with override("en"):
        assert region_words("430102") == "Furong, Changsha, Hunan"
        assert region_words("610000") == "Shaanxi"
    with override("zh-hans"):
        assert region_words("430102") == "湖南省长沙市芙蓉区"


@pytest.mark.parametrize("path", ["/en/shortlist/", "/en/instruments/nothing/", "/en/enquiry/"])
def test_a_page_without_chinese_data_shows_no_chinese(signed_in: SignedIn, path: str) -> None:
    page = signed_in("").get(path).content.decode()
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page.split("<body", 1)[1], flags=re.S).replace("中文", "")
    assert CHINESE.findall(body) == []
    assert '<html lang="en"' in page


def test_each_page_names_itself_in_the_other_language(signed_in: SignedIn) -> None:
    page = signed_in("").get("/en/instruments/?q=SEM").content.decode()
    assert 'hreflang="zh-CN" href="' in page
    assert 'href="/instruments/?q=SEM" lang="zh-CN"' in page


def test_the_english_name_leads(signed_in: SignedIn, sem: Instrument) -> None:
    page = signed_in("").get(f"/en/instruments/{sem.code}/").content.decode()
    assert "<h1>Cold Field Emission SEM" in page


def test_the_desk_has_one_language(signed_in: SignedIn) -> None:
    answer = signed_in("hn.user").get("/en/desk/?page=2")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/desk/?page=2")


def test_a_language_a_browser_prefers_changes_no_address(signed_in: SignedIn) -> None:
    page = signed_in("").get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="zh-CN"' in page


def test_why_something_was_found_is_told_in_english(signed_in: SignedIn, sem: Instrument) -> None:
    page = signed_in("").get("/en/instruments/?q=SEM+长沙").content.decode()
    told = re.findall('<span class="pill pill-accent">(.*?)</span>', page) + re.findall(
        "find-why.*?</svg>(.*?)</p>", page
    )
    assert "SEM = Scanning Electron Microscope" in told
    assert [one for one in told if CHINESE.search(one.replace("长沙", ""))] == []


def test_fields_of_science_are_told_in_english(signed_in: SignedIn) -> None:
    page = signed_in("").get("/en/instruments/").content.decode()
    assert "Materials science" in page
    assert "材料科学" not in page
