"""Drawing by lot so that everybody can compute it again: the seed's digest is published first, the seed afterwards.

Rank of a lot = SHA-256 of "seed:digest of the list:number", smallest first. Whoever opened the draw cannot know the
list when the digest of the seed is published, and nobody who asks for a lot knows the seed.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A lot: its number and what it would like, the first wish first."""

    number: int
    wishes: Sequence[tuple[datetime, datetime]]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entries_digest(requests: Iterable[Request]) -> str:
    """Of the whole list with its wishes, in the order of the numbers."""
    rows = [
        f"{one.number}|" + "|".join(f"{_utc(a)}/{_utc(b)}" for a, b in one.wishes)
        for one in sorted(requests, key=lambda one: one.number)
    ]
    return digest("\n".join(rows))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def ranking(requests: Iterable[Request], *, seed: str) -> list[Request]:
    listed = list(requests)
    entries = entries_digest(listed)
    return sorted(listed, key=lambda one: (digest(f"{seed}:{entries}:{one.number}"), one.number))
