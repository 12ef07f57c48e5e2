from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yixiang.assessment"
    verbose_name = "评价考核"

    def ready(self) -> None:
        from yixiang.assessment import commands  # noqa: F401  # declares what files are uploaded for
