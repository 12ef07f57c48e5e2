"""What one may do with people, roles and grants."""

from yixiang.kernel.permissions import Permission


class PeoplePermission(Permission):
    CONFIGURE = "people:system:configure", "配置系统参数与工作日历"
    SEE = "people:person:see", "查看人员"
    MANAGE = "people:person:manage", "停用、恢复人员与解除锁定"
    COMPOSE = "people:role:compose", "编制自定义角色"
    GRANT = "people:grant:give", "授予与收回角色"
