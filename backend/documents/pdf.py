"""A document as PDF: A4, with an embedded subset of a Chinese font, its text extractable; the same bytes every time."""

from __future__ import annotations

import html
import threading
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from backend.city.structures import Text
from backend.documents.errors import FontMissing
from backend.documents.rules import day_in_words
from backend.documents.schemas import CaseDocument
from backend.foundation.time_source import SHANGHAI
from backend.signatures.service import Mark

Language = Literal["zh", "en"]
PACKAGE: Final = "fonts-wqy-microhei"
FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc"),
    Path("/usr/share/fonts/wqy-microhei-fonts/wqy-microhei.ttc"),
)
"""Where distributions put WenQuanYi Micro Hei; its outlines are TrueType, which can be embedded in part."""
_FONT: Final = "Zhangban"
_MARGIN: Final = 25 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_INK = colors.HexColor("#1a1a1a")
_LINE = colors.HexColor("#8a8f98")
# The library keeps fonts and their subsets in the process: one document at a time.
_ONE_AT_A_TIME = threading.Lock()
_REGISTERED: list[Path] = []

_WORDS: Final[dict[str, Text]] = {
    "number": Text("编号：{}", "No. {}"),
    "to": Text("{}：", "To {}:"),
    "dates": Text("期限", "Dates"),
    "estimate": Text(
        "（预计，当年放假安排还没有公布）", " (estimate: the holidays of that year are not published yet)"
    ),
    "remedies": Text("不服怎么办", "If you disagree"),
    "basis": Text("依据", "Legal basis"),
    "phone": Text("咨询电话：{}", "Questions: {}"),
    "case": Text("办件编号：{}", "Case: {}"),
    "hash": Text("内容校验（SHA-256）：{}", "Checksum of the content (SHA-256): {}"),
    "page": Text("第 {} 页", "Page {}"),
    "item": Text("事项", "Matter"),
    "signature": Text("数字签名：{}（{}），{} {}（北京时间）", "Digital signature: {} ({}), {} {} (Beijing time)"),
    "check": Text(
        "用 PDF 阅读器打开原文件，可看签名是否完好；改动一个字就不再完好。打印件看不出签名，请向签发单位要原文件。",
        "A PDF reader shows whether it is intact; one changed letter breaks it. A printed copy cannot show it: ask the"
        " office for the original file.",
    ),
    "root": Text("根证书 SHA-256：{}", "Root certificate SHA-256: {}"),
}


def _registered(fonts: Sequence[Path]) -> None:
    found = next((path for path in fonts if path.is_file()), None)
    if found is None:
        raise FontMissing(
            f"服务器没有安装中文字体，请管理员安装 {PACKAGE}。页面上的文书可以直接打印。", package=PACKAGE
        )
    if found in _REGISTERED:
        return
    try:
        pdfmetrics.registerFont(TTFont(_FONT, str(found), subfontIndex=0))
    except (TTFError, OSError) as error:
        raise FontMissing(f"服务器的中文字体读不出来，请管理员重新安装 {PACKAGE}。", package=PACKAGE) from error
    _REGISTERED[:] = [found]


def _style(size: float, leading: float, **members: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}/{leading}/{sorted(members)}",
        fontName=_FONT,
        fontSize=size,
        leading=leading,
        textColor=_INK,
        **members,
    )


