"""Orders with their lines, samples, charges, papers and time line."""

from yixiang.orders.models.billing import Charge, Contract, Invoice, Quote
from yixiang.orders.models.feed import Feed
from yixiang.orders.models.order import Line, Order, OrderEvent, Sample
from yixiang.orders.models.papers import Paper
from yixiang.orders.models.rating import Complaint, Rating
from yixiang.orders.models.terms import Terms

__all__ = [
    "Charge",
    "Complaint",
    "Contract",
    "Feed",
    "Invoice",
    "Line",
    "Order",
    "OrderEvent",
    "Paper",
    "Quote",
    "Rating",
    "Sample",
    "Terms",
]
