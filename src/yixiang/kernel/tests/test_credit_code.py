import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from yixiang.kernel.credit_code import ALPHABET, check, is_valid, region_of

VALID = "91350100M000100Y43"

valid_codes = st.builds(
    lambda head, region, body: (text := head + region + body) + uscc.calc_check_digit(text),
    st.text("123456789ANY", min_size=1, max_size=1).flatmap(
        lambda first: st.text(ALPHABET, min_size=1, max_size=1).map(lambda second: first + second)
    ),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize(
    "typed",
    [
        VALID,
        "91350100m000100y43",
        " 9135 0100 M000-100Y43 ",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        f"\ufeff{VALID}\u200b",
    ],
)
def test_however_it_is_typed_the_code_is_the_same(typed):
    assert check(typed).valid
    assert check(typed).code == VALID


@pytest.mark.parametrize(
    ("typed", "problem", "words"),
    [
        ("", "empty", "请填写"),
        ("  ", "empty", "请填写"),
        ("9135", "length", "4 位"),
        (f"{VALID}1", "length", "19 位"),
        ("91350100M000100Y4Z", "alphabet", "第 18 位“Z”"),
        ("91350100M000100Y4湘", "alphabet", "第 18 位“湘”"),
        ("9135A100M000100Y43", "region", "行政区划码"),
        ("0" * 18, "authority", "登记管理部门"),
        ("91350100M000100Y44", "check_digit", "校验位"),
    ],
)
def test_each_mistake_has_its_own_plain_reason(typed, problem, words):
    checked = check(typed)
    assert checked.problem == problem
    assert words in checked.message


def test_letters_mistaken_for_digits_are_pointed_out():
    checked = check("9I35OIOOMOOOIOOY43")
    assert checked.problem == "alphabet"
    assert checked.suggestion == VALID
    assert VALID in checked.message


def test_a_hint_is_given_only_when_it_would_be_right():
    assert check("91350100M000100Y4Z").suggestion == ""


def test_the_place_of_registration_can_be_read():
    assert region_of(VALID) == "350100"


@given(valid_codes)
def test_codes_built_by_the_standard_are_accepted(code):
    assert is_valid(code)


@given(valid_codes, st.integers(8, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_letter_is_noticed(code, place, letter):
    wrong = code[:place] + letter + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(st.text(max_size=40))
def test_no_input_breaks_the_check(text):
    checked = check(text)
    assert checked.valid or checked.message
