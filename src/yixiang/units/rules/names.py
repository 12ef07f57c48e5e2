"""Account names from the initials of a unit's name, and units whose names are nearly the same."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count

from pypinyin import Style, lazy_pinyin

from yixiang.kernel.reference import divisions

ACCOUNT = re.compile(r"[a-z][a-z0-9]{1,29}")
_LEGAL_FORMS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|（集团）|\(集团\)|集团公司|集团)")
_PLACE_ENDINGS = re.compile(r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|地区|省|市|县|区|盟)$")
_READING = {  # places a dictionary of ordinary words reads wrongly, or only reads rightly when it sees them alone
    **{"长沙": "cs", "长春": "cc", "长葛": "cg", "长治": "cz", "长岛": "cd", "长清": "cq", "长垣": "cy", "长兴": "cx"},
    **{"重庆": "cq", "厦门": "xm", "朝阳": "cy", "蚌埠": "bb", "六安": "la", "单县": "sx", "涡阳": "gy", "浚县": "xx"},
    **{"洪洞": "ht"},
}
SIMILAR_FROM = 0.8  # share of common character pairs; below it, names of one city resemble each other by accident


# --- account names


def initials(name: str) -> str:
    """湖南大学 → hndx. Place names are read as such, so that 中科院长春 does not become 院长 + 春."""
    plain = unicodedata.normalize("NFKC", name).lower()
    letters = [_READING.get(part) or _first_letters(part) for part in _places().split(plain)]
    return re.sub(r"[^a-z0-9]", "", "".join(letters))


def account_bases(name: str, shortest: int = 2) -> list[str]:
    """The full initials first, then without the legal form."""
    bases = [_fit(initials(name), shortest), _fit(initials(_LEGAL_FORMS.sub("", name)), shortest)]
    return [base for base in dict.fromkeys(bases) if base]


def account_offers(name: str, taken: Collection[str], shortest: int = 2) -> list[str]:
    """Each base, or where it is taken, with the first free number from 2."""
    used = {account.lower() for account in taken}
    return list(dict.fromkeys(_free(base, used) for base in account_bases(name, shortest)))


def account_problem(account: str) -> str:
    """Why it cannot be an account name; empty when it can."""
    if not account:
        return "请填写单位账号，可直接选用按单位名称首字母生成的账号。"
    if not ACCOUNT.fullmatch(account):
        return "单位账号用小写字母开头，只含小写字母和数字，2 至 30 位，例如 hndx。"
    return ""


def _fit(letters: str, shortest: int) -> str:
    """Begins with a letter and leaves room for a number."""
    begun = re.sub(r"^[0-9]+", "", letters)
    return (begun if len(begun) >= shortest else f"{begun}dw" if begun else "")[:26]


def _free(base: str, used: Collection[str]) -> str:
    if base not in used:
        return base
    return next(f"{base}{number}" for number in count(2) if f"{base}{number}" not in used)


def _first_letters(part: str) -> str:
    return "".join(lazy_pinyin(part, style=Style.FIRST_LETTER, errors="default"))


@cache
def _places() -> re.Pattern[str]:
    """Splits a name at every place it contains, keeping the places."""
    names = {_PLACE_ENDINGS.sub("", row.name) for row in divisions().values() if not row.placeholder} | set(_READING)
    longest_first = sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")


# --- names that are nearly the same


@dataclass(frozen=True, slots=True)
class Similar:
    key: int
    name: str
    likeness: float

    @property
    def same(self) -> bool:
        return self.likeness == 1.0


def plain_name(name: str) -> str:
    """What two spellings of one name have in common: width, spaces, brackets and the legal form do not count."""
    text = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\s()\[\]《》“”\"'·,，.。\-—]", "", _LEGAL_FORMS.sub("", text))


def similar_names(name: str, others: Mapping[int, str], limit: int = 5) -> list[Similar]:
    """Names a reviewer should look at, the likest first."""
    found = [Similar(key, other, likeness(name, other)) for key, other in others.items()]
    found = [one for one in found if one.likeness >= SIMILAR_FROM]
    return sorted(found, key=lambda one: (-one.likeness, one.key))[:limit]


def likeness(one: str, other: str) -> float:
    """Dice over character pairs: 1.0 means the same name in another spelling."""
    left, right = plain_name(one), plain_name(other)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    pairs, others = _pairs(left), _pairs(right)
    together = len(pairs) + len(others)
    return min(0.99, 2 * len(pairs & others) / together) if together else 0.0


def _pairs(text: str) -> set[str]:
    return set(_windows(text))


def _windows(text: str) -> Iterable[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))
