from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PeopleConfig(AppConfig):
    name = "yixiang.people"
    verbose_name = "人员"

    def ready(self) -> None:
        autodiscover_modules("permissions")  # a role may name a permission of any room, whoever was imported so far
