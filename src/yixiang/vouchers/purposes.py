"""What files are uploaded for in this room."""

from yixiang.files.purposes import Purpose, declare

PAPER_KINDS = ("pdf", "ofd", "png", "jpeg", "docx")

declare(Purpose("voucher-paper", "创新券兑付材料", PAPER_KINDS))
