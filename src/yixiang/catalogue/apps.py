from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yixiang.catalogue"
    verbose_name = "资源目录"
