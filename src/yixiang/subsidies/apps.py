from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "yixiang.subsidies"
    verbose_name = "补助"

    def ready(self) -> None:
        from yixiang.subsidies import programmes, purposes  # noqa: F401  # declares programmes and files
        from yixiang.subsidies.commands import telling  # noqa: F401  # declares its kinds of notice
