"""What one may do with subsidies."""

from yixiang.kernel.permissions import Permission


class SubsidiesPermission(Permission):
    APPLY = "subsidies:application:apply", "以本单位名义申请用户补助"
    DECIDE = "subsidies:application:decide", "审核用户补助申请"
    ACCOUNT = "subsidies:account:keep", "核对本单位补助、答复疑点"
    SEE = "subsidies:run:see", "查看本范围内的补助核算"
    CALCULATE = "subsidies:run:calculate", "核算、公示与发放后补助"
    WATCH = "subsidies:flag:close", "设定疑点条件与核查疑点"
    STATE = "subsidies:statement:write", "编报本单位净收入报表"
    ACCEPT = "subsidies:statement:decide", "审核净收入报表"
