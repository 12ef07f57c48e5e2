"""统一社会信用代码 (GB 32100): read what people type, and say in plain words what is wrong with it.

python-stdnum refuses the codes whose first two places are letters (farmers' collectives, military
institutions), so only its check digit is used; the rest of the standard's form is checked here.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
LOOKALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}  # never in a code, but often read into one

Problem = Literal["empty", "length", "alphabet", "region", "authority", "check_digit"]
_SEPARATORS = re.compile(r"[\s\-‐-―_.·]+")


@dataclass(frozen=True)
class Checked:
    """The code as it will be stored, and the reason when it cannot be."""

    code: str
    problem: Problem | None = None
    message: str = ""
    suggestion: str = ""

    @property
    def valid(self) -> bool:
        return self.problem is None


def normalise(text: str) -> str:
    """Full-width to half-width, upper case, without spaces, dashes and invisible characters."""
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return _SEPARATORS.sub("", visible).upper()


def check(text: str) -> Checked:
    """Everything that can be known about a code without asking a register."""
    code = normalise(text)
    if not code:
        return Checked(code, "empty", "请填写统一社会信用代码。")
    if len(code) != LENGTH:
        message = f"统一社会信用代码应为 18 位，您填写了 {len(code)} 位。请对照证书核对是否多填或漏填。"
        return Checked(code, "length", message)
    return _letters(code) or _places(code) or _check_digit(code) or Checked(code)


def is_valid(text: str) -> bool:
    return check(text).valid


def region_of(code: str) -> str:
    """The division in which the holder was registered (places 3 to 8)."""
    return normalise(code)[2:8]


def _letters(code: str) -> Checked | None:
    wrong = [(place, letter) for place, letter in enumerate(code, start=1) if letter not in ALPHABET]
    if not wrong:
        return None
    place, letter = wrong[0]
    message = f"第 {place} 位“{letter}”不会出现在统一社会信用代码中（只用数字和 I、O、S、V、Z 以外的大写字母）。"
    suggestion = _suggestion(code)
    if suggestion:
        message += f"是否应为 {suggestion}？"
    return Checked(code, "alphabet", message, suggestion)


def _suggestion(code: str) -> str:
    """The code with look-alikes put right, offered only when nothing else is wrong with it."""
    mended = "".join(LOOKALIKES.get(letter, letter) for letter in code)
    right = set(mended) <= set(ALPHABET) and not _places(mended) and not _check_digit(mended)
    return mended if right else ""


def _places(code: str) -> Checked | None:
    if code[0] == "0":
        return Checked(code, "authority", "第 1 位是登记管理部门代码，不会是 0。请对照证书核对。")
    if not (code[2:8].isascii() and code[2:8].isdigit()):
        message = "第 3 至 8 位是登记机关所在地的行政区划码，应全部为数字。请对照证书核对。"
        return Checked(code, "region", message)
    return None


def _check_digit(code: str) -> Checked | None:
    if uscc.calc_check_digit(code[:-1]) == code[-1]:
        return None
    return Checked(code, "check_digit", "校验位不符，说明其中至少有一位填错。请对照证书逐位核对。")
