"""Login names on offer to whoever registers a unit; the room that knows units says which are free."""

from collections.abc import Callable

Source = Callable[[str], list[str]]
_sources: list[Source] = []


def offered_by(source: Source) -> None:
    _sources.append(source)


def offers(unit_name: str) -> list[str]:
    return [name for source in _sources for name in source(unit_name)] if unit_name else []
