"""What one may do with grades."""

from yixiang.kernel.permissions import Permission


class AssessmentPermission(Permission):
    SEE = "assessment:grade:see", "查看本范围内的考核等次"
    RECORD = "assessment:grade:record", "登记与更正考核等次"
