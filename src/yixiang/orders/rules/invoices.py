"""Invoice numbers: the digital kind has 20 digits, the older ones a code of 10 or 12 and a number of 8."""

import re
from dataclasses import dataclass

from yixiang.kernel.typed import half

_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Number:
    kind: str
    code: str
    number: str

    @property
    def shown(self) -> str:
        return f"{self.code} {self.number}".strip()


def read(typed: str) -> Number | None:
    """As people type or copy it, with spaces and full-width digits; None where it is no invoice number."""
    plain = half(typed).strip()
    if re.search(r"[A-Za-z]", plain):
        return None
    digits = _DIGITS.sub("", plain)
    if len(digits) != len(re.sub(r"[\s\-—–_/,，、]", "", plain)):
        return None
    parts = [part for part in re.split(r"\D+", plain) if part]
    if len(digits) == 20 and not (len(parts) == 2 and len(parts[1]) == 8):
        return Number("digital", "", digits)
    if len(digits) in {18, 20} and (len(parts) == 1 or len(parts[-1]) == 8):
        return Number("older", digits[:-8], digits[-8:])
    return None


REFUSED = "发票号码不对：数电票是 20 位数字；较早的发票先写 10 或 12 位代码，再空一格写 8 位号码。"
