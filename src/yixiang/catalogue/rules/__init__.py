"""Decisions of the catalogue: plain Python, no clock, no database."""
