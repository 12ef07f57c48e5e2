"""Orders with their lines, samples, charges, papers and time line."""

from yixiang.orders.models.access import Manners, Mark, Qualification
from yixiang.orders.models.billing import Charge, Contract, Invoice, Quote
from yixiang.orders.models.fault import Fault
from yixiang.orders.models.feed import Feed
from yixiang.orders.models.order import Line, Order, OrderEvent, Sample
from yixiang.orders.models.papers import Paper
from yixiang.orders.models.queueing import Draw, Lot, Waiting
from yixiang.orders.models.rating import Complaint, Rating
from yixiang.orders.models.terms import Terms

__all__ = [
    "Charge",
    "Complaint",
    "Contract",
    "Draw",
    "Fault",
    "Feed",
    "Invoice",
    "Line",
    "Lot",
    "Manners",
    "Mark",
    "Order",
    "OrderEvent",
    "Paper",
    "Qualification",
    "Quote",
    "Rating",
    "Sample",
    "Terms",
    "Waiting",
]