class _Page:
    """The pieces of one document in one language."""

    def __init__(self, document: CaseDocument, language: Language, mark: Mark | None) -> None:
        self.document, self.language, self.mark = document, language, mark

    def words(self, text: Text) -> str:
        return text.zh if self.language == "zh" else text.en

    def fixed(self, key: str, *values: object) -> str:
        return self.words(_WORDS[key]).format(*values)

    def text(self, words: str, style: ParagraphStyle) -> Paragraph:
        # Chinese breaks between any two characters, which English must not.
        wrap = "CJK" if any(each >= "\u2e80" for each in words) else None
        made = ParagraphStyle(f"{style.name}/{wrap}", parent=style, wordWrap=wrap)
        return Paragraph(html.escape(words).replace("\n", "<br/>"), made)

    def grid(self, rows: list[list[str]], widths: list[float], *, head: bool) -> Table:
        cell = _style(10.5, 16)
        table = Table(
            [[self.text(each, cell) for each in row] for row in rows],
            colWidths=[width * _WIDTH for width in widths],
            repeatRows=1 if head else 0,
            # Whatever somebody wrote into one cell, it goes on over the page's end.
            splitInRow=1,
        )
        table.setStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.6, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
                *([("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f1f3f6"))] if head else []),
            ]
        )
        return table

    def story(self) -> list[Any]:
        document = self.document
        heading = _style(12, 20, spaceBefore=8, spaceAfter=4, keepWithNext=1)
        body = _style(12, 21, spaceAfter=4, firstLineIndent=24 if self.language == "zh" else 0)
        right = _style(12, 20, alignment=TA_RIGHT)
        story: list[Any] = [
            self.text(self.words(document.department.name), _style(14, 20, alignment=TA_CENTER)),
            self.text(self.words(document.title), _style(22, 32, alignment=TA_CENTER, spaceBefore=6, spaceAfter=8)),
            self.text(self.fixed("number", document.number), _style(10, 16, alignment=TA_RIGHT, spaceAfter=10)),
            self.text(self.fixed("to", document.addressee), _style(12, 21)),
            *(self.text(self.words(each), body) for each in document.paragraphs),
        ]
        for table in document.tables:
            widths = {1: [1.0], 2: [0.62, 0.38], 3: [0.26, 0.42, 0.32]}[len(table.columns)]
            rows = [[self.words(each) for each in row] for row in [table.columns, *table.rows]]
            story += [self.text(self.words(table.heading), heading), self.grid(rows, widths, head=True), Spacer(1, 6)]
        if document.dates:
            rows = []
            for each in document.dates:
                day = self.words(day_in_words(each.day)) + (self.fixed("estimate") if each.estimate else "")
                rows.append([self.words(each.label), day, self.words(each.article) if each.article else ""])
            widths = [0.3, 0.32, 0.38]
            if not any(row[2] for row in rows):
                rows, widths = [row[:2] for row in rows], [0.4, 0.6]
            story += [self.text(self.fixed("dates"), heading), self.grid(rows, widths, head=False), Spacer(1, 6)]
        if document.reason and document.reason_heading:
            story += [self.text(self.words(document.reason_heading), heading), self.text(document.reason, body)]
        if document.remedies:
            story += [self.text(self.fixed("remedies"), heading), self.text(self.words(document.remedies), body)]
        story += [self.text(self.words(each), body) for each in document.ending]
        if document.basis:
            joined = ("；" if self.language == "zh" else "; ").join(self.words(each) for each in document.basis)
            story += [self.text(self.fixed("basis"), heading), self.text(joined, body)]
        day = self.words(day_in_words(document.date))
        signed: list[Any] = [self.text(self.words(document.department.name), right), self.text(day, right)]
        small = _style(9, 14)
        signed += [
            Spacer(1, 10),
            self.text(self.fixed("phone", document.phone), small),
            self.text(self.fixed("case", document.case_number), small),
            self.text(self.fixed("hash", document.sha256), small),
        ]
        if self.mark is not None:
            signed += [Spacer(1, 8), self.signature(self.mark)]
        # A signature never stands alone on a page.
        story += [Spacer(1, 14), KeepTogether(signed)]
        return story

    def signature(self, mark: Mark) -> Table:
        """The frame that says in words who signed, when, and how to check it."""
        department = self.document.department
        moment = datetime.fromtimestamp(mark.at // 1000, SHANGHAI)
        small = _style(8, 12)
        when = self.words(day_in_words(moment.date())), f"{moment:%H:%M:%S}"
        lines = [
            self.text(self.fixed("signature", self.words(department.name), mark.signer_code, *when), _style(9, 14)),
            self.text(self.fixed("check"), small),
            self.text(self.fixed("root", mark.root_fingerprint), small),
        ]
        frame = [
            ("BOX", (0, 0), (-1, -1), 0.8, _INK),
            ("LEFTPADDING", (0, 0), (-1, -1), 8),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
        # One cell, which no page's end divides.
        return Table([[lines]], colWidths=[_WIDTH], style=frame)

    def foot(self, canvas: Any, template: Any) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 9)
        canvas.drawCentredString(A4[0] / 2, 14 * mm, self.fixed("page", canvas.getPageNumber()))
        canvas.restoreState()


def pdf_of(
    document: CaseDocument, language: Language = "zh", fonts: Sequence[Path] = FONTS, *, mark: Mark | None = None
) -> bytes:
    """The document as PDF, with the words about its signature when it will be signed.

    Blocks for some tenths of a second: call it in a thread. Raises FontMissing.
    """
    page, made = _Page(document, language, mark), BytesIO()
    with _ONE_AT_A_TIME:
        _registered(fonts)
        template = SimpleDocTemplate(
            made,
            pagesize=A4,
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
            topMargin=22 * mm,
            bottomMargin=24 * mm,
            title=f"{page.words(document.title)} {document.number}",
            author=page.words(document.department.name),
            subject=page.words(document.item),
            lang="zh-CN" if language == "zh" else "en",
            # No clock and no chance: the same document is the same file.
            invariant=1,
            displayDocTitle=True,
        )
        template.build(page.story(), onFirstPage=page.foot, onLaterPages=page.foot)
    return made.getvalue()
