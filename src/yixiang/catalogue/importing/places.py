"""Province, city and county in three columns, in the words people use for them, as one division code."""

from collections.abc import Callable
from functools import cache

from yixiang.catalogue.importing.cells import NOTHING, Cell
from yixiang.kernel import reference
from yixiang.kernel.reference import Division

ENDINGS = (
    "特别行政区",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "自治区",
    "省",
    "市",
    "地区",
    "盟",
    "区",
    "县",
    "旗",
)


def _plain(word: str) -> str:
    return word.replace(" ", "").replace("\u3000", "")


def _short(name: str) -> str:
    ending = next((one for one in ENDINGS if name.endswith(one) and len(name) - len(one) >= 2), "")
    return name.removesuffix(ending)


def _among(word: str, rows: tuple[Division, ...]) -> Division | None:
    """By its whole name, else by the one that is meant when the ending is left out."""
    exact = [row for row in rows if row.name == word]
    near = exact or [row for row in rows if _short(row.name) == _short(word)]
    return near[0] if len(near) == 1 else None


def _below(code: str) -> tuple[Division, ...]:
    """Cities of a province, and the counties that stand under a placeholder such as 市辖区."""
    rows = reference.children(code)
    return rows + tuple(county for row in rows if row.placeholder for county in reference.children(row.code))


def joined() -> Callable[[str, str, str], Cell]:
    """Reads (province, city, county); the same three words are read once."""
    return cache(_read)


def _read(province: str, city: str, county: str) -> Cell:
    words = [_plain(word) for word in (province, city, county)]
    if not any(words):
        return NOTHING
    code = next((word for word in reversed(words) if word.isdigit() and reference.division(word)), "")
    if code:
        return Cell(code)
    top = _among(words[0], reference.children())
    if top is None:
        what = f"没有“{words[0]}”这个省份" if words[0] else "缺少省份"
        return Cell(problem=f"{what}。请填写省、市、区县的全名。")
    return _down(top, words[1], words[2])


def _down(top: Division, city: str, county: str) -> Cell:
    municipality = not any(not row.placeholder for row in reference.children(top.code))
    middle = (
        None if not city or city in {top.name, _short(top.name), "市辖区", "县"} else _among(city, _below(top.code))
    )
    if city and middle is None and not (municipality and county) and _short(city) != _short(top.name):
        return Cell(problem=f"{top.name}没有“{city}”这个城市，请核对。")
    reached = middle or top
    if not county or county == reached.name:
        return Cell(reached.code)
    found = _among(county, _below(reached.code))
    if found:
        return Cell(found.code)
    return Cell(reached.code, warning=f"地区表里没有“{reached.name}{county}”，先记到{reached.name}，请核对。")
