"""The background door opens."""

import pytest

from yixiang.api import jobs
from yixiang.api.models import IdempotentAnswer
from yixiang.api.tests.conftest import EARLY

pytestmark = pytest.mark.django_db


def test_old_answers_are_forgotten_by_the_job_and_a_second_run_does_no_harm(person):
    row = {"person": person, "key": "k", "method": "POST", "path": "/", "digest": "d", "status": 201, "body": b""}
    IdempotentAnswer.objects.create(created_at=EARLY, **row)
    for _n in range(2):
        jobs.forget_answers(timestamp=0)
    assert not IdempotentAnswer.objects.exists()
