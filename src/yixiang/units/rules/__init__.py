"""Decisions about units: facts in, verdict with reasons out. Plain Python, no clock, no database."""
