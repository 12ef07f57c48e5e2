"""The questions and the instruments of the search benchmark are whole and name only classes that exist."""

import csv
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((HOME / name).read_text("utf-8"))


def classes() -> dict[str, bool]:
    """Every class, and whether it is a leaf."""
    lines = (HOME / "reference/instrument_classes.tsv").read_text("utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {row["code"]: row["leaf"] == "yes" for row in rows}


def beneath(code: str) -> str:
    """What the codes beneath a class begin with: 010200 stands for 0102…, a leaf for itself."""
    return code if classes()[code] else code[:2] if code.endswith("0000") else code[:4]


CASES = read("benchmarks/search_cases.toml")["case"]
KINDS = read("src/yixiang/demo/corpus.toml")["kind"]


def plates() -> Iterator[str]:
    for kind in KINDS:
        yield from kind["names"]
        yield from chain.from_iterable([maker["name"], *maker["models"]] for maker in kind["makers"])


def test_there_are_enough_questions_and_kinds() -> None:
    assert len(CASES) >= 130
    assert len({kind["code"] for kind in KINDS}) >= 160


def test_no_question_is_asked_twice() -> None:
    asked = [case["q"] for case in CASES]
    assert sorted(asked) == sorted(set(asked))


def test_every_question_says_what_it_hopes_for_and_why() -> None:
    assert [case["q"] for case in CASES if not case["why"] or not (case["must"] or case.get("must_name"))] == []


def test_every_class_exists() -> None:
    named = chain.from_iterable(case["must"] + case["must_not"] for case in CASES)
    assert {code for code in named if code not in classes()} == set()
    assert {kind["code"] for kind in KINDS if not classes().get(kind["code"])} == set()


def test_all_main_classes_are_asked_for() -> None:
    asked = {code[:2] for case in CASES for code in case["must"]}
    assert asked == {code[:2] for code in classes()}


def test_what_is_hoped_for_is_not_refused_in_the_same_breath() -> None:
    for case in CASES:
        refused = tuple(beneath(code) for code in case["must_not"])
        assert not refused or not any(beneath(code).startswith(refused) for code in case["must"]), case["q"]


def test_the_material_holds_an_answer_to_every_question() -> None:
    there = [kind["code"] for kind in KINDS]
    for case in CASES:
        hoped = tuple(beneath(code) for code in case["must"])
        assert any(code.startswith(hoped) for code in there), case["q"]


def test_every_model_asked_for_is_on_a_plate() -> None:
    models = [case["must_name"] for case in CASES if case.get("must_name") and case["why"] != "unit"]
    assert [name for name in models if not any(name in plate for plate in plates())] == []


SIZES = {
    "names": (3, 6),
    "english": (3, 6),
    "makers": (1, 9),
    "functions": (3, 5),
    "technical": (3, 5),
    "services": (2, 4),
}


@pytest.mark.parametrize(("part", "least", "most"), [(part, *size) for part, size in SIZES.items()])
def test_every_kind_has_enough_to_draw_from(part: str, least: int, most: int) -> None:
    assert [kind["code"] for kind in KINDS if not least <= len(set(map(str, kind[part]))) <= most] == []


def test_every_kind_reads_like_a_catalogue_entry() -> None:
    for kind in KINDS:
        assert len(kind["names"]) == len(kind["english"]), kind["code"]
        assert all(maker["name"] and maker["models"] for maker in kind["makers"]), kind["code"]
        assert all(sentence.endswith("。") for sentence in kind["functions"]), kind["code"]
        assert 0 < kind["worth"][0] < kind["worth"][1], kind["code"]
        assert 0 < kind["per_hour"][0] < kind["per_hour"][1], kind["code"]
