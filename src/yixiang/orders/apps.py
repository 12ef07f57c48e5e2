from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "yixiang.orders"
    verbose_name = "预约服务"

    def ready(self) -> None:
        """What this room sends and takes files for is known from the first page on."""
        from yixiang.orders import purposes  # noqa: F401  # declares what files are uploaded for
        from yixiang.orders.commands import telling  # noqa: F401  # declares its kinds of notice
