"""The demo's year of subsidies stands, and the flags find what was seeded and little else."""

from datetime import datetime

import pytest

from yixiang.demo.money import SEEDED
from yixiang.ledger.queries.books import check_books
from yixiang.subsidies.models import Application, Award, Flag, Run
from yixiang.units.models import Unit


def test_precision_and_recall_on_the_seeded_fraud(demo: datetime) -> None:
    keys = {
        unit.pk: unit.account_name.removeprefix("hn") for unit in Unit.objects.filter(account_name__startswith="hn")
    }
    found = {(one.kind, keys[one.unit_id]) for one in Flag.objects.exclude(kind="declared")}
    hits = found & SEEDED
    precision, recall = len(hits) / len(found), len(hits) / len(SEEDED)
    print(f"precision {precision:.2f}, recall {recall:.2f}; beyond: {sorted(found - SEEDED)}")
    assert recall == 1
    assert precision >= 0.8


def test_the_year_is_paid_and_one_award_taken_back_and_the_books_balance(demo: datetime) -> None:
    run = Run.objects.get()
    assert run.state == "paid"
    assert sorted(set(Award.objects.values_list("state", flat=True))) == ["paid", "recovered"]
    assert Application.objects.get().state == "paid"
    assert check_books() == []
    assert run.contests.get().state == "accepted"
    assert run.objections.get().state == "answered"


pytestmark = pytest.mark.usefixtures("demo")
