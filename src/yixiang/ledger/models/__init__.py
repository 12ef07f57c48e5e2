"""Programmes, their accounts and caps, and every move of money."""

from yixiang.ledger.models.books import Account, Cap, Entry, Hold, Posting
from yixiang.ledger.models.programme import Programme, ProgrammeEvent

__all__ = ["Account", "Cap", "Entry", "Hold", "Posting", "Programme", "ProgrammeEvent"]
