"""What everybody may read of ratings: counted once, without names, and seen at once by visitors."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from yixiang.catalogue.models import Instrument
from yixiang.kernel import freshness
from yixiang.orders.commands import rating, settling
from yixiang.orders.commands.settling import Billed
from yixiang.orders.models import Line, Order, Rating
from yixiang.orders.queries import ratings
from yixiang.orders.tests.conftest import fresh, line_of, local, text
from yixiang.people.models import Person

LATER = local(4, 9)


@pytest.fixture
def completed(recorded: Order, admin: Person, customer: Person) -> Order:
    billed = Billed("24432000000012345678", recorded.final_total or 0, LATER.date())  # type: ignore[arg-type]
    settling.add_invoice(recorded, billed, actor=admin, now=LATER)
    return settling.settle(recorded, actor=customer, now=LATER)


@pytest.fixture
def rated(completed: Order, customer: Person) -> Rating:
    return rating.rate(completed, actor=customer, step=4, words="数据给得快", now=LATER)


def page(one: Instrument, more: str = "") -> str:
    return text(Client().get(f"/instruments/{one.code}/{more}"))


def test_the_page_of_an_instrument_tells_what_was_said_and_not_by_whom(
    rated: Rating, sem: Instrument, customer: Person, admin: Person
) -> None:
    rating.reply(fresh(rated.order), actor=admin, words="谢谢，欢迎再来", now=LATER)
    for shown in (page(sem), page(sem, "ratings/")):
        assert {"数据给得快" in shown, "谢谢，欢迎再来" in shown, "基本满意" in shown} == {True}
        assert customer.name not in shown
        assert rated.order.customer.name not in shown


def test_nothing_is_shown_of_an_instrument_nobody_has_rated(completed: Order, sem: Instrument) -> None:
    assert "用户评价" not in page(sem)
    assert "还没有评价" in page(sem, "ratings/")


def test_search_engines_read_the_average_as_structured_data(rated: Rating, sem: Instrument) -> None:
    data = json.loads(page(sem).split('<script type="application/ld+json">')[1].split("</script>")[0])
    found = data["aggregateRating"]
    assert (found["ratingValue"], found["ratingCount"], found["bestRating"]) == (4.0, 1, 5)


def test_own_use_neither_counts_nor_shows(rated: Rating, sem: Instrument) -> None:
    Order.objects.filter(pk=rated.order_id).update(internal=True, customer=rated.order.provider)
    assert not ratings.ratings_of(sem.pk).exists()
    assert "数据给得快" not in page(sem)


def test_an_order_with_two_stretches_of_one_instrument_is_one_rating(
    completed: Order, customer: Person, sem: Instrument
) -> None:
    line = line_of(completed)
    Line.objects.create(order=completed, instrument=line.instrument, mode="time", position=1)
    rating.rate(completed, actor=customer, step=5, now=LATER)
    sem.refresh_from_db()
    found = ratings.summary(sem)
    assert found
    assert (sem.rating_count, found.count, str(found.mean)) == (1, 1, "5.00")
    assert [step.share for step in found.steps] == [100, 0, 0, 0, 0]


def test_a_rating_without_words_is_counted_and_not_listed(completed: Order, customer: Person, sem: Instrument) -> None:
    rating.rate(completed, actor=customer, step=3, now=LATER)
    sem.refresh_from_db()
    found = ratings.summary(sem)
    assert found
    assert (found.count, found.worded, found.latest) == (1, 0, [])
    assert "还没有人写下文字" in page(sem, "ratings/")


def test_pages_kept_for_visitors_are_thrown_away_by_a_rating_and_by_its_answer(
    completed: Order,
    customer: Person,
    admin: Person,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    seen = [freshness.version()]
    with django_capture_on_commit_callbacks(execute=True):
        rating.rate(completed, actor=customer, step=2, words="排队太久", now=LATER)
    seen.append(freshness.version())
    with django_capture_on_commit_callbacks(execute=True):
        rating.reply(fresh(completed), actor=admin, words="已增加机时", now=LATER)
    seen.append(freshness.version())
    assert seen[0] < seen[1] < seen[2]


def test_programs_read_the_same_in_pages(rated: Rating, sem: Instrument, customer: Person) -> None:
    place = f"/api/v1/instruments/{sem.code}/ratings"
    answer = Client().get(place, {"limit": 1, "total": "true"}).json()
    assert (answer["total"], answer["next"]) == (1, None)
    one = answer["items"][0]
    assert (one["step"], one["label"], one["author"]) == (4, "基本满意", rated.order.customer.get_kind_display())
    assert customer.name not in str(answer)
    assert Client().get("/api/v1/instruments/nothing/ratings").status_code == 404


def test_without_a_kind_of_unit_only_a_family_name_is_left(rated: Rating) -> None:
    rated.order.customer.kind, rated.by = "", Person(name="欧阳静")
    assert ratings.author_of(rated) == "欧**"
    rated.by = None
    assert ratings.author_of(rated) == ""


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "javascript:alert(1)"])
def test_words_are_text(words: str, completed: Order, customer: Person, sem: Instrument) -> None:
    rating.rate(completed, actor=customer, step=1, words=words, now=LATER)
    assert "<script>alert(1)" not in page(sem)
