"""What one may do with programmes and their money."""

from yixiang.kernel.permissions import Permission


class LedgerPermission(Permission):
    SEE = "ledger:posting:see", "查看资金账目"
    PLAN = "ledger:programme:plan", "编制、开放与关闭补助项目"
    PAY = "ledger:money:pay", "办理拨付与收回"
