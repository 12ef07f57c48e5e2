"""What one may do with innovation vouchers."""

from yixiang.kernel.permissions import Permission


class VouchersPermission(Permission):
    USE = "vouchers:voucher:use", "领取本单位的创新券，补充与撤回兑付申请"
    SEE = "vouchers:redemption:see", "查看范围内的创新券兑付"
    DECIDE = "vouchers:redemption:decide", "审核创新券兑付"
