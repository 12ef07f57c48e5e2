"""Vouchers claimed, and redemptions with their papers and time line."""

from yixiang.vouchers.models.entitlement import Claim, Entitlement
from yixiang.vouchers.models.redemption import Paper, Redemption, RedemptionEvent, new_code, new_number

__all__ = ["Claim", "Entitlement", "Paper", "Redemption", "RedemptionEvent", "new_code", "new_number"]
