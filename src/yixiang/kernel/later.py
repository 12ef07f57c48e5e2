"""Work asked for now and done soon: the job commits or vanishes with the change that asked for it."""

from contextlib import nullcontext
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app


def later(name: str, *, at: datetime | None = None, once: str | None = None, **ids: int | str) -> None:
    """Queue the job `room.name`. `once` keeps at most one waiting job with the same key."""
    from procrastinate.exceptions import AlreadyEnqueued

    options: dict[str, object] = {"schedule_at": at}
    if once:
        options["queueing_lock"] = once
    try:
        with transaction.atomic() if once else nullcontext():  # a refused insert would spoil the caller's
            app.configure_task(name, allow_unknown=False, **options).defer(**ids)
    except AlreadyEnqueued:
        return  # the one that waits will do this work too
