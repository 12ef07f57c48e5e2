from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "yixiang.subsidies"
    verbose_name = "补助"

    def ready(self) -> None:
        from yixiang.reviews.kinds import CaseKind, declare
        from yixiang.subsidies import programmes, purposes  # noqa: F401  # declares programmes and files
        from yixiang.subsidies.commands import telling  # noqa: F401  # declares its kinds of notice
        from yixiang.subsidies.commands.applying import KIND, decide_case
        from yixiang.subsidies.queries.applying import case_subject

        declare(CaseKind(KIND, "用户补助", decide_case, case_subject, "subsidies/_case_application.html"))
