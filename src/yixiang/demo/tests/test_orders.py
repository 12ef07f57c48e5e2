from datetime import datetime
from itertools import pairwise

from django.db.models import Sum

from yixiang.catalogue.models import Instrument
from yixiang.orders.models import Charge, Complaint, Order
from yixiang.orders.states import ORDER


def test_the_demo_has_orders_in_every_state_a_person_meets(demo: datetime) -> None:
    found = set(Order.objects.values_list("state", flat=True))
    assert found >= {"submitted", "quoted", "accepted", "recorded", "disputed", "completed", "refused", "no_show"}
    assert found <= set(ORDER.codes)
    assert Order.objects.filter(state="completed").count() > 500


def test_the_moves_of_each_order_lead_to_its_state(demo: datetime) -> None:
    for order in Order.objects.prefetch_related("events")[:400]:
        moves = [event for event in order.events.all() if event.after]
        assert moves[-1].after == order.state
        assert all(a.after == b.before for a, b in pairwise(moves))


def test_bills_add_up_to_the_cent(demo: datetime) -> None:
    for order in Order.objects.filter(state="completed")[:300]:
        total = Charge.objects.filter(line__order=order, stage="final").aggregate(total=Sum("amount"))["total"]
        assert total == order.final_total
        billed = order.invoices.aggregate(total=Sum("amount"))["total"]
        assert billed == (None if order.internal else order.final_total)  # nobody invoices themselves


def test_what_is_counted_on_an_instrument_is_what_happened(demo: datetime) -> None:
    for one in Instrument.objects.filter(service_count__gt=0)[:50]:
        assert one.service_count == one.order_lines.filter(order__state="completed").count()


def test_the_offices_have_something_to_look_after(demo: datetime) -> None:
    assert set(Complaint.objects.values_list("state", flat=True)) == set(Complaint.STATES)
    assert Order.objects.filter(state="submitted", escalated_at__isnull=False).exists()
