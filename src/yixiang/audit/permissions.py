"""What one may do with the trail of what happened."""

from yixiang.kernel.permissions import Permission


class AuditPermission(Permission):
    READ = "audit:record:read", "查看审计记录"
    EXPORT = "audit:record:export", "导出审计记录"
