"""What one may do with instruments, platforms and test services."""

from yixiang.kernel.permissions import Permission


class CataloguePermission(Permission):
    EDIT = "catalogue:resource:edit", "填报与修改仪器、平台和检测服务"
    RUN = "catalogue:resource:run", "日常维护：停用恢复、开放时间、占用、图片、信息确认"
    DECIDE = "catalogue:resource:decide", "审核仪器、平台和检测服务入网、报废与退出"
    SEE = "catalogue:resource:see", "查看本范围内未公开的仪器、平台和检测服务"
