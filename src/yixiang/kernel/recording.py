"""The triggers that write every change of a row to the audit table, raw SQL included."""

from collections.abc import Sequence

import pgtrigger

AT_ONCE = 1000  # inserted rows held in memory


class Recorded(pgtrigger.Trigger):
    """Put into `Meta.triggers`. Columns in `without` (secrets) are recorded as changed, never with their content."""

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(
        self, *, name: str = "recorded", without: Sequence[str] = (), operation: pgtrigger.Operation | None = None
    ) -> None:
        self.without = tuple(without)
        super().__init__(name=name, when=self.when, operation=operation or self.operation)

    def get_func(self, model: object) -> str:
        return f"""
            PERFORM audit_record(
                TG_TABLE_NAME::text, TG_OP::text,
                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,
                {_hidden(self.without)}
            );
            RETURN NULL;
        """


class _RecordedInserts(pgtrigger.Trigger):
    """All rows of one INSERT at once, each with the same content as `audit_record` gives it row by row."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="inserted")  # type: ignore[no-untyped-call]

    def __init__(self, *, without: Sequence[str] = ()) -> None:
        self.without = tuple(without)
        super().__init__(name="recorded_inserts")

    def get_func(self, model: object) -> str:
        """The rows can be seen in the trigger's own function only, so they are made here and handed on in parts."""
        return f"""
            PERFORM audit_record_inserts(TG_TABLE_NAME::text, part.rows, {_hidden(self.without)})
            FROM (
                SELECT array_agg(one.content ORDER BY one.place) AS rows
                FROM (SELECT to_jsonb(i) AS content, row_number() OVER () AS place FROM inserted AS i) AS one
                GROUP BY (one.place - 1) / {AT_ONCE} ORDER BY min(one.place)
            ) AS part;
            RETURN NULL;
        """  # noqa: S608 names of our own columns


def recorded_in_bulk(*, without: Sequence[str] = ()) -> list[pgtrigger.Trigger]:
    """Instead of `Recorded` for a table that is filled by the thousand; its partitions are never written to."""
    moved = Recorded(without=without, operation=pgtrigger.Update | pgtrigger.Delete)
    return [moved, _RecordedInserts(without=without)]


def _hidden(columns: Sequence[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{column}'" for column in columns) + "]::text[]"


def append_only(name: str = "append_only") -> pgtrigger.Trigger:
    """Rows of this table are written once; neither a bug nor a person with a console changes them."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
