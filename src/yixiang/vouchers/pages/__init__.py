"""HTML doors of vouchers."""
