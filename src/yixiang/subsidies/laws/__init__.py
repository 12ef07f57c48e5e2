"""补助 as far as jurisdictions differ. Plain Python over the values of packs; never a number of the law."""

from yixiang.subsidies.laws.deadlines import DEADLINES
from yixiang.subsidies.laws.net import NET_INCOME
from yixiang.subsidies.laws.reckoning import PROVIDER_SUBSIDY
from yixiang.subsidies.laws.user import USER_SUBSIDY

__all__ = ["DEADLINES", "NET_INCOME", "PROVIDER_SUBSIDY", "USER_SUBSIDY"]
