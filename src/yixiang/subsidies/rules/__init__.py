"""Decisions of this room that no law makes: plain Python."""
