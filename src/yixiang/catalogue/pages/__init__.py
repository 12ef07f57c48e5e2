"""HTML doors of the catalogue."""
