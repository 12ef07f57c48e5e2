"""Lists read page by page lose nothing, repeat nothing and cannot be led astray."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yixiang.api.tests.test_problems import check_problem
from yixiang.kernel.errors import Invalid
from yixiang.people.models import OldPassword, Person, Token
from yixiang.reviews.models import Case
from yixiang.web.cursor import _pack, _unpack, page

pytestmark = pytest.mark.django_db
START = date(2026, 3, 2)


def walk(rows, **options):
    found, after = [], None
    while True:
        one = page(rows, after=after, **options)
        found += one.items
        after = one.next
        if after is None:
            return found


def cases(*dues):
    now = timezone.now()
    for number, due in enumerate(dues):
        day = None if due is None else START + timedelta(days=due)
        Case.objects.create(kind="unit", subject_id=number, title="x", permission="p", opened_at=now, due_on=day)
    return Case.objects.all()


@pytest.mark.parametrize("by", [["due_on"], ["-due_on"], ["due_on", "-pk"], ["-due_on", "pk"], ["pk"], ["-pk"], []])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_every_row_comes_once_in_order_whatever_the_page_size(by, limit):
    rows = cases(3, None, 1, 3, None, 2, 3)
    assert walk(rows, by=by, limit=limit) == page(rows, by=by, limit=200).items
    assert len(walk(rows, by=by, limit=limit)) == 7


@pytest.mark.parametrize("by", ["due_on", "-due_on"])
def test_rows_without_a_value_come_last(by):
    found = walk(cases(3, None, 1), by=[by], limit=1)
    assert found[-1].due_on is None


def test_a_row_put_in_front_meanwhile_repeats_nothing():
    rows = cases(1, 2, 3)
    first = page(rows, by=["due_on"], limit=2)
    cases_before = Case.objects.create(
        kind="unit", subject_id=99, title="x", permission="p", opened_at=timezone.now(), due_on=START
    )
    rest = page(rows, by=["due_on"], limit=2, after=first.next)
    assert cases_before not in rest.items
    assert [c.due_on for c in rest.items] == [START + timedelta(days=3)]


def test_a_list_may_be_ordered_by_a_field_of_a_related_row():
    for name in ("b", "a", "c"):
        person = Person.objects.create(username=name, name=name)
        OldPassword.objects.create(person=person, password=name)
    found = walk(OldPassword.objects.select_related("person"), by=["person__name"], limit=1)
    assert [row.password for row in found] == ["a", "b", "c"]


def test_the_total_is_counted_only_when_asked_for():
    rows = cases(1, 2, 3)
    assert page(rows, limit=1).total is None
    assert page(rows, limit=1, total=True).total == 3


def test_an_empty_list_has_no_next_page():
    one = page(Token.objects.all(), limit=5, total=True)
    assert (one.items, one.next, one.total) == ([], None, 0)


@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: "x" + c, lambda c: "", lambda c: "a:b", lambda c: "汉"])
def test_a_cursor_that_was_changed_is_refused(change):
    rows = cases(1, 2, 3)
    cursor = change(page(rows, limit=1).next or "")
    if not cursor:
        return
    with pytest.raises(Invalid) as refused:
        page(rows, limit=1, after=cursor)
    assert refused.value.code == "cursor-invalid"


def test_a_cursor_of_another_order_is_refused():
    rows = cases(1, 2, 3)
    with pytest.raises(Invalid):
        page(rows, by=["due_on"], after=page(rows, by=["-due_on"], limit=1).next)


def test_over_http_a_changed_cursor_is_422(ask, person):
    for word in "abc":
        OldPassword.objects.create(person=person, password=word)
    first = ask("GET", "/api/rehearsal/deeds?total=true").json()
    assert (len(first["items"]), first["total"]) == (2, 3)
    rest = ask("GET", f"/api/rehearsal/deeds?cursor={first['next']}").json()
    assert [row["password"] for row in rest["items"]] == ["c"]
    assert rest["next"] is None
    body = check_problem(ask("GET", f"/api/rehearsal/deeds?cursor={first['next'][:-2]}"), 422, "cursor-invalid")
    assert body["errors"][0]["field"] == "cursor"


VALUES = [st.none(), st.booleans(), st.integers(), st.text(), st.dates(), st.decimals(allow_nan=False), st.uuids()]


@given(st.one_of(VALUES))
def test_a_value_comes_out_of_a_cursor_as_it_went_in(value):
    again = _unpack(_pack(value))
    assert (again, type(again)) == (value, type(value))
