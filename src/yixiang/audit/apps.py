from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "yixiang.audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from yixiang.audit import signing

        signing.listen()
