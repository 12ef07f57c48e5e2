"""The contract as a Word file, opened again the way Word does: parts, relations, paragraphs, tables."""

from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.urls import reverse

from yixiang.orders import printables, word
from yixiang.orders.models import Contract, Order
from yixiang.orders.queries import orders
from yixiang.orders.tests.conftest import browser
from yixiang.people.models import Person

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PLAIN: dict[str, Any] = {
    "title": "合同", "number": "1", "foot": "甲方", "facts": [["使用方", "乙"]], "lines": [], "stage": "约定",
    "charges": [], "total": "¥1.00", "clauses": [], "signs": [["甲", "未确认"], ["乙", "未确认"]], "digest": "0",
}  # fmt: skip


def opened(content: bytes, part: str = "word/document.xml") -> ElementTree.Element:
    with ZipFile(BytesIO(content)) as package:
        assert package.testzip() is None
        return ElementTree.fromstring(package.read(part))


def said(content: bytes, part: str = "word/document.xml") -> list[str]:
    """The text of every paragraph; a line break in it is a new line."""
    found = []
    for paragraph in opened(content, part).iter(f"{W}p"):
        pieces = [one.text or "" if one.tag == f"{W}t" else "\n" for one in paragraph.iter() if one.tag in LETTERS]
        found.append("".join(pieces))
    return found


LETTERS = {f"{W}t", f"{W}br"}


def test_every_clause_fact_and_amount_of_the_order_stands_in_it(accepted: Order) -> None:
    words, contract = said(printables.contract_in_word(accepted)), Contract.objects.get(order=accepted)
    assert len(contract.clauses) > 5
    for number, clause in enumerate(contract.clauses, start=1):
        assert words[words.index(f"{number}. {clause['title']}") + 1] == clause["text"]
    bill = orders.bill_of(accepted)
    amounts = [f"¥{charge.amount:,.2f}" for charges in bill.rows.values() for charge in charges]
    assert [one for one in words if one in amounts] == amounts
    assert {accepted.customer.name, accepted.provider.name, "合计 ¥600.00", "2026-03-03 10:00–12:00"} <= set(words)
    assert any(one.startswith(f"供给方：{accepted.provider.name}\n") and "确认" in one for one in words)


def test_the_bill_of_later_does_not_change_what_was_agreed(recorded: Order) -> None:
    words = said(printables.contract_in_word(recorded))
    assert "合计 ¥600.00" in words
    assert "合计 ¥750.00" not in words


def test_the_package_is_whole(accepted: Order) -> None:
    content = printables.contract_in_word(accepted)
    with ZipFile(BytesIO(content)) as package:
        names = package.namelist()
    assert names[0] == "[Content_Types].xml"
    for relation in opened(content, "word/_rels/document.xml.rels"):
        assert f"word/{relation.get('Target')}" in names
    fields = [one.get(f"{W}instr") for one in opened(content, "word/footer1.xml").iter(f"{W}fldSimple")]
    assert fields == [" PAGE ", " NUMPAGES "]
    assert 'w:eastAsia="宋体"' in ZipFile(BytesIO(content)).read("word/styles.xml").decode()


def test_a_style_that_is_used_is_defined() -> None:
    content = word.contract(PLAIN | {"clauses": [{"title": "一", "text": "二"}]})
    defined = {one.get(f"{W}styleId") for one in opened(content, "word/styles.xml").iter(f"{W}style")}
    used = {one.get(f"{W}val") for name in ("pStyle", "tblStyle") for one in opened(content).iter(f"{W}{name}")}
    assert used <= defined


@pytest.mark.parametrize("words", ["<w:p>&amp;", 'A&B "C" <D>', "]]>", "行一\n行二"])
def test_what_was_typed_is_text_and_never_markup(words: str) -> None:
    assert words in said(word.contract(PLAIN | {"clauses": [{"title": "一", "text": words}]}))


def test_characters_no_xml_may_hold_are_left_out() -> None:
    words = "前\x00\x08\x0b\x1f\ufffe\ud800后"
    assert "前后" in said(word.contract(PLAIN | {"clauses": [{"title": "一", "text": words}]}))


def test_both_sides_get_it_and_nobody_else(accepted: Order, customer: Person, admin: Person, outsider: Person) -> None:
    address = reverse("orders:contract-word", args=[accepted.number])
    for person in (customer, admin):
        answer = browser(person).get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, word.MIME)
    assert browser(outsider).get(address).status_code == 404


def test_before_accepting_there_is_none(submitted: Order, customer: Person) -> None:
    assert browser(customer).get(reverse("orders:contract-word", args=[submitted.number])).status_code == 404
