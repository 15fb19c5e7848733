"""The table as a Word file in official form, for offices that go on writing in it.

Everything around the table is made by python-docx. The rows are written as text straight into the package, so that
memory stays flat and a long list costs seconds; its order and stamps are fixed, so that the same table gives the same
bytes.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.sax.saxutils import escape

from lms.kit.charts import Chart
from lms.kit.papers import PAGE, OfficialHeader, Signature
from lms.kit.tables.as_pdf import TooManyRows, is_wide, shares, text_width
from lms.kit.tables.as_xlsx import FONT, table_date
from lms.kit.tables.table import Column, Row, Table
from lms.kit.tables.words import printed

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LONGEST = 10_000  # rows, about 400 pages; more is what xlsx is for
BODY, SMALL, TINY = 14, 11.5, 9.5  # points
HERE = "\ue000"  # where the table goes, in the document that python-docx writes; taken out of every text
NO_XML = {HERE, "\ufffe", "\uffff"}
STAMP = (2000, 1, 1, 0, 0, 0)  # of every member of the package
TWIPS = 56.6929  # a millimetre
INDENT = 255  # twips a level
TOGETHER = 2  # the last lines of the table stand on the page of the signatures
WIDEST_CHART = 180  # millimetres


def write_docx(table: Table, out: BinaryIO) -> None:
    """A4, landscape for wide tables; headings are repeated on every page. Raises TooManyRows beyond LONGEST rows."""
    made = io.BytesIO()
    _paper(table).save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                _write_body(table, content.decode(), target)
            else:
                target.writestr(_member(name), content)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _write_body(table: Table, xml: str, target: zipfile.ZipFile) -> None:
    mark = xml.index(HERE)
    start, end = xml.rindex("<w:p>", 0, mark), xml.index("</w:p>", mark) + len("</w:p>")
    with target.open(_member("word/document.xml"), "w", force_zip64=True) as body:
        for part in itertools.chain((xml[:start],), _table(table), (xml[end:],)):
            body.write(part.encode())


# ---------------------------------------------------------------------------------------------- around the table


def _paper(table: Table) -> Document:
    import docx

    paper = docx.Document()
    _page(paper, landscape=is_wide(table))
    _properties(paper, table)
    if table.header:
        _head(paper, table.header, text_width(table))
    _titles(paper, table)
    paper.add_paragraph(HERE)
    if table.note:
        _say(paper, table.note, size=12, italic=True, before=4, keep=True)
    _closing(paper, table)
    return paper


def _page(paper: Document, *, landscape: bool) -> None:
    """The margins, and the page number above the text, centred, from the second page on."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section = paper.sections[0]
    width, height = (297, 210) if landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(PAGE.top), Mm(PAGE.bottom)
    section.left_margin, section.right_margin = Mm(PAGE.left), Mm(PAGE.right)
    section.header_distance = Mm(PAGE.number_at)
    section.different_first_page_header_footer = True
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(BODY)
    _every_script(normal.element)
    normal.paragraph_format.space_after = Pt(0)
    _number(section.header.paragraphs[0])


