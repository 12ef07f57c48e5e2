"""Decisions about articles in plain Python: their words, their addresses, what was typed."""
