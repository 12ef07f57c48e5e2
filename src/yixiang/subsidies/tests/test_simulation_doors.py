"""Trying other numbers in the browser, by the API and at the terminal."""

# ruff: noqa: F811  # fixtures are asked for by their names

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from yixiang.ledger.models import Programme
from yixiang.people.models import Person
from yixiang.subsidies.models import Run
from yixiang.subsidies.tests.conftest import Settled, browser, text
from yixiang.subsidies.tests.test_runs import fiscal, good, programme  # noqa: F401
from yixiang.units.models import Unit

HERE = "/desk/subsidies/simulation/"
PACK = "hunan/provider-subsidy/2025-12-22"
YEAR = {"pack": PACK, "year": "2025"}
BODY = {"jurisdiction": "hunan", "subject": "provider-subsidy", "year": 2025}


@pytest.fixture
def year(programme: Programme, good: None, fiscal: Any, settled: Settled, clock: list[Any]) -> Programme:
    settled("1000.00")
    settled("400000.00")
    return programme


def test_the_numbers_of_the_pack_are_listed_with_article_and_present_value(year: Programme, province: Person) -> None:
    page = text(browser(province).get(HERE, YEAR))
    for words in ("同一单位同一年度最高补助", "2,000,000.00 元", "第二十四条", "良好的补助比例", "现为 15%"):
        assert words in page
    assert "试算结果" not in page


def test_a_result_stands_in_the_address_and_is_the_same_for_a_colleague(
    year: Programme, province: Person, person: Any
) -> None:
    asked = {**YEAR, "try": "1", "instrument_ceiling": "40000.00", "rate_good": "0.15"}
    colleague = person("colleague", "authority", "region/430000")
    for who in (province, colleague):
        page = text(browser(who).get(HERE, asked))
        assert "¥50,000.00" in page
        assert "-¥10,000.00" in page
        assert 'value="40000.00"' in page


def test_a_chart_has_its_numbers_beside_it_and_no_style_of_its_own(year: Programme, province: Person) -> None:
    page = text(browser(province).get(HERE, {**YEAR, "try": "1", "instrument_ceiling": "25000.00"}))
    assert '<rect class="bar-tried" y="10" width="50.00"' in page
    assert "湖南省长沙市" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("unit_ceiling", "-1", "不小于 0 的金额"),
        ("unit_ceiling", "三百万", "不小于 0 的金额"),
        ("unit_ceiling", "1" * 10_000, "最多 24 个字符"),
        ("unit_ceiling", "1\0", "空"),
        ("rate_ceiling", "20%", "0 到 1 之间的比例"),
        ("rate_good", "0.25", "最高不超过 20%"),
        ("rate_good", "<b>", "0 到 1"),
        ("budget", "NaN", "大于 0"),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_everything_typed_is_kept(
    year: Programme, province: Person, name: str, typed: str, said: str
) -> None:
    answer = browser(province).get(HERE, {**YEAR, "try": "1", "separate_ceiling": "123456.78", name: typed})
    page = text(answer)
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in page
    assert said in page
    assert 'value="123456.78"' in page
    assert "试算结果" not in page


def test_everything_that_is_no_number_is_named_at_once(year: Programme, province: Person) -> None:
    typed = {"unit_ceiling": "-1", "rate_good": "好", "budget": "很多"}
    page = text(browser(province).get(HERE, {**YEAR, "try": "1", **typed}))
    assert "有 3 处需要修改" in page
    assert all(f'id="id_{name}_error"' in page for name in typed)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"year": "2026"}, "已经结束的年度"),
        ({"year": "二零"}, "四位数"),
        ({"year": "9" * 5000}, "四位数"),
        ({"pack": "xuchang/provider-subsidy/2018-01-01"}, "列出的政策包"),
        ({"pack": "../../etc"}, "列出的政策包"),
    ],
)
def test_another_law_or_year_is_refused_kindly(
    year: Programme, province: Person, wanted: dict[str, str], said: str
) -> None:
    answer = browser(province).get(HERE, YEAR | wanted)
    assert answer.status_code == 422
    assert said in text(answer)


def test_strangers_find_no_such_page(year: Programme, admin: Person, city: Person, customer: Person) -> None:
    for who in (admin, city, customer):
        for there in (HERE, f"{HERE}sheet/xlsx/"):
            assert browser(who).get(there, {**YEAR, "try": "1"}).status_code == 404
    assert Client().get(HERE).status_code == 302


def test_all_units_are_handed_out_as_a_sheet(year: Programme, province: Person, unit: Unit) -> None:
    asked = {**YEAR, "try": "1", "instrument_ceiling": "40000.00"}
    answer = browser(province).get(f"{HERE}sheet/xlsx/", asked)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (rows[1][0], rows[1][5], rows[1][7], rows[1][9]) == (unit.name, 50000, 40000, -10000)
    assert browser(province).get(f"{HERE}sheet/pdf/", asked).content.startswith(b"%PDF")
    assert browser(province).get(f"{HERE}sheet/xlsx/", {**YEAR, "try": "1", "budget": "x"}).status_code == 302


def test_the_page_asks_little_of_the_database(
    year: Programme, province: Person, django_assert_max_num_queries: Any
) -> None:
    client = browser(province)
    client.get(HERE)
    with django_assert_max_num_queries(24):
        client.get(HERE, {**YEAR, "try": "1"})


# --- the API


def test_a_program_asks_for_the_same(year: Programme, province: Person, as_: Any) -> None:
    ask = as_(province, "subsidies:run:calculate")
    wish = BODY | {"changes": {"instrument_ceiling": "40000.00"}, "settings": {"rate_good": "0.10"}}
    told = ask("POST", "/api/v1/simulations", wish).json()
    assert (told["before"], told["after"], told["difference"]) == ("50000.00", "40000.00", "-10000.00")
    assert (told["left"], told["groups"]["grade"][0]["label"]) == ("9960000.00", "良好")
    assert [one["after_words"] for one in told["losers"]] == ["受最高限额限制"]
    assert Run.objects.count() == 0


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"changes": {"unit_celing": "1.00"}}, "unit_celing"),
        ({"changes": {"unit_ceiling": 3000000}}, "unit_ceiling"),
        ({"settings": {"rate_good": "0.21"}}, "rate_good"),
        ({"settings": {"rate_god": "0.1"}}, "rate_god"),
        ({"year": 2026}, "year"),
    ],
)
def test_a_program_is_told_what_is_wrong_where(
    year: Programme, province: Person, as_: Any, wish: dict[str, Any], field: str
) -> None:
    answer = as_(province, "subsidies:run:calculate")("POST", "/api/v1/simulations", BODY | wish)
    assert answer.status_code == 422
    assert field in json.dumps(answer.json(), ensure_ascii=False)


def test_a_program_of_a_stranger_finds_nothing(year: Programme, admin: Person, city: Person, as_: Any) -> None:
    for who in (admin, city):
        assert as_(who)("POST", "/api/v1/simulations", BODY).status_code == 404
    assert as_(None)("POST", "/api/v1/simulations", BODY).status_code == 401
