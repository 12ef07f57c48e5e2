"""Finding: one function behind portal, desk and API."""
