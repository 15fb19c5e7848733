"""The Word documents that we write: page, styles and the few elements they are made of.

The page and the margins are those of Vietnamese official papers (NĐ 30/2020/NĐ-CP, annex I: A4, top and bottom
20–25 mm, left 30–35 mm, right 15–20 mm, Times New Roman 13). Paragraphs have named styles, so that people can change
the look of all of them at once.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from lms.questions.formats.shared.lines import storable
from lms.questions.question import Image

if TYPE_CHECKING:
    from docx.document import Document

FONT, SIZE = "Times New Roman", 13  # points
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same content gives the same bytes
TEXT_WIDTH = 16.0  # centimetres between the margins
MOST_PICTURE_WIDTH, MOST_PICTURE_HEIGHT = 14.0, 11.0  # centimetres
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CM = 360_000  # EMU
_TWIPS = 567  # a centimetre, as widths of tables and tabs are counted
_SHOWN = {"png", "jpg", "gif"}  # what Word shows; others are turned into PNG

# name, bold, italic, left indent in cm, space after in points, kept with the next paragraph
_STYLES = (
    ("Câu hỏi", False, False, 0.0, 3, True),
    ("Phương án", False, False, 0.75, 2, False),
    ("Nhãn", False, True, 0.0, 2, False),
    ("Ngữ liệu", False, False, 0.75, 3, True),
    ("Hướng dẫn", False, False, 0.0, 4, False),
    ("Dòng kẻ", False, False, 0.0, 0, False),
    ("Ô bảng", False, False, 0.0, 2, False),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a paragraph; a newline in it is a soft break."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 0  # points; 0 for the style's own


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture within a paragraph."""

    image: Image
    width: float = MOST_PICTURE_WIDTH  # at most so wide and so high, in centimetres
    height: float = MOST_PICTURE_HEIGHT


def option_picture(image: Image) -> Picture:
    """The picture of an option: four of them leave room for their question on the page."""
    return Picture(image, 6.0, 4.5)


@dataclass(frozen=True, slots=True)
class Field:
    """A number that Word counts: PAGE, SECTIONPAGES. `shown`: what programs show that do not count it."""

    code: str
    shown: str = "1"


Piece = str | Text | Picture | Field


