"""Which cities are near, by coordinates; a city that is not listed is taken to lie at its province's capital."""

import math
from collections.abc import Mapping
from functools import cache, lru_cache

from yixiang.kernel import reference

EARTH_KM = 6371


@cache
def coordinates() -> Mapping[str, tuple[float, float]]:
    """First four digits of the division → longitude, latitude."""
    text = (reference.ROOT / "places.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    return {code[:4]: (float(longitude), float(latitude)) for code, _name, longitude, latitude in lines}


def place_of(city: str) -> tuple[float, float] | None:
    known = coordinates()
    capital = next((code for code in (city, f"{city[:2]}01", f"{city[:2]}00") if code in known), None)
    return known[capital] if capital else None


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = math.radians(other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return EARTH_KM * math.hypot(east, math.radians(other[1] - one[1]))


@lru_cache(maxsize=512)
def nearest_first(region: str) -> tuple[str, ...]:
    """Every prefecture and province (as four digits) by distance: the own one first, the own province among equals."""
    own = region[:4]
    here = place_of(own)
    cities = {code[:4] for code in reference.divisions()}

    def far(city: str) -> tuple[float, bool, str]:
        there = place_of(city)
        away = kilometres(here, there) if here and there else math.inf
        return (-1.0 if city == own else away, city[:2] != own[:2], city)

    return tuple(sorted(cities, key=far))
