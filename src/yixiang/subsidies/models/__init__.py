"""Suspicions, applications and runs."""

from yixiang.subsidies.models.application import Application, ApplicationEvent, AppliedOrder
from yixiang.subsidies.models.flag import Flag, Watch
from yixiang.subsidies.models.run import Award, Contest, Line, Objection, Reason, Run, RunEvent, Share

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
    "Share",
    "Watch",
]
