"""Reading programmes and their books."""
