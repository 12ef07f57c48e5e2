"""What a scope is called, from what this floor knows: the platform, the divisions, and grants that named it before."""

from django.utils.translation import gettext as _

from yixiang.kernel import scopes
from yixiang.kernel.reference import division, region_name
from yixiang.people.models import Grant


def scope_name(scope: str) -> str:
    """Empty when nobody here has heard of it, which is how a mistyped scope is told from a real one."""
    if not scopes.well_formed(scope):
        return ""
    if scope == scopes.PLATFORM:
        return _("全平台")
    if code := scopes.region_code(scope):
        return region_name(code) if division(code) else ""
    known = Grant.objects.filter(scope=scope).exclude(scope_label="").order_by("-pk")
    return known.values_list("scope_label", flat=True).first() or ""


def known_scopes(text: str = "", kind: str = "unit", limit: int = 20) -> list[tuple[str, str]]:
    """Units or sub-units that somebody has a role in, by a part of their name: (scope, name)."""
    rows = Grant.objects.filter(scope__startswith="unit/", scope_label__icontains=text.strip()).exclude(scope_label="")
    rows = rows.filter(scope__contains="/sub/") if kind == "sub" else rows.exclude(scope__contains="/sub/")
    return list(rows.order_by("scope_label", "scope").values_list("scope", "scope_label").distinct()[:limit])
