"""xlsx of very long tables, written into the zip: head, frozen headings, real numbers and signatures as usual.

Office Open XML (ECMA-376), one sheet, texts in their cells. What a list of that length does without: indented names.
It takes about a fifth of the time of the formatted writer, and keeps one portion of lines in memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from lms.kit.tables.sheet import Line, Look, above, below
from lms.kit.tables.table import Column, Kind, Row, Table, Value
from lms.kit.tables.words import Told, is_number

FONT = "Times New Roman"
LONGEST_TEXT = 32_767  # characters in a cell, the format's own limit
MOST_ROWS = (
    1_048_000  # of a sheet are 1,048,576, some of them for the head; what is longer goes on in another sheet
)
PORTION = 100  # lines written at once
EPOCH = date(1899, 12, 30)  # day 0 of the format
FORMATS = {"integer": 3, "decimal": 4, "percent": 10, "date": 164, "text": 49}  # 164 is our own, see _STYLES
KINDS = tuple(FORMATS)
_PLAIN, _BOLD = 0, len(KINDS)  # places among the cell styles: for each kind of value plain, then bold,
_HEAD, _NUMBERS = 2 * len(KINDS), 2 * len(KINDS) + 1  # headings, the row of column numbers,
_LOOKS = _NUMBERS + 1  # and then what stands outside the table, as it comes
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write_long_xlsx(table: Table, rows: Iterable[Row], out: BinaryIO, sheet_name: str) -> None:
    """The table with these rows instead of its own; `out` stays open."""
    source, looks = iter(rows), dict[Look, int]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        sheets: list[_Sheet] = []
        waiting = next(source, None)
        while not sheets or waiting is not None:
            sheets.append(_Sheet(table, looks))
            here = chain((waiting,) if waiting else (), islice(source, MOST_ROWS - 1))
            waiting = sheets[-1].write(book, f"xl/worksheets/sheet{len(sheets)}.xml", here, source)
        for name, text in _parts([sheet.repeated for sheet in sheets], sheet_name, list(looks)):
            book.writestr(_entry(name), text, compresslevel=6)


def _entry(name: str) -> zipfile.ZipInfo:
    """With a fixed time: the same table gives the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


class _Sheet:
    """Writes one sheet from top to bottom; `line` is the last row that was written, `repeated` the rows of headings."""

    def __init__(self, table: Table, looks: dict[Look, int]) -> None:
        self.table, self.looks, self.line = table, looks, 0
        self.letters = [_letters(place) for place in range(len(table.columns))]
        self.told = {strong: self._columns(_BOLD if strong else _PLAIN) for strong in (False, True)}
        self.merged: list[str] = []
        self.repeated = ""

    def write(self, book: zipfile.ZipFile, name: str, rows: Iterable[Row], rest: Iterator[Row]) -> Row | None:
        """All of `rows`, and behind the last of all totals, note and signatures. Returns the first row left over."""
        with book.open(_entry(name), "w", force_zip64=True) as part:
            head = "".join(self._head())
            part.write(f"{_XML}<worksheet {_NS}>{self._view()}<sheetData>{head}".encode())
            cells = map(self._row, rows)
            while lines := list(islice(cells, PORTION)):
                part.write("".join(lines).encode())
            left = next(rest, None)
            if left is None:
                part.write("".join(self._closing()).encode())
            part.write(f"</sheetData>{self._after()}</worksheet>".encode())
        return left

    def _view(self) -> str:
        pane = f'<pane ySplit="{self.line}" topLeftCell="A{self.line + 1}" activePane="bottomLeft" state="frozen"/>'
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{column.chars}" customWidth="1"/>'
            for n, column in enumerate(self.table.columns, 1)
        )
        return (
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews><cols>{widths}</cols>'
        )

    def _after(self) -> str:
        """Merged cells, and the page: A4 across, as wide as the table, numbered above the text."""
        cells = "".join(f'<mergeCell ref="{place}"/>' for place in self.merged)
        merged = f'<mergeCells count="{len(self.merged)}">{cells}</mergeCells>' if cells else ""
        return (
            f'{merged}<pageMargins left="0.6" right="0.6" top="0.8" bottom="0.6" header="0.4" footer="0.3"/>'
            '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>'
            "<headerFooter><oddHeader>&amp;C&amp;P</oddHeader></headerFooter>"
        )

    def _head(self) -> Iterator[str]:
        yield from map(self._around, above(self.table))
        first = self.line + 1
        if self.table.grouped:
            yield self._groups()
        yield self._boxes([column.title for column in self.table.columns], _HEAD)
        if self.table.column_numbers:
            yield self._boxes(self.table.numbers, _NUMBERS)
        self.repeated = f"${first}:${self.line}"

    def _groups(self) -> str:
        texts, place = [""] * len(self.table.columns), 0
        for heading, width in self.table.groups:
            texts[place] = heading
            self._merge(place, place + width - 1, self.line + 1)
            place += width
        return self._boxes(texts, _HEAD)

    def _boxes(self, texts: Sequence[str], style: int) -> str:
        self.line += 1
        places = zip(self.letters, texts, strict=True)
        told = "".join(_text(f"{letter}{self.line}", text, style) for letter, text in places)
        return f'<row r="{self.line}">{told}</row>'

    def _around(self, line: Line) -> str:
        """A line outside the table."""
        self.line += 1
        told = []
        for span in line.spans:
            style = _LOOKS + self.looks.setdefault(span.look, len(self.looks))
            self._merge(span.first, span.last, self.line)
            told.append(_text(f"{self.letters[span.first]}{self.line}", span.text, style))
        height = f' ht="{line.height}" customHeight="1"' if line.height else ""
        return f'<row r="{self.line}"{height}>{"".join(told)}</row>'

    def _merge(self, first: int, last: int, line: int) -> None:
        if last > first:
            self.merged.append(f"{self.letters[first]}{line}:{self.letters[last]}{line}")

    def _columns(self, base: int) -> list[tuple[str, Told]]:
        """How a cell of each column begins, and what follows the number of its line."""
        tells = [partial(_cell, column, base=base) for column in self.table.columns]
        return [(f'<c r="{letter}', Told(tell)) for letter, tell in zip(self.letters, tells, strict=True)]

    def _row(self, row: Row) -> str:
        self.line += 1
        line = str(self.line)
        cells = [
            f"{begin}{line}{known[value.__class__, value]}"
            for (begin, known), value in zip(self.told[row.strong], row.values, strict=True)
            if value is not None and value != ""
        ]
        return f'<row r="{line}">{"".join(cells)}</row>'

    def _closing(self) -> Iterator[str]:
        if self.table.totals:
            totals = self.table.totals
            yield self._row(Row(totals.values, totals.level, strong=True))
        yield from map(self._around, below(self.table))


