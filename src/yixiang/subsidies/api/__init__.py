"""JSON doors of subsidies."""

from ninja import Router

from yixiang.subsidies.api.runs import router as runs
from yixiang.subsidies.api.statements import router as statements

router = Router(tags=["补助"])
router.add_router("", runs)
router.add_router("", statements)
