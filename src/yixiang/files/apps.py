from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yixiang.files"
    verbose_name = "文件"
