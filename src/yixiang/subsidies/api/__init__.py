"""JSON doors of subsidies."""

from ninja import Router

from yixiang.subsidies.api import acting
from yixiang.subsidies.api.statements import router as statements

router = Router(tags=["补助"])
router.add_router("", acting.router)  # with what is read in `runs`: one address, one router
router.add_router("", statements)
