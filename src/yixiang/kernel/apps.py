from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "yixiang.kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        autodiscover_modules("permissions")  # `declared()` knows every room's names, whoever asks first
