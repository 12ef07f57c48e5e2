"""HTML doors of programmes and books."""
