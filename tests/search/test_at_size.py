"""Finding among thousands of generated instruments: the written questions, the plans, a naive filter to agree with."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks import instruments, search_quality, search_run
from benchmarks.instruments import NOW
from benchmarks.search_queries import questions
from django.db import transaction

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.search import matching, rebuilding, tokens
from yixiang.catalogue.search.dictionary import class_prefix
from yixiang.catalogue.search.finding import Wanted, find
from yixiang.catalogue.search.rows import modes_of
from yixiang.catalogue.search.understanding import understand
from yixiang.kernel import reference

SIZE, COMPARED = 6000, 120
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Loaded once for this module, then given up."""
    with django_db_blocker.unblock(), transaction.atomic():
        instruments.load(SIZE)
        rebuilding.rebuild()
        yield
        transaction.set_rollback(True)


def test_the_written_questions_find_what_they_should() -> None:
    answers = search_quality.answers(now=NOW)
    missed = [answer for answer in answers if not answer.good]
    assert len(answers) >= 120
    assert len(missed) <= 0.05 * len(answers), [(answer.q, answer.seen) for answer in missed]


def test_no_statement_reads_the_whole_table() -> None:
    assert search_run.whole_reads(query for _kind, query in questions(60)) == 0


def test_the_ways_for_few_and_for_many_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pages, whether the matches are read one by one or met along an index."""
    for query in (
        {"q": "电镜", "sort": "price"},
        {"q": "光谱", "sort": "newest"},
        {"q": "色谱", "sort": "near", "near": "430100"},
    ):
        monkeypatch.setattr(matching, "EXACT", 10**9)
        few = find(Wanted.from_query(query), now=NOW)
        monkeypatch.setattr(matching, "EXACT", -1)
        many = find(Wanted.from_query(query), now=NOW)
        assert [hit.id for hit in few.items] == [hit.id for hit in many.items]
        assert (few.total_is_exact, many.total_is_exact) == (True, False)
        assert 0.6 < many.total / few.total < 1.6


def test_finding_agrees_with_a_naive_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "EXACT", 10**9)
    chance = random.Random(5)
    everything = list(Instrument.objects.public().select_related("unit"))
    for _round in range(COMPARED):
        query = some_query(chance, everything)
        found = find(Wanted.from_query(query | {"size": "100"}), now=NOW)
        expected = {one.pk for one in everything if fits(one, query)}
        assert found.total_is_exact
        assert found.total == len(expected), query
        assert {hit.id for hit in found.items} <= expected
        assert len(found.items) == min(len(expected), 100)


def some_query(chance: random.Random, everything: list[Instrument]) -> dict[str, str]:
    one = chance.choice(everything)
    parts = {
        "category": one.category,
        "region": one.region,
        "mode": chance.choice(("time", "samples")),
        "funds": one.funds[0],
        "price_max": str(one.price_from or 500),
    }
    query = dict(chance.sample(sorted(parts.items()), 2))
    name = "".join(letter for letter in one.name if "\u4e00" <= letter <= "\u9fff")
    low = chance.randrange(max(len(name) - 1, 1))
    word = name[low : low + 2]
    if len(word) == 2 and [term.kind for term in understand(word).terms] == ["word"]:
        query["q"] = word
    return query


def fits(one: Instrument, query: dict[str, str]) -> bool:
    return (
        one.category == query.get("category", one.category)
        and one.region.startswith(class_prefix(query.get("region", one.region)))
        and ("mode" not in query or query["mode"] in modes_of(one.booking_mode))
        and query.get("funds", one.funds[0]) in one.funds
        and ("price_max" not in query or (one.price_from is not None and one.price_from <= float(query["price_max"])))
        and tokens.plain(query.get("q", "")) in words(one)
    )


def words(one: Instrument) -> str:
    row = reference.instrument_class(one.category)
    texts = (
        one.name,
        one.model,
        row.name if row else "",
        one.manufacturer,
        one.unit.name,
        one.department,
        one.function,
        one.technical,
        one.service_content,
    )
    return tokens.plain("\n".join(texts))
