"""The database keeps the books itself: entries add up, postings balance, and nobody writes a sum by hand."""

import pgtrigger

from yixiang.ledger.states import COUNTED

_COUNTED = ", ".join(f"'{stage}'" for stage in COUNTED)

# Which caps an entry counts against: one row for each dimension it names. What is apart does not count for its unit.
KEYS = """(VALUES
    ('user', e.customer_id::text),
    ('instrument', e.instrument_id::text),
    ('unit', CASE WHEN e.apart = '' THEN e.provider_id::text END),
    ('unit_separate', NULLIF(e.apart, ''))
) AS k (dimension, key)"""

# Once for a whole INSERT: a year's calculation writes entries by the thousand.
_ADD_UP = f"""
    UPDATE ledger_account AS a SET balance = a.balance + added.amount
    FROM (SELECT account_id, sum(amount) AS amount FROM inserted GROUP BY account_id) AS added
    WHERE a.id = added.account_id;

    UPDATE ledger_cap AS c SET used = c.used + added.amount
    FROM (
        SELECT a.programme_id, k.dimension, k.key, sum(e.amount) AS amount
        FROM inserted AS e JOIN ledger_account AS a ON a.id = e.account_id CROSS JOIN LATERAL {KEYS}
        WHERE a.stage IN ({_COUNTED}) AND k.key IS NOT NULL
        GROUP BY a.programme_id, k.dimension, k.key HAVING sum(e.amount) <> 0
    ) AS added
    WHERE (c.programme_id, c.dimension, c.key) = (added.programme_id, added.dimension, added.key);
    RETURN NULL;
"""  # noqa: S608 names of our own columns

_BALANCED = """
    IF (SELECT coalesce(sum(amount), 0) <> 0 OR count(*) = 0 FROM ledger_entry WHERE posting_id = {posting}) THEN
        RAISE EXCEPTION 'posting % does not balance', {posting} USING ERRCODE = 'check_violation';
    END IF;
"""

_OF_ONE_PROGRAMME = """
    IF (SELECT a.programme_id FROM ledger_account AS a WHERE a.id = NEW.account_id)
        IS DISTINCT FROM (SELECT p.programme_id FROM ledger_posting AS p WHERE p.id = NEW.posting_id) THEN
        RAISE EXCEPTION 'entry % is of another programme than its posting', NEW.id USING ERRCODE = 'check_violation';
    END IF;
"""

_NOT_BY_HAND = """
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'sums are kept by the entries' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

_SUM_OF_ENTRIES = f"""
    SELECT coalesce(sum(e.amount), 0) INTO NEW.used
    FROM ledger_entry AS e JOIN ledger_account AS a ON a.id = e.account_id CROSS JOIN LATERAL {KEYS}
    WHERE a.programme_id = NEW.programme_id AND a.stage IN ({_COUNTED})
        AND k.dimension = NEW.dimension AND k.key = NEW.key;
    RETURN NEW;
"""  # noqa: S608 names of our own columns


def adds_up() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="adds_up", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="inserted"),  # type: ignore[no-untyped-call]
        func=_ADD_UP,
    )  # fmt: skip


def balanced_entries() -> pgtrigger.Trigger:
    """At the end of the transaction, because the entries of a posting come one after another."""
    return pgtrigger.Trigger(
        name="balanced", when=pgtrigger.After, operation=pgtrigger.Insert, timing=pgtrigger.Deferred,
        func=_OF_ONE_PROGRAMME + _BALANCED.format(posting="NEW.posting_id") + "RETURN NULL;",
    )  # fmt: skip


def balanced_posting() -> pgtrigger.Trigger:
    """A posting without entries would say that money moved, and none did."""
    return pgtrigger.Trigger(
        name="balanced", when=pgtrigger.After, operation=pgtrigger.Insert, timing=pgtrigger.Deferred,
        func=_BALANCED.format(posting="NEW.id") + "RETURN NULL;",
    )  # fmt: skip


def begins_at_nothing() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="begins_at_nothing", when=pgtrigger.Before, operation=pgtrigger.Insert,
        func="NEW.balance := 0; RETURN NEW;",
    )  # fmt: skip


def begins_at_its_sum() -> pgtrigger.Trigger:
    """A cap set later counts what was given before."""
    return pgtrigger.Trigger(
        name="begins_at_its_sum", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_SUM_OF_ENTRIES
    )


def not_by_hand(*columns: str) -> pgtrigger.Trigger:
    touched = pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
    return pgtrigger.Trigger(name="not_by_hand", when=pgtrigger.Before, operation=touched, func=_NOT_BY_HAND)


def never_deleted() -> pgtrigger.Trigger:
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)
