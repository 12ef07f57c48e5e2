from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yixiang.portal"
    verbose_name = "门户"
