"""Units, who belongs to them, and what they keep on file."""

from yixiang.units.models.asking import Question, QuestionTurn
from yixiang.units.models.belonging import Expert, Membership, SubUnit
from yixiang.units.models.papers import (
    Attachment,
    BankAccount,
    ClaimMessage,
    IntegrityFlag,
    Regulation,
    Relation,
    UnitEvent,
)
from yixiang.units.models.unit import Unit, UnitChange, combined_reach, within

__all__ = [
    "Attachment",
    "BankAccount",
    "ClaimMessage",
    "Expert",
    "IntegrityFlag",
    "Membership",
    "Question",
    "QuestionTurn",
    "Regulation",
    "Relation",
    "SubUnit",
    "Unit",
    "UnitChange",
    "UnitEvent",
    "combined_reach",
    "within",
]
