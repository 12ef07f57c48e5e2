"""Pages that rooms above put beside an instrument: their tabs stand with the catalogue's own."""

from typing import Any

TABS: list[tuple[str, Any, str]] = []  # name, label, address; filled when the room above starts
