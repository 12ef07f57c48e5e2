from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "yixiang.articles"
    verbose_name = "资讯"

    def ready(self) -> None:
        """What this room sends is known from the first page on."""
        from yixiang.articles.commands import publishing  # noqa: F401  # declares its kind of notice
