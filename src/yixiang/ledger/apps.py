from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "yixiang.ledger"
    verbose_name = "资金账目"