def _cell(column: Column, value: Value, *, base: int) -> str:
    """What follows the cell's place; a blank cell has no such thing."""
    if isinstance(value, str):
        return _said(value, base + KINDS.index("text"))
    style = base + KINDS.index(column.kind if column.kind != "text" else _kind(value))
    return f'" s="{style}"><v>{_number(value)}</v></c>'


def _kind(value: Value) -> Kind:
    return "integer" if is_number(value) else "date"


def _number(value: float | Decimal | date | None) -> str:
    if isinstance(value, date):
        return str((value - EPOCH).days)
    return repr(float(value)) if isinstance(value, Decimal | float) else str(int(value or 0))


def _text(place: str, text: str, style: int) -> str:
    return f'<c r="{place}{_said(text, style)}'


def _said(text: str, style: int) -> str:
    plain = _LIKE_AN_ESCAPE.sub("_x005F_", _FORBIDDEN.sub("", text))[:LONGEST_TEXT]
    return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(plain)}</t></is></c>'


def _letters(place: int) -> str:
    """`A` of 0, `Z` of 25, `AA` of 26."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _parts(repeated: Sequence[str], name: str, looks: Sequence[Look]) -> Iterator[tuple[str, str]]:
    """Everything but the sheets themselves; `repeated`: of each the rows that are printed on every page."""
    sheets = len(repeated)
    numbers = range(1, sheets + 1)
    names = [name if n == 1 else f"{name[:26]} ({n})" for n in numbers]
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
        f'<sheet name={quoteattr(named)} sheetId="{n}" r:id="rId{n}"/>' for n, named in enumerate(names, 1)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">{escape(_quoted(named))}!{rows}</definedName>'
        for place, (named, rows) in enumerate(zip(names, repeated, strict=True))
    )
    yield (
        "xl/workbook.xml",
        (
            f'{_XML}<workbook {_NS} xmlns:r="{_RELS}"><sheets>{listed}</sheets>'
            f"<definedNames>{titles}</definedNames></workbook>"
        ),
    )
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
    yield "xl/styles.xml", _styles(looks)


def _quoted(sheet: str) -> str:
    """A sheet's name as formulas name it; `sheet_name` leaves no apostrophe in it."""
    return f"'{sheet}'"


def _styles(looks: Sequence[Look]) -> str:
    """Cell styles: for each kind plain and bold, then headings, column numbers, and what stands around the table."""
    fonts = [Look(), Look(bold=True), Look(size=10, italic=True), *looks]

    def style(number: int, font: int, border: int, align: str = "", fill: int = 0) -> str:
        how = f'<alignment horizontal="{align}" vertical="center" wrapText="1"/>' if align else ""
        return (
            f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1">{how}</xf>'
        )

    cells = [style(number, font, 1) for font in (0, 1) for number in FORMATS.values()]
    cells += [style(49, 1, 1, "center", fill=2), style(49, 2, 1, "center")]
    cells += [style(49, place, 0, look.align) for place, look in enumerate(looks, 3)]
    line = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
    return (
        f'{_XML}<styleSheet {_NS}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
        f'<fonts count="{len(fonts)}">{"".join(map(_font, fonts))}</fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
        '</fill><fill><patternFill patternType="solid"><fgColor rgb="FFF3EFE6"/></patternFill></fill></fills>'
        f'<borders count="2"><border/><border>{line}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs></styleSheet>'
    )


def _font(look: Look) -> str:
    marks = ("<b/>" if look.bold else "") + ("<i/>" if look.italic else "")
    return f'<font>{marks}<sz val="{look.size}"/><name val="{FONT}"/></font>'
