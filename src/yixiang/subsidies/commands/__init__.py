"""Everything that writes in this room."""
