"""Everything that reads orders for somebody."""
