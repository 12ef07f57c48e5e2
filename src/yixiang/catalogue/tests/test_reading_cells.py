"""What Excel and people do to cells: formulas, dates, digits, merged and hidden cells, amounts of the wrong unit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from yixiang.catalogue.importing.cells import reader_of
from yixiang.catalogue.importing.layouts import key_of
from yixiang.catalogue.importing.places import joined
from yixiang.catalogue.importing.rules import suspicion
from yixiang.catalogue.rules.fields import BY_NAME
from yixiang.catalogue.tests.books import EQUIPMENT, FIRST, book, letter, only, place, read, row, said
from yixiang.people.models import Person
from yixiang.units.models import Unit


def cell(name: str, raw: Any, **more: Any) -> Any:
    found = reader_of(BY_NAME[name], **more)(raw)
    return found.problem or found.value


@pytest.mark.parametrize(
    "raw",
    [
        "2020-3-1",
        "2020/03/01",
        "2020.3.1",
        "2020年3月1日",
        "20200301",
        "２０２０－０３－０１",
        "2020-03-01 00:00:00",
        date(2020, 3, 1),
        20200301.0,
        43891.0,
        "43891",
    ],
)
def test_a_day_is_read_however_it_is_written(raw: Any) -> None:
    assert cell("booked_on", raw) == date(2020, 3, 1)


@pytest.mark.parametrize("raw", ["2020-03", "2020年3月", "2020", "1/3/20", "昨天", "2020-02-30"])
def test_what_is_not_a_day_is_not_guessed(raw: str) -> None:
    assert "2024-03-01" in cell("booked_on", raw)


@pytest.mark.parametrize(
    ("raw", "yuan"),
    [
        (328.5, 3_285_000),
        ("３２８．５０", 3_285_000),
        ("328.5万元", 3_285_000),
        ("3,285,000元", 3_285_000),
        ("￥328.5", 3_285_000),
        (0.1 + 0.2, 3000),
        (100.333333333, 1_003_333.33),
    ],
)
def test_an_amount_is_read_in_ten_thousands(raw: Any, yuan: float) -> None:
    assert cell("worth", raw) == Decimal(str(yuan))


def test_a_column_headed_in_yuan_is_read_in_yuan() -> None:
    assert cell("worth", 3_285_000.0, in_yuan=True) == Decimal(3_285_000)


def test_full_width_letters_and_digits_become_plain() -> None:
    assert cell("inner_number", "Ｅ－００１") == "E-001"
    assert cell("contact_phone", "１３８００００００００") == "13800000000"


def test_numbers_that_excel_shortened_are_refused_and_lost_zeros_come_back() -> None:
    assert "前 15 位" in cell("declaration_number", 531620211162012345.0)
    assert "科学计数" in cell("declaration_number", "5.3162E+17")
    assert (cell("category", 10102.0), cell("postcode", 50000.0)) == ("010102", "050000")


def test_words_of_the_national_lists_become_our_codes() -> None:
    assert cell("carrier_type", "附属于重大科研基础设施") == cell("carrier_type", "重大科研基础设施") == "2"
    assert cell("disciplines", "畜牧、兽医科学,140 物理学") == ["230", "140"]
    assert (cell("supervised", "否"), cell("category", "999999")) == (False, "990000")
    assert "是" in cell("supervised", "也许")


def test_brackets_blanks_and_stars_of_a_header_do_not_count() -> None:
    assert key_of("原 值（单位万元、保留小数点后两位）*") == key_of("原值") == "原值"
    assert key_of(EQUIPMENT[0]) == "仪器编号"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("湖南省", "长沙市", "岳麓区"), "430104"),
        (("湖南", "长沙", "岳麓"), "430104"),
        (("北京市", "北京市", ""), "110000"),
        (("北京市", "市辖区", "海淀区"), "110108"),
        (("广西", "南宁市", ""), "450100"),
        (("430000", "430100", "430104"), "430104"),
    ],
)
def test_three_columns_are_one_place(words: tuple[str, str, str], code: str) -> None:
    assert joined()(*words).value == code


def test_a_district_that_is_none_falls_back_to_its_city_with_a_word() -> None:
    found = joined()("湖南省", "长沙市", "高新区")
    assert (found.value, "高新区" in found.warning) == ("430100", True)
    assert "没有“火星省”" in joined()("火星省", "", "").problem


@pytest.mark.parametrize(
    ("worth", "odd"), [("3285000", False), ("30000000000", True), ("32850000000", True), ("500", True)]
)
def test_yuan_in_a_column_of_ten_thousands_is_doubted(worth: str, odd: bool) -> None:
    assert bool(suspicion(Decimal(worth), kind="instrument", middle=Decimal(2_000_000))) is odd


def test_one_amount_far_from_the_rest_is_pointed_at(admin: Person, unit: Unit) -> None:
    rows = [row(f"E-{n}", 原值=100 + n) for n in range(6)] + [row("E-9", 原值=450_000)]
    batch = read(book(rows), admin, unit)
    doubted = batch.rows.get(own_number="E-9")
    assert f"{letter('原值')}{FIRST + 6}：" in said(doubted)
    assert "45.0000 万元" in said(doubted)
    assert batch.state == "ready"


def test_a_wrong_cell_is_named_with_its_address(admin: Person, unit: Unit) -> None:
    batch = read(book([row(原值="三百万")]), admin, unit)
    assert (batch.state, batch.rows_faulty) == ("faulty", 1)
    assert only(batch).problems[0]["message"].startswith(f"{letter('原值')}{FIRST}：原值，请填写数字，单位为万元")


def test_formulas_give_their_kept_result_or_are_named(admin: Person, unit: Unit) -> None:
    def touch(sheet: Any, _book: Any) -> None:
        sheet.write_formula(2, place("原值"), "=328.5*1", None, 328.5)
        sheet.write_formula(2, place("规格型号"), '=A1&"x"', None, "")
        sheet.write_formula(2, place("英文名称"), "=1/0", None, "#DIV/0!")

    batch = read(book([row()], touch=touch), admin, unit)
    assert f"{letter('规格型号')}{FIRST}：规格型号，单元格是公式" in said(only(batch))
    assert "#DIV/0!" in said(only(batch))
    assert any("3 个公式" in note for note in batch.notes)
    assert not any(one["field"] == "worth" for one in only(batch).problems)


def test_merged_cells_are_named_row_by_row(admin: Person, unit: Unit) -> None:
    def touch(sheet: Any, _book: Any) -> None:
        sheet.merge_range(2, place("所属单位内部门"), 3, place("所属单位内部门"), "分析测试中心")

    batch = read(book([row("E-1"), row("E-2")], touch=touch), admin, unit)
    assert any("第 3—4 行有合并单元格" in note for note in batch.notes)
    assert "在合并单元格里" in said(batch.rows.get(own_number="E-2"))


def test_hidden_rows_and_columns_are_read_and_said(admin: Person, unit: Unit) -> None:
    def touch(sheet: Any, _book: Any) -> None:
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(8, 8, None, None, {"hidden": True})

    batch = read(book([row("E-1"), row("E-2")], touch=touch), admin, unit)
    assert batch.rows_new == 2
    assert any("第 4 行是隐藏" in note for note in batch.notes)
    assert any("I 列是隐藏的" in note for note in batch.notes)


def test_a_number_twice_in_a_sheet_is_told_with_the_first_row(admin: Person, unit: Unit) -> None:
    batch = read(book([row("E-1"), row(" Ｅ-1 "), row("")]), admin, unit)
    assert batch.rows_faulty == 2
    assert f"与第 {FIRST} 行重复" in said(batch.rows.get(number=FIRST + 1))
    assert "必须填写" in said(batch.rows.get(number=FIRST + 2))


def test_columns_in_another_order_with_other_brackets_are_known(admin: Person, unit: Unit) -> None:
    order = list(reversed(range(len(EQUIPMENT))))
    header = [EQUIPMENT[at].split("（")[0] + " [必填]" for at in order] + ["自己加的一列"]
    batch = read(book([[row()[at] for at in order]], header=header), admin, unit)
    assert (batch.state, batch.rows_new) == ("ready", 1)
    assert any("自己加的一列" in note for note in batch.notes)
