"""Suspicions, applications, runs and statements of net income."""

from yixiang.subsidies.models.application import Application, ApplicationEvent, AppliedOrder
from yixiang.subsidies.models.flag import Flag, Watch
from yixiang.subsidies.models.run import Award, Contest, Line, Objection, Reason, Run, RunEvent, Share
from yixiang.subsidies.models.statement import Running, Statement, StatementEvent, StatementPaper

__all__ = [
    "Application",
    "ApplicationEvent",
    "AppliedOrder",
    "Award",
    "Contest",
    "Flag",
    "Line",
    "Objection",
    "Reason",
    "Run",
    "RunEvent",
    "Running",
    "Share",
    "Statement",
    "StatementEvent",
    "StatementPaper",
    "Watch",
]
