from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "yixiang.config"
    verbose_name = "安装"

    def ready(self) -> None:
        from yixiang.config import policies

        policies.load(settings.POLICIES)  # a flaw in a pack refuses to start
