"""What files are uploaded for in this room."""

from yixiang.files.purposes import Purpose, declare

declare(Purpose("subsidy-evidence", "补助的证明材料", ("pdf", "docx", "xlsx", "png", "jpeg", "ofd")))
