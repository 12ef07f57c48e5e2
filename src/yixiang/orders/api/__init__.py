"""JSON doors of orders."""

from ninja import Router

from yixiang.orders.api.access import router as access
from yixiang.orders.api.after import router as after
from yixiang.orders.api.calendar import router as calendar
from yixiang.orders.api.complaints import router as complaints
from yixiang.orders.api.feeds import router as feeds
from yixiang.orders.api.moves import router as moves
from yixiang.orders.api.orders import router as orders
from yixiang.orders.api.queueing import router as queueing
from yixiang.orders.api.ratings import router as ratings
from yixiang.orders.api.vouchers import router as vouchers

router = Router(tags=["预约"])
router.add_router("", orders)
router.add_router("", after)  # before the moves: its addresses are longer than `/orders/{number}/{action}`
router.add_router("", vouchers)
router.add_router("", moves)
router.add_router("", calendar)
router.add_router("", feeds)
router.add_router("", access)
router.add_router("", queueing)
router.add_router("", ratings)
router.add_router("", complaints)
