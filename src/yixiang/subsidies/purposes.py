"""What files are uploaded for in this room."""

from yixiang.files.purposes import Purpose, declare

PAPER_KINDS = ("pdf", "docx", "xlsx", "png", "jpeg", "ofd")

declare(
    Purpose("subsidy-evidence", "补助的证明材料", PAPER_KINDS),
    Purpose("statement-paper", "净收入报表的证明材料", PAPER_KINDS),
)
