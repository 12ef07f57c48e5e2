"""Counts become values with names: classes and regions as trees opened along what is chosen, the rest as lists."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from yixiang.catalogue.rules.words import BOOKING_MODES, FUNDS, KINDS
from yixiang.catalogue.search.matching import Spread
from yixiang.catalogue.search.rows import NO_PRICE, PRICE_BANDS, SOON, WORTH_BANDS, modes_of
from yixiang.catalogue.states import LISTING
from yixiang.kernel import reference

SHOWN_PRICES = (0, 100, 200, 300, 500, 1000)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`code` is what the address takes; `depth` is the step of a tree."""

    code: str
    name: str
    count: int
    chosen: bool = False
    depth: int = 0


Counts = Mapping[str, int]


def rounded(count: int, factor: int) -> int:
    """A figure told from a sample promises two digits, no more."""
    if factor == 1 or count < 100:
        return count
    step: int = 10 ** (len(str(count)) - 2)
    return round(count / step) * step


def facet_of(name: str, spread: Spread, chosen: Sequence[str]) -> list[FacetValue]:
    values = READERS[name](spread, frozenset(chosen))
    if spread.factor == 1:
        return values
    return [
        FacetValue(v.code, v.name, rounded(v.count * spread.factor, spread.factor), v.chosen, v.depth) for v in values
    ]


def _list(
    counts: Counts, names: Mapping[str, str], chosen: frozenset[str], *, in_order: bool = True
) -> list[FacetValue]:
    """Those that occur or are chosen, in the order of `names` or by count."""
    kept = [code for code in names if counts.get(code) or code in chosen]
    if not in_order:
        kept.sort(key=lambda code: -counts.get(code, 0))
    return [FacetValue(code, str(names[code]), counts.get(code, 0), code in chosen) for code in kept]


def _single(spread: Spread, facet: str) -> Counter[str]:
    return Counter({str(value): count for value, count in spread.single.get(facet, []) if value})


def _small(spread: Spread, column: int, split: Callable[[str], Iterable[str]] = lambda value: (value,)) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in spread.small:
        for value in split(row[column]):
            counts[value] += row[-1]
    return counts


# --- trees


def _tree(
    counts: Counts,
    chosen: frozenset[str],
    path: Callable[[str], Sequence[tuple[str, str]]],
    *,
    open_single: bool = True,
) -> list[FacetValue]:
    """Every root; below it only what is chosen, its siblings, and the only branch there is."""
    sums: Counter[str] = Counter()
    children: dict[str, dict[str, str]] = {}
    for leaf in {**counts, **dict.fromkeys(chosen)}:
        above = ""
        for code, name in path(leaf):
            sums[code] += counts.get(leaf, 0)
            children.setdefault(above, {})[code] = name
            above = code
    opened = {code for leaf in chosen for code, _name in path(leaf)}
    found: list[FacetValue] = []

    def show(above: str, depth: int) -> None:
        below = sorted(children.get(above, {}).items(), key=lambda item: (-sums[item[0]], item[0]))
        for code, name in below:
            found.append(FacetValue(code, name, sums[code], code in chosen, depth))
            if code in opened or (open_single and len(below) == 1):
                show(code, depth + 1)

    show("", 0)
    return found


def _category(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    return _tree(_single(spread, "category"), chosen, _class_path)


@lru_cache(maxsize=1024)
def _class_path(code: str) -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in reference.class_path(code)]


def _region(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    return _tree(_single(spread, "region"), chosen, _region_path)


@lru_cache(maxsize=4096)
def _region_path(code: str) -> list[tuple[str, str]]:
    if len(code) != 6:
        return []
    rows = [reference.division(step) for step in reference.region_path(code)]
    return [(row.code, row.name) for row in rows if row and not row.placeholder]


# --- lists


def _discipline(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    counts: Counter[str] = Counter()
    for codes, count in spread.single.get("discipline", []):
        for code in filter(None, (codes or "").split(",")):
            counts[code] += count
    names = {code: row.name for code, row in reference.disciplines().items()}
    return _list(counts, names, chosen, in_order=False)


def _busiest(facet: str) -> Callable[[Spread, frozenset[str]], list[FacetValue]]:
    """As the statement has named them; chosen by address or by key."""

    def read(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
        found = [(*text.split("\t", 2), count) for text, count in spread.single.get(facet, [])]
        found.sort(key=lambda one: (-one[3], one[1]))
        return [FacetValue(code, name, count, not chosen.isdisjoint((code, pk))) for code, pk, name, count in found]

    return read


def _kind(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    return _list(_small(spread, 0), KINDS, chosen)


def _mode(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    names = {code: name for code, name in BOOKING_MODES.items() if code != "both"}
    return _list(_small(spread, 1, modes_of), names, chosen)


def _price(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    """Each value holds what costs up to it, as `price_max` takes it."""
    counts = _small(spread, 2)
    names = {str(price): _("免费") if price == 0 else _("%s 元以内") % price for price in SHOWN_PRICES}
    upto = {
        str(price): sum(counts[str(band)] for band in range(PRICE_BANDS.index(price) + 1)) for price in SHOWN_PRICES
    }
    return _list(upto, names, chosen) if counts.total() > counts[str(NO_PRICE)] else []


def _worth(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    edges = [edge // 10_000 for edge in WORTH_BANDS]
    names = {"0": _("%s 万元以下") % edges[0], str(len(edges)): _("%s 万元以上") % edges[-1]}
    names |= {str(n + 1): _("%s–%s 万元") % (low, edges[n + 1]) for n, low in enumerate(edges[:-1])}
    return _list(_small(spread, 3), dict(sorted(names.items())), chosen)


def _funds(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    return _list(_small(spread, 4, lambda codes: filter(None, codes.split(","))), FUNDS, chosen)


def _free(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    """Within so many days, each holding the ones before."""
    counts = _small(spread, 5)
    upto = {str(days): sum(counts[str(one)] for one in SOON if one <= days) for days in SOON}
    return _list(upto, {str(days): _("%s 天内可约") % days for days in SOON}, chosen)


def _state(spread: Spread, chosen: frozenset[str]) -> list[FacetValue]:
    return _list(_small(spread, 6), {code: LISTING.label(code) for code in LISTING.codes}, chosen)


READERS: dict[str, Callable[[Spread, frozenset[str]], list[FacetValue]]] = {
    "category": _category,
    "region": _region,
    "unit": _busiest("unit"),
    "discipline": _discipline,
    "platform": _busiest("platform"),
    "price_max": _price,
    "worth": _worth,
    "funds": _funds,
    "mode": _mode,
    "kind": _kind,
    "free": _free,
    "state": _state,
}
PUBLIC_FACETS = tuple(name for name in READERS if name != "state")


def class_values(spread: Spread) -> dict[str, int]:
    """Class code → how many, each class with everything below it."""
    sums: Counter[str] = Counter()
    for code, count in spread.single.get("category", []):
        for row in reference.class_path(code):
            sums[row.code] += rounded(count * spread.factor, spread.factor)
    return dict(sums)


def region_values(spread: Spread) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for code, count in spread.single.get("region", []):
        for step, _name in _region_path(code or ""):
            sums[step] += rounded(count * spread.factor, spread.factor)
    return dict(sums)
