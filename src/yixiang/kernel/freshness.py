"""The version of what the public sees: a number in the database that moves with every change shown to visitors.

It is a sequence and not a row, so that a thousand changes at once do not queue for one lock. It moves after the change
is committed: a page made from the old data is kept under the old number and never asked for again.
"""

from django.db import connection, transaction

_NAME = "public_data_version"


def version() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_value + is_called::int FROM {_NAME}")  # noqa: S608 - our own name
        return int(cursor.fetchone()[0])


def public_data_changed() -> None:
    """Called within the transaction that changes something visitors see."""
    transaction.on_commit(_move)


def _move() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [_NAME])
