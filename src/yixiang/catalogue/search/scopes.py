"""What a person finds at the desk: what they edit or run, and as an authority whatever has left the draft."""

from typing import Any

from yixiang.catalogue.models.listing import held_by
from yixiang.catalogue.permissions import CataloguePermission
from yixiang.catalogue.search.dictionary import class_prefix
from yixiang.catalogue.search.understanding import all_of, any_of, lexeme
from yixiang.kernel import scopes
from yixiang.people.access import Reach

ANY_KIND = "('k:instrument' | 'k:facility')"


def scope_lexemes(person: Any) -> str:
    """As tsquery; "" when there is nothing at all."""
    own = _inside(held_by(person, CataloguePermission.EDIT, CataloguePermission.RUN))
    seen = _inside(held_by(person, CataloguePermission.DECIDE, CataloguePermission.SEE))
    return any_of((own, all_of((seen, "!'st:draft'")) if seen else ""))


def _inside(held: Reach) -> str:
    if not held:
        return ""
    if held.platform:
        return ANY_KIND
    regions = [scopes.region_code(scope) for scope in held.scopes]
    own = [f"o:{class_prefix(code)}" for code in sorted(filter(None, regions))]
    own += [f"u:{pk}" for pk in held.units] + [f"d:{pk}" for pk in held.sub_units]
    return any_of(map(lexeme, own))
