"""What is searchable follows the catalogue within the same transaction."""

from collections.abc import Iterable


def refresh(instruments: Iterable[int]) -> None:
    """Rewrite the search rows of these instruments. Every command that changes one calls this before it ends."""
