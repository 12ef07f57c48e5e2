"""What typed words are taken for."""

import pytest

from yixiang.catalogue.search import dictionary, mending
from yixiang.catalogue.search.hits import pattern
from yixiang.catalogue.search.understanding import understand
from yixiang.kernel import reference


def meant(typed):
    return [(term.kind, term.meant or term.text) for term in understand(typed).terms]


def test_there_are_enough_groups_and_each_names_classes_that_exist():
    import tomllib

    rows = tomllib.loads((reference.ROOT / "synonyms.toml").read_text("utf-8"))["group"]
    assert len(rows) >= 150
    assert [code for row in rows for code in row.get("classes", []) if not reference.instrument_class(code)] == []
    assert all(row["words"] for row in rows)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("SEM", "010102"),
        ("ＳＥＭ", "010102"),
        ("扫描电子显微镜", "010102"),
        ("icp ms", "010202"),
        ("ICPMS", "010202"),
        ("x射线衍射仪", "010301"),
        ("tsdj", "010101"),
        ("toushedianjing", "010101"),
        ("测粒径", "020502"),
        ("粒径分析", "020502"),
        ("哪里可以做扫描电镜", "010102"),
        ("环境扫电镜", "010102"),
        ("单晶衍射仪", "010301"),
    ],
)
def test_it_is_taken_for_a_class(typed, code):
    assert code in {known for term in understand(typed).terms for known in term.classes}


def test_a_place_and_a_thing_are_told_apart():
    assert meant("长沙 核磁") == [("place", "长沙市"), ("phrase", "核磁共振")]


def test_the_words_of_a_question_are_left_out():
    assert understand("请问哪里有可以用的").terms[0].kind == "word"  # nothing else was typed
    assert meant("请问哪里有离心机吗") == [("phrase", "离心机")]


def test_what_it_was_taken_for_is_said():
    assert understand("SEM").labels == ["SEM = 扫描电镜"]
    assert understand("扫描电镜").labels == []


def test_a_known_thing_beside_others_is_also_looked_for_in_long_texts():
    alone, beside = understand("XRD").terms[0], understand("XRD 薄膜").terms[0]
    assert alone.whole == alone.head
    assert beside.whole != beside.head


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("扫瞄电镜", "扫描电镜"),
        ("透摄电镜", "透射电镜"),
        ("质普仪", "质谱仪"),
        ("红外光谱议", "红外光谱仪"),
        ("xdr", "XRD"),
        ("spectormeter", "spectrometer"),
    ],
)
def test_one_slip_is_put_right(typed, known):
    assert dictionary.text_of(dictionary.slip_of(typed)) == known


@pytest.mark.parametrize("typed", ["", "电", "sam", "完全不相干的词语", "zzzzzz"])
def test_what_is_no_slip_stays(typed):
    assert dictionary.slip_of(typed) == ""


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("abc", "abc", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("abc", "acb", True),
        ("abc", "bca", False),
        ("a", "abc", False),
        ("", "a", True),
    ],
)
def test_one_edit(one, other, near):
    assert dictionary.one_edit(one, other) is near
    assert dictionary.one_edit(other, one) is near


def test_classes_of_what_has_no_class_are_a_last_resort():
    term = understand("电化学工作站").terms[0]
    assert "010799" not in term.head
    wider = mending.anywhere(understand("电化学工作站"))
    assert wider
    assert "c:010799" in wider.terms[0].whole


def test_every_term_is_bounded():
    understood = understand("电" * 5000 + " a" * 5000)
    assert len(understood.terms) <= 8
    assert all(len(term.whole) < 2000 for term in understood.terms)


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("EM", "GeminiSEM 500", False),
        ("EM", "JEM-2100", False),
        ("EM", "冷冻EM", True),
        ("SEM", "SEM5000", True),
        ("sem", "GeminiSEM 500", False),
        ("micros", "Electron Microscope", True),
        ("8010", "SU8010", True),
        ("8010", "SU18010", False),
        ("电镜", "场发射电镜", True),
    ],
)
def test_a_latin_word_is_marked_only_where_one_begins(word: str, text: str, found: bool) -> None:
    assert bool(pattern(word).search(text)) is found
