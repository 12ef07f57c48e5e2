"""The demo's statements of net income stand as they are told."""

from datetime import datetime

import pytest

from yixiang.subsidies.models import Statement
from yixiang.subsidies.queries import statements as reading

pytestmark = pytest.mark.usefixtures("demo")


def test_one_statement_is_accepted_and_one_says_what_it_lacks(demo: datetime) -> None:
    accepted = Statement.objects.get(state="accepted")
    assert accepted.unit.account_name == "hnuniv"
    assert 0 < accepted.planned <= accepted.pay_ceiling
    assert accepted.rows.filter(paper__isnull=False).count() == 1
    draft = Statement.objects.get(state="draft")
    assert "拟作为绩效工资来源" in reading.missing(draft)
