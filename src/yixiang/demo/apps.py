from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "yixiang.demo"
    verbose_name = "演示"
