from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "yixiang.vouchers"
    verbose_name = "创新券"

    def ready(self) -> None:
        """What this room gives out, has reviewed, sends and takes files for is known from the first page on."""
        from yixiang.reviews.kinds import CaseKind, declare
        from yixiang.vouchers import programmes, purposes  # noqa: F401  # declare themselves
        from yixiang.vouchers.commands import telling  # noqa: F401  # declares its kind of notice
        from yixiang.vouchers.commands.reviewing import decide_case
        from yixiang.vouchers.queries.redemptions import case_subject

        declare(CaseKind("redemption", "创新券兑付", decide_case, case_subject, "vouchers/_case.html"))
