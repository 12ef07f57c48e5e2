"""What a voucher would pay, and what became of those that were used."""
