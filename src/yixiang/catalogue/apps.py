from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yixiang.catalogue"
    verbose_name = "资源目录"

    def ready(self) -> None:
        """What this room sends and has reviewed is known from the first page on."""
        from yixiang.catalogue.commands import telling  # noqa: F401  # declares its kinds of notice
        from yixiang.catalogue.commands.deciding import LABELS, decide_case
        from yixiang.catalogue.importing import jobs  # noqa: F401  # tasks are looked for in `jobs` of a room only
        from yixiang.catalogue.queries.desk import case_subject
        from yixiang.reviews.kinds import CaseKind, declare

        for code, label in LABELS.items():
            declare(CaseKind(code, label, decide_case, case_subject, f"catalogue/_case_{code}.html"))
