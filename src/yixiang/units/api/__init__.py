"""JSON doors of this room. Decisions on its cases are made through the cases."""

from ninja import Router

from yixiang.units.api.consulting import router as consulting
from yixiang.units.api.experts import router as experts
from yixiang.units.api.members import router as members
from yixiang.units.api.units import router as units

router = Router(tags=["单位"])
router.add_router("", experts)
router.add_router("", consulting)
router.add_router("", members)  # first: its addresses are longer than `/units/{code}/{action}`
router.add_router("", units)
