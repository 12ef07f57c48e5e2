"""The service contract as a Word file: the parts of an OOXML package, written with nothing but the standard library.

Every word comes in as text and is escaped; characters that no XML may hold are left out, so that Word always opens it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH = 9638  # between the margins of A4, in twentieths of a point
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def contract(data: Mapping[str, Any]) -> bytes:
    """The same facts, lines, amounts and clauses as the printed sheet."""
    body = [paragraph(data["title"], "Title"), paragraph(f"合同编号：{data['number']}", "Right")]
    body += [table([1900, WIDTH - 1900], data["facts"], lined=False)]
    body += [
        paragraph("服务内容", "Heading"),
        table([4600, 2838, 2200], data["lines"], ("仪器", "时间或样品", "服务方式")),
    ]
    body += [paragraph(f"费用（{data['stage']}）", "Heading")]
    body += [table([4200, 1800, 1938, 1700], data["charges"], ("项目", "构成", "单价 × 数量", "金额"))]
    body += [paragraph(f"合计 {data['total']}", "Right")]
    for number, clause in enumerate(data["clauses"], start=1):
        body += [paragraph(f"{number}. {clause['title']}", "Heading"), paragraph(clause["text"], "Clause")]
    signs = [[f"{party}\n{confirmed}\n\n\n（盖章）" for party, confirmed in data["signs"]]]
    body += [paragraph("", "Clause"), table([WIDTH // 2, WIDTH // 2], signs)]
    body += [paragraph(f"条款摘要 SHA-256：{data['digest']}", "Small")]
    return _package(data["title"], "".join(body), data["foot"])


def text(words: str) -> str:
    """One run; a new line stays a new line."""
    lines = _NOT_XML.sub("", words).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    inside = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{inside}</w:r>"


def paragraph(words: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{text(words)}</w:p>"


def table(widths: Sequence[int], rows: Iterable[Sequence[str]], heads: Sequence[str] = (), lined: bool = True) -> str:
    """`heads` are repeated on every page the table goes on to; a row stays on one page."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(widths, heads, "<w:tblHeader/>", "Head") if heads else ""
    cells = "".join(_row(widths, row) for row in rows) or _row(widths, ["—"] * len(widths))
    style = '<w:tblStyle w:val="Lined"/>' if lined else ""
    shape = f'<w:tblPr>{style}<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return f"<w:tbl>{shape}<w:tblGrid>{grid}</w:tblGrid>{head}{cells}</w:tbl>"


def _row(widths: Sequence[int], cells: Sequence[str], more: str = "", style: str = "") -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph(cell, style)}</w:tc>'
        for width, cell in zip(widths, cells, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{more}</w:trPr>{made}</w:tr>"


def _package(title: str, body: str, foot: str) -> bytes:
    page = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1021" w:left="1134" w:header="567" w:footer="567"'
        ' w:gutter="0"/>'
        "</w:sectPr>"
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml"), ("footer", "footer1.xml")),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{page}</w:body></w:document>",
        "word/styles.xml": _STYLES,
        "word/footer1.xml": f"<w:ftr {_W}>{_foot(foot)}</w:ftr>",
    }
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(ZipInfo(name), (_HEAD + part).encode(), ZIP_DEFLATED)
    return stream.getvalue()


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _foot(words: str) -> str:
    """Whose it is on the left, the page and how many there are on the right."""
    count = f"{text('第 ')}{_field('PAGE')}{text(' 页，共 ')}{_field('NUMPAGES')}{text(' 页')}"
    shape = '<w:pPr><w:pStyle w:val="Small"/><w:tabs><w:tab w:val="right" w:pos="9638"/></w:tabs></w:pPr>'
    return f"<w:p>{shape}{text(words)}<w:r><w:tab/></w:r>{count}</w:p>"


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _style(name: str, paragraph_: str, run: str = "") -> str:
    shape = f"<w:pPr>{paragraph_}</w:pPr><w:rPr>{run}</w:rPr>"
    return f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>{shape}</w:style>'


_BOLD = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="黑体" w:cs="Arial"/><w:b/>'
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F8C8A"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_INSET = '<w:tblCellMar><w:left w:w="100" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar>'
_STYLES = (
    f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/>'
    '<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:spacing w:before="40" w:after="40" w:line="320" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    "</w:docDefaults>"
    + _style("Title", '<w:spacing w:before="120" w:after="160"/><w:jc w:val="center"/>', _BOLD + '<w:sz w:val="36"/>')
    + _style("Heading", '<w:keepNext/><w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="0"/>', _BOLD)
    + _style("Clause", '<w:spacing w:after="80"/><w:ind w:firstLine="420"/><w:jc w:val="both"/>')
    + _style("Right", '<w:jc w:val="right"/>', "<w:b/>")
    + _style("Head", "", _BOLD + '<w:sz w:val="20"/>')
    + _style("Small", "", '<w:color w:val="4C5B5A"/><w:sz w:val="16"/>')
    + '<w:style w:type="table" w:customStyle="1" w:styleId="Lined"><w:name w:val="Lined"/>'
    f"<w:tblPr><w:tblBorders>{_EDGES}</w:tblBorders>{_INSET}</w:tblPr></w:style></w:styles>"
)
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("footer1", "footer"))
    )
    + "</Types>"
)
