"""Two reviewers, two real connections, one case."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from yixiang.kernel.errors import Refused
from yixiang.people.models import Person
from yixiang.reviews.commands import decide
from yixiang.reviews.models import Case, Decision


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_decides_and_the_other_is_told(case: Case, city: Person, now: datetime) -> None:
    start = Barrier(2)

    def attempt(_n: int) -> str:
        start.wait()
        try:
            decide(case.pk, actor=city, action="approve", now=now, version=1)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, range(2)))
    assert answers == ["decided-already", "done"]
    assert Decision.objects.filter(action="approve").count() == 1
