"""What is kept only for a while is let go."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from yixiang.api.models import IdempotentAnswer

KEEP_ANSWERS = timedelta(hours=48)


@transaction.atomic
def forget_answers(*, now: datetime) -> int:
    """Answers older than two days, and the counters of callers who have not asked for an hour."""
    gone, _by_model = IdempotentAnswer.objects.filter(created_at__lt=now - KEEP_ANSWERS).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM api_use WHERE minute < %s", [int(now.timestamp()) // 60 - 60])
    return gone
