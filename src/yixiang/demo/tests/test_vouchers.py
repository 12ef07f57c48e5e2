from collections import Counter
from datetime import datetime

from yixiang.ledger.queries.books import check_books
from yixiang.vouchers.models import Redemption


def test_there_is_a_voucher_in_every_state_and_the_books_are_right(demo: datetime) -> None:
    states = Counter(Redemption.objects.values_list("programme__jurisdiction", "state"))
    shandong = {state for place, state in states if place == "shandong"}
    xuchang = {state for place, state in states if place == "xuchang"}
    assert shandong == {"submitted", "returned", "approved", "paid", "rejected", "withdrawn"}
    assert xuchang == {"pledged", "submitted", "approved", "paid", "released", "recovered"}
    assert check_books() == []
    assert not Redemption.objects.filter(demo=False).exists()
