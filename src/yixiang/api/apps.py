from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "yixiang.api"
    verbose_name = "接口"
