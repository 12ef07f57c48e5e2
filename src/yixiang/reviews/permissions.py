"""What one may do with cases one does not decide."""

from yixiang.kernel.permissions import Permission


class ReviewsPermission(Permission):
    SEE = "reviews:case:see", "查看范围内的审核事项"
