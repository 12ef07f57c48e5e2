"""What one may do with the portal's editorial content."""

from yixiang.kernel.permissions import Permission


class ArticlesPermission(Permission):
    EDIT = "articles:article:edit", "编辑与发布资讯"
