"""Claiming, using, reviewing and paying vouchers."""
