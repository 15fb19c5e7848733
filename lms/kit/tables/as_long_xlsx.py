"""xlsx of very long tables: real numbers, frozen headings and formats as in the usual one, written into the zip.

Office Open XML (ECMA-376), one sheet, texts in their cells. What a list of that length does without: merged cells,
places to sign, and room for more than one line. It takes about a fifth of the time of the formatted writer, and keeps
one portion of lines in memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import IO, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from lms.kit.tables.table import Column, Kind, Row, Table, Value
from lms.kit.tables.words import is_number

FONT = "Times New Roman"
LONGEST_TEXT = 32_767  # characters in a cell, the format's own limit
MOST_ROWS = (
    1_048_000  # of a sheet are 1,048,576, some of them for the head; what is longer goes on in another sheet
)
PORTION = 100  # lines written at once
EPOCH = date(1899, 12, 30)  # day 0 of the format
FORMATS = {"integer": 3, "decimal": 4, "percent": 10, "date": 164, "text": 49}  # 164 is our own, see _STYLES
KINDS = tuple(FORMATS)
_PLAIN, _BOLD, _HEAD, _TITLE = (
    0,
    len(KINDS),
    2 * len(KINDS),
    2 * len(KINDS) + 1,
)  # places among the cell styles
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_long_xlsx(table: Table, rows: Iterable[Row], out: BinaryIO, sheet_name: str) -> None:
    """The table with these rows instead of its own; `out` stays open."""
    source = iter(rows)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        sheets = 0
        waiting = next(source, None)
        while sheets == 0 or waiting is not None:
            sheets += 1
            here = chain((waiting,) if waiting else (), islice(source, MOST_ROWS - 1))
            waiting = _Sheet(table).write(book, f"xl/worksheets/sheet{sheets}.xml", here, source)
        for name, text in _parts(sheets, sheet_name):
            book.writestr(_entry(name), text, compresslevel=6)


def _entry(name: str) -> zipfile.ZipInfo:
    """With a fixed time: the same table gives the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Sheet:
    """Writes one sheet from top to bottom; `line` is the last row that was written."""

    def __init__(self, table: Table) -> None:
        self.table, self.line = table, 0
        self.letters = [_letters(place) for place in range(len(table.columns))]

    def write(self, book: zipfile.ZipFile, name: str, rows: Iterable[Row], rest: Iterator[Row]) -> Row | None:
        """All of `rows`, and behind the last of all totals and note. Returns the first row that is left over."""
        with book.open(_entry(name), "w", force_zip64=True) as part:
            head = "".join(self._head())
            part.write(f"{_XML}<worksheet {_NS}>{self._view()}<sheetData>{head}".encode())
            cells = map(self._row, rows)
            while lines := list(islice(cells, PORTION)):
                part.write("".join(lines).encode())
            left = next(rest, None)
            if left is None:
                self._closing(part)
            part.write(b"</sheetData></worksheet>")
        return left

    def _view(self) -> str:
        frozen = len(self._above()) + 1
        pane = f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{column.chars}" customWidth="1"/>'
            for n, column in enumerate(self.table.columns, 1)
        )
        return (
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{widths}</cols>'
        )

    def _above(self) -> list[str]:
        table = self.table
        issuer = [table.header.parent.upper(), table.header.issuer.upper()] if table.header else []
        texts = [*issuer, table.title, table.subtitle, table.as_of, *table.intro, table.unit_of_count]
        return [text for text in texts if text]

    def _head(self) -> Iterator[str]:
        for text in self._above():
            self.line += 1
            yield f'<row r="{self.line}">{_text(f"A{self.line}", text, _TITLE)}</row>'
        self.line += 1
        cells = zip(self.letters, self.table.columns, strict=True)
        told = "".join(_text(f"{letter}{self.line}", column.heading, _HEAD) for letter, column in cells)
        yield f'<row r="{self.line}">{told}</row>'

    def _row(self, row: Row) -> str:
        self.line += 1
        base = _BOLD if row.strong else _PLAIN
        line, columns = str(self.line), self.table.columns
        cells = [
            _cell(letter + line, column, value, base)
            for letter, column, value in zip(self.letters, columns, row.values, strict=True)
        ]
        return f'<row r="{line}">{"".join(cells)}</row>'

    def _closing(self, part: IO[bytes]) -> None:
        if self.table.totals:
            totals = self.table.totals
            part.write(self._row(Row(totals.values, totals.level, strong=True)).encode())
        if self.table.note:
            self.line += 1
            note = _text(f"A{self.line}", self.table.note, _TITLE)
            part.write(f'<row r="{self.line}">{note}</row>'.encode())


def _cell(place: str, column: Column, value: Value, base: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _text(place, value, base + KINDS.index("text"))
    style = base + KINDS.index(column.kind if column.kind != "text" else _kind(value))
    number = (value - EPOCH).days if isinstance(value, date) else _number(value)
    return f'<c r="{place}" s="{style}"><v>{number}</v></c>'


def _kind(value: Value) -> Kind:
    return "integer" if is_number(value) else "date"


def _number(value: float | Decimal) -> str:
    return repr(float(value)) if isinstance(value, Decimal | float) else str(int(value))


def _text(place: str, text: str, style: int) -> str:
    plain = _LIKE_AN_ESCAPE.sub("_x005F_", _FORBIDDEN.sub("", text))[:LONGEST_TEXT]
    said = f'<is><t xml:space="preserve">{escape(plain)}</t></is>'
    return f'<c r="{place}" s="{style}" t="inlineStr">{said}</c>'


def _letters(place: int) -> str:
    """`A` of 0, `Z` of 25, `AA` of 26."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _parts(sheets: int, name: str) -> Iterator[tuple[str, str]]:
    """Everything but the sheets themselves."""
    numbers = range(1, sheets + 1)
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{main}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        (
            f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{main}.styles+xml"/>{overrides}</Types>'
        ),
    )
    yield (
        "_rels/.rels",
        (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
    )
    listed = "".join(
        f'<sheet name={quoteattr(name if n == 1 else f"{name[:26]} ({n})")} sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    yield "xl/workbook.xml", f'{_XML}<workbook {_NS} xmlns:r="{_RELS}"><sheets>{listed}</sheets></workbook>'
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        (
            f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}'
            f'<Relationship Id="rId{sheets + 1}" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>'
        ),
    )
    yield "xl/styles.xml", _styles()


def _styles() -> str:
    """Cell styles: for each kind plain and bold, then headings and the lines above them."""

    def style(number: int, font: int, border: int, *, fill: int = 0, centre: bool = False) -> str:
        how = '<alignment horizontal="center" vertical="center" wrapText="1"/>' if centre else ""
        return (
            f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1">{how}</xf>'
        )

    cells = [style(number, font, 1) for font in (0, 1) for number in FORMATS.values()]
    cells += [style(49, 1, 1, fill=2, centre=True), style(49, 1, 0)]
    font = f'<sz val="12"/><name val="{FONT}"/>'
    line = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
    return (
        f'{_XML}<styleSheet {_NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFF3EFE6"/></patternFill></fill></fills>'
        f'<borders count="2"><border/><border>{line}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs></styleSheet>'
    )
