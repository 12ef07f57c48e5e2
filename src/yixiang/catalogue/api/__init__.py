"""JSON doors of the catalogue."""
