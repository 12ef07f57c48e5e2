"""What one may do with units, their people and their papers."""

from yixiang.kernel.permissions import Permission


class UnitsPermission(Permission):
    SEE = "units:unit:see", "查看单位"
    EDIT = "units:unit:edit", "填报与修改单位信息"
    DECIDE = "units:unit:decide", "审核单位入网与变更"
    FLAG = "units:unit:flag", "登记与解除失信、经营异常"
    SEE_PRIVATE = "units:unit:see_private", "查看联系人、银行账户等非公开信息"
    MEMBERS = "units:member:decide", "审批成员加入与解绑"
    SUBS = "units:sub:manage", "管理二级单位"
    EXPERTS = "units:expert:decide", "审核专家认证"
