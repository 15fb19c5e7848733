"""xlsx with real numbers, written row by row so that memory stays flat however long the table is."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, time
from math import ceil
from typing import Any, BinaryIO

from lms.kit.papers import OfficialHeader
from lms.kit.tables.as_long_xlsx import write_long_xlsx
from lms.kit.tables.table import Column, Kind, Row, Table, Value
from lms.kit.tables.words import is_number

FONT = "Times New Roman"  # named, not embedded: what offices have and official papers are set in
FORMATS = {"integer": "#,##0", "decimal": "#,##0.00", "percent": "0.00%", "date": "dd/mm/yyyy", "text": "@"}
LONG = 5_000  # rows, held until it is known that there are not more; nobody signs below so long a list
LINE_HEIGHT = 17  # points, for letters of 12 to 14
LONGEST_TEXT = 32_767  # characters in a cell, the format's own limit
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same table gives the same bytes


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """One sheet: official head, title, headings (frozen), rows, totals, note, signatures.

    A table of more than LONG rows is written plainly and several times as fast: see as_long_xlsx.
    """
    import xlsxwriter

    rows = iter(table.rows)
    first = list(itertools.islice(rows, LONG + 1))
    if len(first) > LONG:
        write_long_xlsx(table, itertools.chain(first, rows), out, sheet_name(table.name))
        return
    table = replace(table, rows=first)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": table.title, "created": table_date(table)})
        _Sheet(book, table).write()


def table_date(table: Table) -> datetime:
    """The creation time in the file's properties: the day of the paper."""
    day = table.header.day if table.header else None
    return datetime.combine(day, time()) if day else EPOCH


def sheet_name(name: str) -> str:
    """`name` without the characters that Excel forbids in sheet names, at most 31 long."""
    return re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31].strip() or "Sheet1"


