"""Law as data: packs, questions, verdicts. Imports no Django and knows no subject; rooms bring their own."""

from yixiang.policy.cases import Case
from yixiang.policy.conditions import Cited, Rule
from yixiang.policy.fields import Label, Rate, Region, Yuan
from yixiang.policy.library import Library, NoPack
from yixiang.policy.packs import Jurisdiction, Pack, Source, Sourced
from yixiang.policy.problems import FactsRefused, PacksRefused
from yixiang.policy.shelf import install, library
from yixiang.policy.subjects import Question, Subject
from yixiang.policy.verdicts import Basis, Finding, Step, Verdict

__all__ = [
    "Basis", "Case", "Cited", "FactsRefused", "Finding", "Jurisdiction", "Label", "Library", "NoPack", "Pack",
    "PacksRefused", "Question", "Rate", "Region", "Rule",
    "Source", "Sourced", "Step", "Subject", "Verdict", "Yuan",
    "install", "library",
]  # fmt: skip
