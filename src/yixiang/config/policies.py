"""Which subjects of law this installation knows, and the reading of their packs at start-up."""

from pathlib import Path

from yixiang import policy
from yixiang.catalogue.joining import JOINING
from yixiang.orders.serving import SERVICE
from yixiang.subsidies.laws import DEADLINES, NET_INCOME, PROVIDER_SUBSIDY, USER_SUBSIDY
from yixiang.units.joining import UNITS
from yixiang.vouchers.laws import VOUCHER

SUBJECTS = (UNITS, JOINING, SERVICE, VOUCHER, USER_SUBSIDY, PROVIDER_SUBSIDY, NET_INCOME, DEADLINES)


def load(root: Path) -> policy.Library:
    """Read and bind every pack; a flaw anywhere refuses to start, and all are named."""
    return policy.install(policy.Library.load(root, SUBJECTS))