def _every_script(style: Any) -> None:
    """The font also for the letters that Word sorts among other scripts, and Vietnamese for its spelling check."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.get_or_add_rPr()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        properties.rFonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def _number(line: Paragraph) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    _align(line, "center")
    field = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    line._p.append(parse_xml(field))


def _properties(paper: Document, table: Table) -> None:
    facts, day = paper.core_properties, table_date(table)
    facts.title, facts.author, facts.last_modified_by = (f"{table.title} {table.subtitle}".strip(), "", "")
    facts.comments, facts.language, facts.revision = "", "vi-VN", 1
    facts.created = facts.modified = day


def _head(paper: Document, header: OfficialHeader, width: int) -> None:
    """Bodies left, Party name or national name right; then number, and place with day."""
    party = header.style == "party"
    grid = _halves(paper, width, left=0.5 if party else 0.43)
    bodies, names = grid.rows[0].cells
    _lines(
        bodies,
        [
            (header.parent.upper(), {"size": 14 if party else 12.5}),
            (header.issuer.upper(), {"size": 14 if party else 13, "bold": True, "rule": not header.mark}),
            (header.mark, {"size": 14}),
        ],
    )
    lines = header.heading_lines
    sizes = (15 if party else 12.5, 13.5)
    _lines(
        names,
        [
            (text, {"size": sizes[place], "bold": True, "underline": place == len(lines) - 1})
            for place, text in enumerate(lines)
        ],
    )
    if header.number or header.place or header.day:
        size = 14 if party else 13
        number, place = grid.add_row().cells
        _lines(number, [(header.number_line, {"size": size, "before": 4})])
        _lines(place, [(header.place_line, {"size": size, "italic": True, "before": 4})])


def _titles(paper: Document, table: Table) -> None:
    party = table.header is not None and table.header.style == "party"
    _say(paper, table.title.upper(), size=15, bold=True, align="center", before=18)
    _say(paper, table.subtitle, bold=True, align="center")
    if table.header:
        _say(paper, "-----" if party else "―――――", size=10, align="center")
    _say(paper, table.as_of, size=13, italic=True, align="center", before=4)
    for paragraph in table.intro:
        _say(paper, paragraph, align="justify", before=6, first=11)
    if table.chart:
        _chart(paper, table.chart, text_width(table))
    _say(paper, table.unit_of_count, size=12, italic=True, align="right", before=8, keep=True)


def _chart(paper: Document, chart: Chart, width: int) -> None:
    """The finding, and the chart as a picture with its text alternative; a wide sheet leaves room at its sides."""
    from docx.shared import Mm

    from lms.kit.charts.picture import picture
    from lms.kit.fonts import official_file

    _say(paper, chart.title, size=12.5, bold=True, before=8, keep=True)
    line = paper.add_paragraph()
    made = io.BytesIO(picture(chart, official_file()))
    shape = line.add_run().add_picture(made, width=Mm(min(width - 6, WIDEST_CHART)))
    about = shape._inline.docPr
    about.set("title", _plain(chart.title))
    about.set("descr", _plain(chart.description or chart.title))
    _align(line, "center")


def _closing(paper: Document, table: Table) -> None:
    """Who gets it, who prepared it, who signs: side by side, kept together on a page."""
    blocks = (1 if table.recipients else 0) + len(table.signatures)
    if not blocks:
        return
    _say(paper, " ", size=8, keep=True)
    grid = paper.add_table(1, blocks)
    cells = list(grid.rows[0].cells)
    _keep_whole(grid.rows[0])
    party = table.header is not None and table.header.style == "party"
    if table.recipients:
        _recipients(cells.pop(0), table.recipients, party=party)
    for cell, signature in zip(cells, table.signatures, strict=True):
        _signature(cell, signature, party=party)
    _say(paper, " ", size=1)  # Word wants a paragraph after a table


def _recipients(cell: Any, recipients: Sequence[str], *, party: bool) -> None:
    look = {"size": 14, "underline": True} if party else {"size": 12, "bold": True, "italic": True}
    between = "," if party else ";"
    ends = [between] * (len(recipients) - 1) + ["."]
    lines = [
        (f"- {text}{end}", {"size": 12 if party else 11}) for text, end in zip(recipients, ends, strict=True)
    ]
    _lines(cell, [("Nơi nhận:", look), *lines], align="left")


def _signature(cell: Any, signature: Signature, *, party: bool) -> None:
    _lines(
        cell,
        [
            (signature.authority, {"bold": True}),
            (signature.post, {"bold": not (party and signature.authority)}),
            (signature.hint, {"italic": True, "size": 12.5}),
            (signature.name, {"bold": True, "before": 60}),
        ],
    )


def _keep_whole(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _halves(paper: Document, width: int, *, left: float) -> Any:
    from docx.shared import Mm

    grid = paper.add_table(1, 2)
    grid.autofit = False
    for column, share in zip(grid.columns, (left, 1 - left), strict=True):
        column.width = Mm(width * share)
        for cell in column.cells:
            cell.width = Mm(width * share)
    return grid


def _lines(cell: Any, lines: Sequence[tuple[str, dict[str, Any]]], *, align: str = "center") -> None:
    """Paragraphs of a cell; empty texts are left out, but a cell has at least one paragraph."""
    shown = [(text, look) for text, look in lines if text]
    for place, (text, look) in enumerate(shown):
        paragraph = cell.paragraphs[0] if not place else cell.add_paragraph()
        _fill(paragraph, text, align=align, **look)


def _say(paper: Document, text: str, **look: Any) -> None:
    if text:
        _fill(paper.add_paragraph(), text, **look)


def _fill(
    paragraph: Paragraph,
    text: str,
    *,
    size: float = BODY,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    rule: bool = False,
    align: str = "left",
    before: float = 0,
    first: float = 0,
    keep: bool = False,
) -> None:
    from docx.shared import Mm, Pt

    run = paragraph.add_run(_plain(text))
    run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline
    if rule:
        paragraph.add_run("\n―――――").font.size = Pt(8)
    _align(paragraph, align)
    shape = paragraph.paragraph_format
    shape.space_before, shape.keep_with_next = Pt(before), keep
    if first:
        shape.first_line_indent = Mm(first)


def _align(paragraph: Paragraph, how: str) -> None:
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT as WAYS

    ways = {"left": WAYS.LEFT, "center": WAYS.CENTER, "right": WAYS.RIGHT, "justify": WAYS.JUSTIFY}
    paragraph.alignment = ways[how]


def _plain(text: str) -> str:
    """The text without the control characters that XML cannot hold, and without our mark."""
    if text.isprintable():
        return text
    return "".join(letter for letter in text if (letter >= " " and letter not in NO_XML) or letter in "\n\t")


# ------------------------------------------------------------------------------------------------- the table


def _table(table: Table) -> Iterator[str]:
    width = text_width(table)
    widths = [round(share / 100 * width * TWIPS) for share in shares(table.columns, width)]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
        + "</w:tblGrid>"
    )
    yield from _headings(table, widths)
    held: deque[Row] = deque()
    for row in _rows(table):
        held.append(row)
        if len(held) > TOGETHER:
            yield _row(table, held.popleft(), widths)
    yield from (_row(table, row, widths, keep=True) for row in held)
    yield "</w:tbl>"


def _rows(table: Table) -> Iterator[Row]:
    for place, row in enumerate(table.rows):
        if place >= LONGEST:
            raise TooManyRows(f"a Word file of more than {LONGEST} rows is not made; use xlsx or csv")
        yield row
    if table.totals:
        yield replace(table.totals, strong=True)


def _headings(table: Table, widths: Sequence[int]) -> Iterator[str]:
    """Real heading rows: Word repeats them on every page."""
    if table.grouped:
        yield _heading_row(_group_cells(table, widths))
    below = [
        _heading(column.title, width)
        if column.group or not table.grouped
        else _heading("", width, "<w:vMerge/>")
        for column, width in zip(table.columns, widths, strict=True)
    ]
    yield _heading_row(below)
    if table.column_numbers:
        cells = zip(table.numbers, widths, strict=True)
        yield _heading_row([_cell(text, width, "center", TINY, italic=True) for text, width in cells])


def _group_cells(table: Table, widths: Sequence[int]) -> list[str]:
    cells, place = [], 0
    for heading, count in table.groups:
        width = sum(widths[place : place + count])
        if heading:
            cells.append(_heading(heading, width, f'<w:gridSpan w:val="{count}"/>'))
        else:
            cells.append(_heading(table.columns[place].title, width, '<w:vMerge w:val="restart"/>'))
        place += count
    return cells


def _heading(text: str, width: int, spans: str = "") -> str:
    return _cell(text, width, "center", SMALL, bold=True, more=f'{spans}<w:vAlign w:val="center"/>')


def _heading_row(cells: Sequence[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _row(table: Table, row: Row, widths: Sequence[int], *, keep: bool = False) -> str:
    """`keep`: on the page of what follows."""
    indented = table.indented
    cells = [
        _cell(
            printed(column, value),
            width,
            _side(column),
            SMALL,
            bold=row.strong,
            indent=min(row.level, 4) * INDENT if place == indented else 0,
            keep=keep,
        )
        for place, (column, value, width) in enumerate(zip(table.columns, row.values, widths, strict=True))
    ]
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _side(column: Column) -> str:
    if column.kind == "date" or (column.kind == "text" and column.chars <= 6):
        return "center"
    return "left" if column.kind == "text" else "right"


def _cell(
    text: str,
    width: int,
    side: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    indent: int = 0,
    keep: bool = False,
    more: str = "",
) -> str:
    with_next = "<w:keepNext/>" if keep else ""
    shift = f'<w:ind w:left="{indent}"/>' if indent else ""
    look = f"{'<w:b/>' if bold else ''}{'<w:i/>' if italic else ''}" + f'<w:sz w:val="{round(size * 2)}"/>'
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(_plain(text)).split("\n"))
    run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r>' if text else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr>'
        f'<w:p><w:pPr>{with_next}<w:spacing w:before="30" w:after="30"/>{shift}<w:jc w:val="{side}"/></w:pPr>'
        f"{run}</w:p></w:tc>"
    )
