"""xlsx with real numbers, written row by row so that memory stays flat however long the table is."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, BinaryIO

from lms.kit.tables.as_long_xlsx import write_long_xlsx
from lms.kit.tables.sheet import Line, above, below
from lms.kit.tables.table import Column, Kind, Row, Table, Value
from lms.kit.tables.words import is_number

FONT = "Times New Roman"  # named, not embedded: what offices have and official papers are set in
FORMATS = {"integer": "#,##0", "decimal": "#,##0.00", "percent": "0.00%", "date": "dd/mm/yyyy", "text": "@"}
LONG = 5_000  # rows, held until it is known that there are not more; a longer list is written otherwise
LONGEST_TEXT = 32_767  # characters in a cell, the format's own limit
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same table gives the same bytes


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """One sheet: official head, title, headings (frozen), rows, totals, note, signatures.

    A table of more than LONG rows is written several times as fast: see as_long_xlsx.
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
        self.indented = table.indented
        self.styles: dict[tuple[tuple[str, object], ...], Any] = {}
        self.cell_styles: dict[tuple[Kind, Kind, bool, int], Any] = {}

    def write(self) -> None:
        self._page()
        for line in above(self.table):
            self._line(line)
        self._headings()
        closing = (self.table.totals,) if self.table.totals else ()
        for row in itertools.chain(self.table.rows, closing):
            self._row(row, strong=row.strong or row is self.table.totals)
        for line in below(self.table):
            self._line(line)

    def _page(self) -> None:
        for place, column in enumerate(self.table.columns):
            self.sheet.set_column(place, place, column.chars)
        self.sheet.set_paper(9)  # A4
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.6)
        self.sheet.set_header("&C&P", {"margin": 0.4})

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

    def _line(self, line: Line) -> None:
        if line.height:
            self.sheet.set_row(self.line, line.height)
        for span in line.spans:
            look = span.look
            style = self._style(
                text_wrap=True, align=look.align, font_size=look.size, bold=look.bold, italic=look.italic
            )
            if span.last > span.first:
                self.sheet.merge_range(self.line, span.first, self.line, span.last, "", style)
            self.sheet.write_string(self.line, span.first, span.text[:LONGEST_TEXT], style)
        self.line += 1

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