class Paper:
    """A document that grows from top to bottom. `pictures`: bytes by name, as in Reading."""

    def __init__(self, title: str, pictures: Mapping[str, bytes] | None = None) -> None:
        self.document = _new_document(title)
        self._pictures = pictures or {}
        self._body = self.document.element.body
        self._end = self._body.sectPr
        self._ids = {style.name: style.style_id for style in self.document.styles}
        self._drawn = 0

    def add(
        self,
        style: str,
        *pieces: Piece,
        align: str = "",
        tabs: Sequence[tuple[float, str]] = (),
        page: bool = False,
        keep: bool | None = None,
    ) -> None:
        """A paragraph. `align`: left, center, right, both; `tabs`: places in cm and their kinds ("left",
        "left dot"); `page`: on a new page; `keep`: on one page with the next paragraph, or not (None: as the
        style says)."""
        self._end.addprevious(self.paragraph(style, *pieces, align=align, tabs=tabs, page=page, keep=keep))

    def paragraph(
        self,
        style: str,
        *pieces: Piece,
        align: str = "",
        tabs: Sequence[tuple[float, str]] = (),
        page: bool = False,
        keep: bool | None = None,
    ) -> Any:
        """The same, for a place of its own (the cell of a table, a footer)."""
        paragraph = _element("w:p")
        look = _child(paragraph, "w:pPr")
        _child(look, "w:pStyle", val=self._ids[style])
        if keep is not None:
            _child(look, "w:keepNext", **({} if keep else {"val": "0"}))
        if page:
            _child(look, "w:pageBreakBefore")
        if tabs:
            held = _child(look, "w:tabs")
            for place, kind in tabs:
                way, _, leader = kind.partition(" ")
                _child(
                    held,
                    "w:tab",
                    val=way,
                    **({"leader": leader} if leader else {}),
                    pos=round(place * _TWIPS),
                )
        if align:
            _child(look, "w:jc", val=align)
        for piece in pieces:
            self._piece(paragraph, piece)
        return paragraph

    def table(
        self, rows: Sequence[Sequence[object]], widths: Sequence[float], *, border: bool = True, head: int = 0,
        align: Sequence[str] = (), style: str = "Ô bảng", keep: int = 0,
    ) -> None:  # fmt: skip
        """A table; a cell is a text, a piece, or a list of paragraphs made by `paragraph`. `head`: rows that are
        repeated on every page, in bold; `align`: of each column; `keep`: rows that stay on one page with what
        follows."""
        self._end.addprevious(
            self.make_table(rows, widths, border=border, head=head, align=align, style=style, keep=keep)
        )

    def make_table(
        self, rows: Sequence[Sequence[object]], widths: Sequence[float], *, border: bool = True, head: int = 0,
        align: Sequence[str] = (), style: str = "Ô bảng", keep: int = 0,
    ) -> Any:  # fmt: skip
        """The same, for a place of its own."""
        table = _element("w:tbl")
        look = _child(table, "w:tblPr")
        if border:
            _child(look, "w:tblStyle", val=self._ids["Table Grid"])
        _child(look, "w:tblW", w=round(sum(widths) * _TWIPS), type="dxa")
        _child(look, "w:tblLayout", type="fixed")
        grid = _child(table, "w:tblGrid")
        for width in widths:
            _child(grid, "w:gridCol", w=round(width * _TWIPS))
        for r, row in enumerate(rows):
            line = _child(table, "w:tr")
            kept = _child(line, "w:trPr")
            _child(kept, "w:cantSplit")
            if r < head:
                _child(kept, "w:tblHeader")
            for c, cell in enumerate(row):
                held = _child(line, "w:tc")
                _child(_child(held, "w:tcPr"), "w:tcW", w=round(widths[c] * _TWIPS), type="dxa")
                way = "center" if r < head else align[c] if c < len(align) else ""
                for paragraph in self._cell(cell, way, style, bold=r < head, keep=r < keep or None):
                    held.append(paragraph)
        return table

    def section(self, *footer: Piece, first: bool) -> None:
        """Begin a part of its own: a new page, its pages counted from 1, `footer` centred at the bottom of each."""
        from docx.enum.section import WD_SECTION

        section = self.document.sections[-1] if first else self.document.add_section(WD_SECTION.NEW_PAGE)
        self._without_empty_end()
        for old in section._sectPr.findall("{*}pgNumType"):
            section._sectPr.remove(old)
        number = section._sectPr.makeelement(qname("w:pgNumType"))
        number.set(qname("w:start"), "1")
        margins: Any = section._sectPr.find("{*}pgMar")
        margins.addnext(number)
        section.footer.is_linked_to_previous = False
        old = section.footer.paragraphs[0]._p
        old.addprevious(self.paragraph("Ô bảng", *footer, align="center"))
        old.getparent().remove(old)

    def _without_empty_end(self) -> None:
        """The end of a part stands in its last paragraph: an empty one of its own may need another page."""
        empty = self._end.getprevious()
        break_ = None if empty is None else empty.find(f"{qname('w:pPr')}/{qname('w:sectPr')}")
        last = None if break_ is None else empty.getprevious()
        if last is not None and last.tag == qname("w:p"):
            last.find(qname("w:pPr")).append(break_)
            self._body.remove(empty)

    def saved(self) -> bytes:
        """The file; the same content gives the same bytes."""
        held = io.BytesIO()
        self.document.save(held)
        packed = io.BytesIO()
        with zipfile.ZipFile(held) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                info = zipfile.ZipInfo(name, date_time=EPOCH.timetuple()[:6])
                info.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(info, old.read(name))
        return packed.getvalue()

    def _cell(self, cell: object, align: str, style: str, *, bold: bool, keep: bool | None) -> Iterable[Any]:
        if isinstance(cell, list):
            return cell
        # rows are of words, pieces and lists together, which their callers build as rows of anything
        piece = Text(cell, bold=bold) if isinstance(cell, str) else cast("Text", cell)
        return [self.paragraph(style, piece, align=align, keep=keep)]

    def last(self) -> Any:
        """What was added last, None for nothing; for `together`."""
        return self._end.getprevious()

    def together(self, after: Any) -> None:
        """Keep all that was added after that on one page, as far as a page can hold it."""
        first = after.getnext() if after is not None else self._body[0]
        added = [first, *first.itersiblings()][:-1]  # the last one is the page's own
        for element in added[:-1]:
            for paragraph in element.iter(qname("w:p")):
                look = paragraph.find(qname("w:pPr"))
                if look.find(qname("w:keepNext")) is None:
                    look.insert(1, look.makeelement(qname("w:keepNext")))

    def _piece(self, paragraph: Any, piece: Piece) -> None:
        match piece:
            case Picture():
                self._picture(paragraph, piece)
            case Field():
                _field(paragraph, piece)
            case str():
                _run(paragraph, Text(piece))
            case Text():
                _run(paragraph, piece)

    def _picture(self, paragraph: Any, piece: Picture) -> None:
        """The picture, no larger than the page allows; nothing when its bytes are not there or are none."""
        from docx.image.exceptions import (
            InvalidImageStreamError,
            UnexpectedEndOfFileError,
            UnrecognizedImageError,
        )
        from docx.oxml.shape import CT_Inline
        from docx.shared import Emu

        data = shown(piece.image.name, self._pictures.get(piece.image.name, b""))
        try:
            part, image = self.document.part.get_or_add_image(io.BytesIO(data))
        except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, ZeroDivisionError):
            return
        width, height = _fitted(int(image.width), int(image.height), piece)
        self._drawn += 1
        inline = CT_Inline.new_pic_inline(self._drawn, part, f"hinh-{self._drawn}", Emu(width), Emu(height))
        inline.docPr.set("descr", storable(piece.image.alt))
        _child(_child(paragraph, "w:r"), "w:drawing").append(inline)


