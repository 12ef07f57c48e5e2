import logging

import pytest

from yixiang.audit.models import Event
from yixiang.ledger import jobs
from yixiang.ledger.models import Hold, Programme
from yixiang.ledger.tests.conftest import reserve
from yixiang.people.models import Person


def test_books_that_do_not_add_up_are_told(
    programme: Programme, planner: Person, caplog: pytest.LogCaptureFixture
) -> None:
    hold = reserve(programme, "10.00", "1", planner)
    assert jobs.check(0) == 0
    Hold.objects.filter(pk=hold.pk).update(amount=11)
    with caplog.at_level(logging.ERROR):
        assert jobs.check(0) == 1
    assert "books do not add up" in caplog.text
    assert "11.00" in str(Event.objects.filter(kind="system").latest("pk").detail)
