from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "yixiang.orders"
    verbose_name = "预约服务"

    def ready(self) -> None:
        """What this room sends and takes files for is known from the first page on."""
        from django.utils.translation import gettext_lazy as _

        from yixiang.catalogue import beside
        from yixiang.orders import purposes  # noqa: F401  # declares what files are uploaded for
        from yixiang.orders.commands import telling  # noqa: F401  # declares its kinds of notice

        beside.TABS[:] = [
            ("terms", _("预约条件"), "orders:terms"),
            ("qualified", _("上机资格"), "orders:qualified"),
            ("queue", _("候补与抽签"), "orders:queue"),
            ("faults", _("故障"), "orders:faults"),
        ]
