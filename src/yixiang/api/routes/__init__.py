"""Endpoints of the lower rooms that have no `api.py` of their own."""
