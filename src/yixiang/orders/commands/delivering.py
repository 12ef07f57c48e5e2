"""Results, bill and files of every line in one go: all of it is recorded, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yixiang.files.models import File
from yixiang.orders.commands import recording
from yixiang.orders.commands.recording import Done
from yixiang.orders.models import Line, Order
from yixiang.orders.states import UNPAID
from yixiang.people.models import Person


@dataclass(frozen=True, slots=True)
class Delivered:
    """A report or a file of results of one line."""

    line: Line
    kind: str
    file: File


@transaction.atomic
def deliver(
    order: Order,
    done: Mapping[int, Done],
    files: Sequence[Delivered],
    *,
    actor: Person,
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Order:
    """The first time, or put right afterwards; files are added to those already there."""
    act = recording.amend if order.state in UNPAID else recording.record_results
    order = act(order, done, actor=actor, now=now, note=note, version=version)
    for one in files:
        recording.add_paper(order, one.file, kind=one.kind, line=one.line, actor=actor, now=now)
    return order
