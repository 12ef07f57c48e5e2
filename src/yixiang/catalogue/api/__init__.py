"""JSON doors of the catalogue."""

from ninja import Router

from yixiang.catalogue.api.imports import router as imports
from yixiang.catalogue.api.instruments import router as instruments
from yixiang.catalogue.api.platforms import router as platforms
from yixiang.catalogue.api.services import router as services
from yixiang.catalogue.api.timing import router as timing

router = Router(tags=["仪器"])
router.add_router("", timing)  # first: its addresses are longer than `/instruments/{code}/{action}`
router.add_router("", instruments)  # with `finding` on it: both answer under `/instruments`
router.add_router("", imports)
router.add_router("", platforms)
router.add_router("", services)
