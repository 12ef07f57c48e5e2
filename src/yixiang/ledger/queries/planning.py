"""For whom somebody may plan programmes, and which settings a programme has."""

from dataclasses import dataclass
from typing import Any

from yixiang.kernel import scopes
from yixiang.kernel.reference import children, division
from yixiang.ledger.declaring import Setting, settings_of
from yixiang.ledger.models import Programme
from yixiang.ledger.permissions import LedgerPermission
from yixiang.people.access import may, reach
from yixiang.policy import library


def plannable_regions(person: Any) -> list[str]:
    """Provinces and cities whose money this person plans; the platform's own people plan wherever there is law."""
    held = reach(person, LedgerPermission.PLAN)
    if held.platform:
        places = [place.region for place in library().jurisdictions.values()]
        below = [row.code for place in places for row in children(place) if row.level == "city" and not row.placeholder]
        return list(dict.fromkeys([*places, *below]))
    codes = sorted(filter(None, map(scopes.region_code, held.scopes)))
    return [code for code in codes if (found := division(code)) and found.level != "county"]


def may_plan(person: Any, programme: Programme) -> bool:
    return may(person, LedgerPermission.PLAN, programme.scopes)


@dataclass(frozen=True, slots=True)
class SettingShown:
    setting: Setting
    value: str  # in words; empty where the authority has not decided yet

    @property
    def missing(self) -> bool:
        return not self.value and not self.setting.optional


def settings_shown(programme: Programme) -> list[SettingShown]:
    options = settings_of(programme.subject, programme.jurisdiction, programme.level, on=programme.opens_on) or ()
    return [
        SettingShown(one, one.shown(programme.settings[one.name]) if one.name in programme.settings else "")
        for one in options
    ]
