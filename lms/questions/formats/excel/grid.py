"""Workbooks and text tables as sheets of plain text: cells as a person sees them, with what cannot be trusted noted.

`.xlsx` goes through the package limits first; its sizes, errors and number formats are taken from its XML, because
calamine gives values only (0.11 for 11%, nothing for #REF!). `.xls` and `.ods` come through calamine alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from lms.files.package import PackageRefused, open_package
from lms.files.xml import XmlRefused
from lms.questions.formats.excel.delimited import read_delimited
from lms.questions.formats.excel.shown import Facts, facts_of, shown_date, shown_number
from lms.questions.problem import Problem, error, warning
from lms.vietnamese.text import tidy

MOST_MEGABYTES = 20
MOST_CELLS = 2_000_000
MOST_SHEETS = 200
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Cell = tuple[int, int]  # row and column, 0-based


class GridUnreadable(ValueError):
    """No sheets could be had; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `rows` start at row 1 and are all equally long. `merged`: first and last cell of merged ranges.

    `errors`: cells with an error of a formula; `dates`: cells in which Excel may have made a date of other text.
    """

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[tuple[Cell, Cell]] = ()
    errors: Mapping[Cell, str] = field(default_factory=dict)
    dates: Mapping[Cell, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """The visible sheets of a file, and what is to be said about the file as a whole."""

    sheets: Sequence[Sheet]
    problems: Sequence[Problem] = ()


def read_grid(data: bytes, name: str) -> Grid:
    """The sheets of a file of any of the kinds we read. Raises GridUnreadable."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise GridUnreadable(error("too_large", most=MOST_MEGABYTES))
    if data.startswith((ZIP, OLE)):
        return _workbook(data)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise GridUnreadable(error("not_a_workbook"))
    text = read_delimited(data)
    if isinstance(text, Problem):
        raise GridUnreadable(text)
    said = (warning("read_as_1258"),) if text.guessed else ()
    return Grid((Sheet("", _equal([[tidy(cell) for cell in row] for row in text.rows])),), said)


def column_name(column: int) -> str:
    """A, B … Z, AA … of a 0-based column."""
    name = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name


def cell_name(row: int, column: int) -> str:
    """ "C5" of 0-based (4, 2)."""
    return f"{column_name(column)}{row + 1}"


def _workbook(data: bytes) -> Grid:
    facts: Mapping[str, Facts] = {}
    pictures = False
    if data.startswith(ZIP):
        try:
            package = open_package(data)
            facts = facts_of(package)
            pictures = any(member.startswith("xl/media/") for member in package)
        except (PackageRefused, XmlRefused) as refused:
            problem = Problem("error", refused.code, message_params=refused.params)
            raise GridUnreadable(problem) from refused
    for sheet, fact in facts.items():
        if fact.rows * fact.columns > MOST_CELLS:
            raise GridUnreadable(_too_large(sheet, fact.rows, fact.columns))
    grid = _calamine(data, facts)
    said = (warning("picture_not_read"),) if pictures else ()
    return Grid(grid.sheets, (*grid.problems, *said))


def _calamine(data: bytes, facts: Mapping[str, Facts]) -> Grid:
    import python_calamine as calamine

    sheets, problems = [], []
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            for index, known in enumerate(book.sheets_metadata[:MOST_SHEETS]):
                if known.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                if known.visible != calamine.SheetVisibleEnum.Visible:
                    problems.append(warning("hidden_sheet", sheet=known.name).at(sheet=known.name))
                    continue
                sheets.append(_sheet(book.get_sheet_by_index(index), facts.get(known.name, Facts())))
    except calamine.PasswordError as locked:
        raise GridUnreadable(error("package_encrypted")) from locked
    except (calamine.CalamineError, OSError, ValueError) as broken:
        raise GridUnreadable(error("not_a_workbook")) from broken
    return Grid(sheets, problems)


def _sheet(sheet: object, facts: Facts) -> Sheet:
    name, end = str(sheet.name), sheet.end  # type: ignore[attr-defined]
    if end is None:
        return Sheet(name, ())
    if (end[0] + 1) * (end[1] + 1) > MOST_CELLS:
        raise GridUnreadable(_too_large(name, end[0] + 1, end[1] + 1))
    values = sheet.to_python(skip_empty_area=False)  # type: ignore[attr-defined]
    rows = [[tidy(v) if isinstance(v, str) else "" for v in row] for row in values]
    dates: dict[Cell, str] = {}
    for r, line in enumerate(values):
        for c, value in enumerate(line):
            if not isinstance(value, str):
                rows[r][c], doubtful = _shown(value, facts.formats.get((r, c), ""))
                if doubtful:
                    dates[r, c] = rows[r][c]
    merged = tuple(sheet.merged_cell_ranges or ())  # type: ignore[attr-defined]
    for r, c in facts.errors:
        if r < len(rows) and c < len(rows[r]):
            rows[r][c] = ""
    return Sheet(name, rows, merged, facts.errors, dates)


def _too_large(sheet: str, rows: int, columns: int) -> Problem:
    return error("sheet_too_large", sheet=sheet, rows=rows, columns=columns, most=MOST_CELLS)


def _shown(value: object, code: str) -> tuple[str, bool]:
    """What a person sees, and whether Excel may have made it out of something else."""
    match value:
        case bool():
            return ("TRUE" if value else "FALSE"), False
        case int() | float():
            return shown_number(value, code), False
        case datetime() | date() | time():
            return shown_date(value, code)
        case timedelta():
            minutes = Decimal(value.total_seconds()) // 60
            return f"{int(minutes // 60):02d}:{int(minutes % 60):02d}", False
        case _:
            return tidy(str(value)), False


def _equal(rows: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
