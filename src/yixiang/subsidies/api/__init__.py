"""JSON doors of subsidies."""

from ninja import Router

from yixiang.subsidies.api.acting import router as runs  # reading is in `runs`: one address, one router
from yixiang.subsidies.api.statements import router as statements

router = Router(tags=["补助"])
router.add_router("", runs)
router.add_router("", statements)
