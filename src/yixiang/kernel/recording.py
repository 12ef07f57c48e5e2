"""The trigger that writes every change of a row to the audit table, raw SQL included."""

from collections.abc import Sequence

import pgtrigger


class Recorded(pgtrigger.Trigger):
    """Put into `Meta.triggers`. Columns in `without` (secrets) are recorded as changed, never with their content."""

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, name: str = "recorded", without: Sequence[str] = ()) -> None:
        self.without = tuple(without)
        super().__init__(name=name, when=self.when, operation=self.operation)

    def get_func(self, model: object) -> str:
        hidden = "ARRAY[" + ", ".join(f"'{column}'" for column in self.without) + "]::text[]"
        return f"""
            PERFORM audit_record(
                TG_TABLE_NAME::text, TG_OP::text,
                CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END,
                CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END,
                {hidden}
            );
            RETURN NULL;
        """


def append_only(name: str = "append_only") -> pgtrigger.Trigger:
    """Rows of this table are written once; neither a bug nor a person with a console changes them."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