def shown(name: str, data: bytes) -> bytes:
    """The bytes of a picture as Word can show them: WebP becomes PNG, all others stay."""
    if name.rpartition(".")[2] in _SHOWN or not data or data.startswith(b"\x89PNG"):
        return data
    from PIL import Image as Pixels

    held = io.BytesIO()
    try:
        with Pixels.open(io.BytesIO(data)) as picture:
            picture.save(held, "PNG")
    except (OSError, ValueError, Pixels.DecompressionBombError):
        return b""
    return held.getvalue()


def tiny_picture(number: int) -> bytes:
    """A PNG of one point, another one for each number up to 16 million."""
    colour = number.to_bytes(3, "big")
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" + colour)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _fitted(width: int, height: int, most: Picture) -> tuple[int, int]:
    share = min(1.0, most.width * _CM / max(width, 1), most.height * _CM / max(height, 1))
    return max(round(width * share), 1), max(round(height * share), 1)


def _run(paragraph: Any, piece: Text) -> None:
    run = _child(paragraph, "w:r")
    if piece.bold or piece.italic or piece.underline or piece.size:
        look = _child(run, "w:rPr")
        if piece.bold:
            _child(look, "w:b")
        if piece.italic:
            _child(look, "w:i")
        if piece.size:
            _child(look, "w:sz", val=round(piece.size * 2))
        if piece.underline:
            _child(look, "w:u", val="single")
    for number, line in enumerate(storable(piece.text).split("\n")):
        if number:
            _child(run, "w:br")
        for place, part in enumerate(line.split("\t")):
            if place:
                _child(run, "w:tab")
            if part:
                text = _child(run, "w:t")
                text.text = part
                text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _field(paragraph: Any, field: Field) -> None:
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = _child(paragraph, "w:r")
        if kind == "code":
            _child(run, "w:instrText").text = f" {field.code} "
        elif kind == "shown":
            _child(run, "w:t").text = field.shown
        else:
            _child(run, "w:fldChar", fldCharType=kind)


def qname(tag: str) -> str:
    """The name of an element or attribute of Word with its namespace: "w:p"."""
    return f"{{{_WORD}}}{tag.removeprefix('w:')}"


def _element(tag: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(tag)


def _child(parent: Any, tag: str, **values: object) -> Any:
    child = parent.makeelement(qname(tag))
    for name, value in values.items():
        child.set(qname(f"w:{name}"), str(value))
    parent.append(child)
    return child


def _new_document(title: str) -> Document:
    import docx
    from docx.shared import Mm

    document = docx.Document()
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)
        section.left_margin, section.right_margin = Mm(30), Mm(20)
        section.footer_distance = Mm(10)
    _set_styles(document)
    about = document.core_properties
    about.title, about.author, about.language = storable(title)[:250], "", "vi-VN"
    about.comments, about.last_modified_by = "", ""
    about.created = about.modified = EPOCH
    about.revision = 1
    return document


def _set_styles(document: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    normal = document.styles["Normal"]
    _set_font(normal)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.1
    title = document.styles["Title"]
    _set_font(title)
    title.font.size, title.font.bold, title.font.color.rgb = Pt(15), True, RGBColor(0, 0, 0)
    borders = title.element.pPr.find("{*}pBdr")
    if borders is not None:
        title.element.pPr.remove(borders)
    for name, bold, italic, indent, after, keep in _STYLES:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.quick_style = True
        style.font.bold, style.font.italic = bold or None, italic or None
        style.paragraph_format.left_indent = Cm(indent)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.keep_with_next = keep or None
    document.styles["Câu hỏi"].paragraph_format.space_before = Pt(8)


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = FONT, Pt(SIZE)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(script), None)
    for script in ("w:eastAsia", "w:cs", "w:hAnsi"):
        fonts.set(qn(script), FONT)