class _Sheet:
    """Writes one table from top to bottom; `line` is the next free row."""

    def __init__(self, book: Any, table: Table) -> None:
        self.book, self.table, self.line = book, table, 0
        self.sheet = book.add_worksheet(sheet_name(table.name))
        self.last = len(table.columns) - 1
        self.indented = table.indented
        self.styles: dict[tuple[tuple[str, object], ...], Any] = {}
        self.cell_styles: dict[tuple[Kind, Kind, bool, int], Any] = {}

    def write(self) -> None:
        self._page()
        if self.table.header:
            self._official(self.table.header)
        self._titles()
        self._headings()
        closing = (self.table.totals,) if self.table.totals else ()
        for row in itertools.chain(self.table.rows, closing):
            self._row(row, strong=row.strong or row is self.table.totals)
        self._closing()

    def _page(self) -> None:
        for place, column in enumerate(self.table.columns):
            self.sheet.set_column(place, place, column.chars)
        self.sheet.set_paper(9)  # A4
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.6)
        self.sheet.set_header("&C&P", {"margin": 0.4})

    def _official(self, header: OfficialHeader) -> None:
        mark = header.mark
        left = [header.parent.upper(), header.issuer.upper(), mark, header.number_line]
        right = [*[*header.heading_lines, "", ""][:3], header.place_line]
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            self._halves(one, other, bold_left=place == 1, last=place == 3)
        self.line += 1

    def _halves(self, left: str, right: str, *, bold_left: bool, last: bool) -> None:
        middle = self._middle()
        self._room({left: (0, middle), right: (middle + 1, self.last)})
        self._across(left, 0, middle, bold=bold_left, align="center")
        if middle < self.last:
            self._across(right, middle + 1, self.last, bold=not last, italic=last, align="center")
        self.line += 1

    def _middle(self) -> int:
        """The last column of the left half, by width and not by count."""
        widths = [column.chars for column in self.table.columns]
        reached = itertools.accumulate(widths)
        return next(
            place for place, width in enumerate(reached) if width * 2.3 >= sum(widths) or place == self.last
        )

    def _titles(self) -> None:
        table = self.table
        self._line(table.title, bold=True, font_size=14, align="center")
        self._line(table.subtitle, bold=True, font_size=13, align="center")
        self._line(table.as_of, italic=True, align="center")
        for paragraph in table.intro:
            self._line(paragraph, text_wrap=True)
        self._line(table.unit_of_count, italic=True, align="right")

    def _headings(self) -> None:
        first, box = self.line, {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True}
        if self.table.grouped:
            self._groups(box)
        for place, column in enumerate(self.table.columns):
            self.sheet.write_string(
                self.line, place, column.title, self._style(border=1, bg_color="#F3EFE6", **box)
            )
        self.line += 1
        if self.table.column_numbers:
            for place, number in enumerate(self.table.numbers):
                self.sheet.write_string(
                    self.line, place, number, self._style(border=1, italic=True, align="center", font_size=10)
                )
            self.line += 1
        self.sheet.freeze_panes(self.line, 0)
        self.sheet.repeat_rows(first, self.line - 1)

    def _groups(self, box: dict[str, object]) -> None:
        place = 0
        for heading, width in self.table.groups:
            style = self._style(border=1, bg_color="#F3EFE6", **box)
            if width > 1:
                self.sheet.merge_range(self.line, place, self.line, place + width - 1, heading, style)
            else:
                self.sheet.write_string(self.line, place, heading, style)
            place += width
        self.line += 1

    def _row(self, row: Row, *, strong: bool) -> None:
        for place, (column, value) in enumerate(zip(self.table.columns, row.values, strict=True)):
            style = self._cell_style(column, value, strong, row.level if place == self.indented else 0)
            self._cell(place, value, style)
        self.line += 1

    def _cell_style(self, column: Column, value: Value, strong: bool, indent: int) -> Any:
        kind = column.kind if is_number(value) or isinstance(value, date) else "text"
        key = (column.kind, kind, strong, indent)
        if key not in self.cell_styles:
            self.cell_styles[key] = self._style(
                border=1, **_look(column.kind, kind, strong=strong, indent=indent)
            )
        return self.cell_styles[key]

    def _cell(self, place: int, value: Value, style: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(self.line, place, None, style)
        elif isinstance(value, str):
            self.sheet.write_string(self.line, place, value[:LONGEST_TEXT], style)
        elif isinstance(value, date):
            self.sheet.write_datetime(self.line, place, datetime.combine(value, time()), style)
        else:
            self.sheet.write_number(self.line, place, value, style)

    def _closing(self) -> None:
        self._line(self.table.note, italic=True, text_wrap=True)
        self.line += 1
        signatures = self.table.signatures[-2:]
        for part in ("authority", "post", "hint"):
            texts = [getattr(signature, part) for signature in signatures]
            if any(texts):
                self._halves(
                    *([""] * (2 - len(texts)) + texts), bold_left=part != "hint", last=part == "hint"
                )
        self.line += 4
        names = [signature.name for signature in signatures]
        if any(names):
            self._halves(*([""] * (2 - len(names)) + names), bold_left=True, last=False)

    def _line(self, text: str, **look: object) -> None:
        if text:
            self._room({text: (0, self.last)})
            self._across(text, 0, self.last, **look)
            self.line += 1

    def _room(self, spans: dict[str, tuple[int, int]]) -> None:
        """Height for the longest of the texts in merged cells, which Excel does not find out by itself."""
        lines = 1
        for text, (first, last) in spans.items():
            width = sum(column.chars for column in self.table.columns[first : last + 1])
            lines = max(lines, ceil(len(text) * 1.15 / max(width, 1)))
        if lines > 1:
            self.sheet.set_row(self.line, lines * LINE_HEIGHT)

    def _across(self, text: str, first: int, last: int, **look: object) -> None:
        style = self._style(**{"text_wrap": True, **look})
        if text and last > first:
            self.sheet.merge_range(self.line, first, self.line, last, "", style)
        if text:
            self.sheet.write_string(self.line, first, text[:LONGEST_TEXT], style)

    def _style(self, **look: object) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self.styles:
            self.styles[key] = self.book.add_format(
                {"font_name": FONT, "font_size": 12, "valign": "vcenter"} | look
            )
        return self.styles[key]


def _look(column: Kind, kind: Kind, *, strong: bool, indent: int) -> dict[str, object]:
    """`column` is the column's kind, `kind` the value's own: a text may stand in a column of numbers."""
    look: dict[str, object] = {"num_format": FORMATS[kind], "bold": strong, "text_wrap": kind == "text"}
    if kind == "text":
        return look | {"indent": indent, "align": "left" if column == "text" else "center"}
    return look | {"align": "center" if kind == "date" else "right"}
