"""The kinds of programme this room gives to the ledger: the settings its packs leave to the authority."""

from collections.abc import Sequence
from datetime import date

from yixiang.ledger.declaring import ProgrammeKind, Setting, declare
from yixiang.policy import library
from yixiang.policy.library import NoPack
from yixiang.subsidies.laws import PROVIDER_SUBSIDY, USER_SUBSIDY
from yixiang.subsidies.laws.provider import SETTINGS, ProviderRules


def _provider(jurisdiction: str, on: date) -> Sequence[Setting] | None:
    """By the law at the end of the year: a programme may have been planned before it came into force."""
    try:
        pack = library().pack(jurisdiction, PROVIDER_SUBSIDY, date(on.year, 12, 31))
    except NoPack:
        return None
    return rates_left_open(pack.values)


def rates_left_open(rules: ProviderRules) -> list[Setting]:
    """The rates a pack leaves to the year, under its own ceiling."""
    most, article = rules.rate_ceiling.value, rules.rate_ceiling.cited.article
    return [Setting(name, SETTINGS[name], "rate", most=most, article=article) for name in rules.settings.value]


def _user(jurisdiction: str, on: date) -> Sequence[Setting] | None:
    try:
        library().pack(jurisdiction, USER_SUBSIDY, date(on.year, 12, 31))
    except NoPack:
        return None
    return ()


declare(
    ProgrammeKind("provider-subsidy", "管理单位后补助", _provider),
    ProgrammeKind("user-subsidy", "用户使用补助", _user),
)
