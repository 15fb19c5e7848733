"""A workbook of one sheet of text, as other products want it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from lms.questions.formats.shared.lines import storable
from lms.questions.problem import Problem, error

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # UTF-16 units, the format's own limit
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp: the same bank gives the same bytes


def too_long(cells: Sequence[str]) -> list[Problem]:
    """An error when a cell would be longer than Excel allows."""
    longest = max(map(units, cells), default=0)
    return [error("cell_too_long", most=LONGEST_CELL)] if longest > LONGEST_CELL else []


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) if len(text) * 2 <= LONGEST_CELL else len(text.encode("utf-16-le", "surrogatepass")) // 2


def write(name: str, title: str, rows: Sequence[Sequence[str]], *, heading: int, first_column: int) -> bytes:
    """The rows as a sheet; `heading` is the row of the headings, wide columns begin at `first_column`."""
    import xlsxwriter

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": storable(title)[:250], "created": EPOCH})
        sheet = book.add_worksheet(name)
        text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        head = book.add_format({"text_wrap": True, "bold": True, "valign": "vcenter", "bg_color": "#F3EFE6"})
        sheet.set_column(first_column, first_column, 50)
        sheet.set_column(first_column + 1, len(rows[heading]), 22)
        sheet.freeze_panes(heading + 1, 0)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell:
                    sheet.write_string(r, c, storable(cell), head if r == heading else text)
    return held.getvalue()
