from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "yixiang.units"
    verbose_name = "单位"

    def ready(self) -> None:
        """What this room sends and has reviewed is known from the first page on."""
        from yixiang.people.login_names import offered_by
        from yixiang.reviews.kinds import CaseKind, declare
        from yixiang.units.commands import telling  # noqa: F401  # declares its kinds of notice
        from yixiang.units.commands.deciding import decide_case
        from yixiang.units.queries.desk import case_subject
        from yixiang.units.queries.units import login_offers

        offered_by(login_offers)
        labels = {"unit": "单位入网", "unit-change": "单位信息变更", "membership": "人员加入", "expert": "专家认证"}
        for code, label in labels.items():
            declare(CaseKind(code, label, decide_case, case_subject, f"units/_case_{code}.html"))
