"""The demo's year of subsidies stands, and the flags find what was seeded and little else."""

from datetime import datetime

import pytest

from yixiang.demo.money import SEEDED
from yixiang.ledger.queries.books import check_books
from yixiang.subsidies.models import Application, Flag, Run
from yixiang.units.models import IntegrityFlag, Unit


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
    run = Run.objects.get(programme__jurisdiction="hunan")
    assert run.state == "paid"
    assert sorted(set(run.awards.values_list("state", flat=True))) == ["paid", "recovered"]
    states = dict(Application.objects.values_list("unit__account_name", "state"))
    assert states == {"hnfirm": "paid", "hnhigh": "recovered"}
    barred = IntegrityFlag.objects.standing().filter(kind="dishonest", unit__account_name__startswith="hn")
    assert barred.filter(unit__account_name="hnhigh").exists()
    assert check_books() == []
    assert run.contests.get().state == "accepted"
    assert run.objections.get().state == "answered"


def test_xuchang_has_rewarded_two_providers_by_their_vouchers(demo: datetime) -> None:
    run = Run.objects.get(programme__jurisdiction="xuchang")
    assert (run.state, run.contests.get().state) == ("paid", "declined")
    awards = dict(run.awards.values_list("unit__account_name", "amount"))
    assert awards["xctesting"] == 0  # none of those who manage instruments, as the law has it
    assert min(awards["xcuniv"], awards["xcinstitute"]) > 0
    assert run.lines.filter(voucher=None).count() == 0
    assert run.lines.get(reason__counts=False).voucher.state == "recovered"


pytestmark = pytest.mark.usefixtures("demo")
