"""Suspicions, statements of income, applications and runs."""

from yixiang.subsidies.models.flag import Flag, Watch
from yixiang.subsidies.models.statement import Statement

__all__ = ["Flag", "Statement", "Watch"]
