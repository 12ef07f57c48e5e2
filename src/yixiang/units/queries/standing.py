"""What a unit is on a day, as far as money depends on it. Frozen with an order: later changes decide nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from yixiang.units.models import Unit
from yixiang.units.rules.words import PACK_KINDS

Standing = Mapping[str, Any]


def standing_on(unit: Unit, on: date) -> dict[str, Any]:
    """Plain JSON. A certificate that has run out holds no longer, nor does a lifted flag. How long an entry in the list
    of technology firms holds stands in no document: the year goes along for whoever reviews."""
    flags = unit.flags.filter(Q(lifted_on=None) | Q(lifted_on__gt=on), since__lte=on).values_list("kind", flat=True)
    return {
        "on": on.isoformat(),
        "region": unit.region,
        "kind": PACK_KINDS.get(unit.kind, "other"),
        "headcount": unit.headcount,
        "last_year_revenue": None if unit.last_year_revenue is None else str(unit.last_year_revenue),
        "wants_voucher": unit.wants_voucher,
        "high_tech": unit.high_tech and (unit.high_tech_until is None or unit.high_tech_until >= on),
        "technology_sme": unit.technology_sme and (unit.technology_sme_year or 0) <= on.year,
        "technology_sme_year": unit.technology_sme_year,
        "student_startup": unit.student_startup,
        "joined": unit.state == "joined",
        "dishonest": "dishonest" in flags,
        "abnormal": "abnormal" in flags,
    }
