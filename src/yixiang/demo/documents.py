"""Small real files for the demo's downloads: a sheet with its columns, a page of text as PDF."""

import io

import xlsxwriter

SHEETS = {
    "开放共享自查整改情况表.xlsx": [
        "序号",
        "自查大类",
        "核查内容",
        "应纳入台套",
        "已纳入台套",
        "存在问题",
        "下一步举措",
        "备注",
    ],
    "入网仪器信息核对表.xlsx": [
        "仪器编号",
        "仪器名称",
        "型号",
        "原值（万元）",
        "放置地点",
        "联系人",
        "电话是否接通",
        "收费标准是否公开",
    ],
}
PAGES = {
    "入网申请书模板.pdf": (
        "科研设施和仪器开放共享入网申请书（模板）",
        [
            "单位名称：________________",
            "统一社会信用代码：________________",
            "协作共用联络员：________________",
            "本单位申请加入开放共享服务平台，承诺所填信息真实、准确，按公开的规则",
            "提供或使用科研设施和仪器。",
            "法定代表人签字：____________        单位公章",
            "日期：______年____月____日",
        ],
    ),
    "创新券使用说明.pdf": (
        "创新券使用说明",
        [
            "一、谁可以用：在平台注册的高新技术企业、科技型中小企业和创新创业团队。",
            "二、怎么领：入网后按年度申领，额度以公布的办法为准。",
            "三、怎么用：约定价格后选择用券，按议价的 40% 抵扣服务费。",
            "四、怎么兑：结算后自动提交，审核通过后兑付给提供服务的单位。",
        ],
    ),
}


def make(name: str) -> bytes:
    return _sheet(SHEETS[name]) if name in SHEETS else page(*PAGES[name])


def _sheet(columns: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("填报")
        head = book.add_format({"bold": True, "bg_color": "#E4F2F1", "border": 1, "text_wrap": True})
        for column, words in enumerate(columns):
            sheet.write_string(0, column, words, head)
            sheet.set_column(column, column, max(12, len(words) * 2))
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def page(title: str, lines: list[str]) -> bytes:
    """One A4 page with the reader's own Chinese font, so that a template weighs a kilobyte."""
    text = [f"BT /F1 18 Tf 72 760 Td <{_hex(title)}> Tj ET"]
    text += [f"BT /F1 12 Tf 72 {710 - 34 * n} Td <{_hex(line)}> Tj ET" for n, line in enumerate(lines)]
    content = "\n".join(text).encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 7 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    return _assembled(parts)


def _assembled(parts: list[bytes]) -> bytes:
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table))
    return out.getvalue()


def _hex(words: str) -> str:
    return words.encode("utf-16-be").hex().upper()
