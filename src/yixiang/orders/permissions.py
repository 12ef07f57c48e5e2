"""What one may do with orders."""

from yixiang.kernel.permissions import Permission


class OrdersPermission(Permission):
    PLACE = "orders:order:place", "以本单位名义预约、确认报价、结算和评价"
    SERVE = "orders:order:serve", "受理预约、登记结果与费用、上传报告和发票"
    SEE = "orders:order:see", "查看本范围内的预约单"
    QUALIFY = "orders:qualification:grant", "授予与收回上机资格"
    JUDGE = "orders:complaint:decide", "处理升级到主管部门的投诉"
