"""What files are uploaded for in this room."""

from yixiang.files.purposes import Purpose, declare

PAPERS = ("pdf", "docx", "xlsx", "png", "jpeg", "ofd", "csv", "txt")

RESULTS = (*PAPERS, "zip")

INVOICE_KINDS = ("pdf", "ofd", "png", "jpeg")

declare(
    Purpose("order-report", "检测报告", PAPERS),
    Purpose("order-result", "结果数据", RESULTS),
    Purpose("order-invoice", "发票", INVOICE_KINDS),
    Purpose("order-relevance", "科技创新相关性证明", ("pdf", "png", "jpeg", "docx")),
)
