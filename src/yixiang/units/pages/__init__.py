"""HTML doors of this room."""
