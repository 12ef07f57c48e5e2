from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yixiang.notices"
    verbose_name = "通知"
