"""Decisions of this room: facts in, verdict with reasons out. Plain Python."""
