"""Everything that writes units, one act per module."""
