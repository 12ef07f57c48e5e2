"""Everything that reads the catalogue for someone."""
