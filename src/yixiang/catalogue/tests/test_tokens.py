"""Texts become lexemes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.catalogue.search import rows, tokens
from yixiang.catalogue.search.understanding import text_query
from yixiang.catalogue.search.vocabulary import sound


def test_chinese_is_cut_by_twos():
    assert tokens.words_of("透射电镜") == {"透射", "射电", "电镜"}


def test_full_width_and_capital_letters_are_the_same_word():
    assert tokens.words_of("ＳＥＭ") == tokens.words_of("sem")


@pytest.mark.parametrize("written", ["JEM-2100F", "JEM 2100F", "jem2100f"])
def test_a_model_is_one_word_however_it_is_written(written):
    assert {"jem2100f", "jem", "2100f"} <= tokens.model_words(written)


def test_a_compound_is_found_in_parts_and_whole():
    assert {"icp", "ms", "icpms"} <= tokens.words_of("采用 ICP-MS 测定")


def test_a_name_is_found_by_one_character():
    assert "镜" in tokens.head_words("电镜")


@given(st.text(max_size=80))
def test_no_lexeme_holds_what_a_query_language_knows(text):
    for word in tokens.words_of(text) | tokens.model_words(text):
        assert word
        assert not set(word) & set("'\\&|!():*<> \t\n")


@given(st.text(max_size=80))
def test_a_key_is_stable(text):
    assert tokens.key_of(tokens.key_of(text)) == tokens.key_of(text)


def test_the_parts_of_a_query_are_quoted():
    assert text_query("电镜 sem", "=", open_end=True) == "('=电镜' & '=sem':*)"


def test_sound_is_spoken_and_initials():
    assert sound("透射电镜") == ("toushedianjing", "tsdj")
    assert sound("X射线衍射") == ("xshexianyanshe", "xsxys")


def test_the_sample_is_even():
    marks = [rows.lot(pk) for pk in range(1, 20_001)]
    for one_in in (rows.SAMPLE, rows.SECOND, rows.THIRD):
        share = sum(mark % one_in == 0 for mark in marks) * one_in / len(marks)
        assert 0.7 < share < 1.3


def test_days_beyond_the_horizon_are_not_asked_for():
    from datetime import date, timedelta

    today = date(2026, 3, 2)
    far = today + timedelta(days=rows.HORIZON)
    assert rows.mask_between(far, far, today=today) == 0
    assert rows.mask_between(today - timedelta(days=9), today, today=today) == rows.mask([today])


def test_a_stale_listing_sinks():
    from decimal import Decimal

    facts = {name: None for name in rows.Source.__dataclass_fields__ if name != "free_days"}
    facts |= {"id": 1, "health": 80, "used": 10, "state": "listed", "worth": Decimal(1)}
    fresh, stale = (rows.rank_of(rows.Source(**facts | {"fresh_days": days})) for days in (10, 700))
    assert 0 <= stale < fresh <= 1000
