"""Everything that writes orders, one act per module."""
