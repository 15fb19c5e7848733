"""Lists of people as workbooks, made for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from lms.organisation.roster.people import ListedPerson, Reading
from lms.organisation.roster.reading import read_list

TODAY = date(2026, 11, 22)
HEAD = ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Chi bộ", "Số thẻ ĐV", "SĐT", "Ghi chú")
Rows = Sequence[Sequence[object]]


def workbook(sheets: Mapping[str, Rows], also: Callable[[Any, Any], None] | None = None) -> bytes:
    """Sheets by name; `also(book, sheet)` does to each what rows of values cannot say."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(r, c, value, day)
                    elif value not in {"", None}:
                        sheet.write(r, c, value)
            if also is not None:
                also(book, sheet)
    return written.getvalue()


def read(rows: Rows, also: Callable[[Any, Any], None] | None = None, **asked: Any) -> Reading:
    """The reading of a workbook with one sheet called DS."""
    return read_list(workbook({"DS": rows}, also), "ds.xlsx", today=TODAY, **asked)


def one(**cells: object) -> Reading:
    """The reading of a list of one person, Nguyễn Văn An, whose cells of HEAD are given by heading."""
    given = {"STT": 1, "Họ và tên": "Nguyễn Văn An"} | {key.replace("_", " "): v for key, v in cells.items()}
    return read([HEAD, [given.get(title, "") for title in HEAD]])


def only(reading: Reading) -> ListedPerson:
    """The one person of a reading."""
    (person,) = reading.people
    return person


def codes(reading: Reading) -> set[str]:
    """What was found."""
    return {problem.code for problem in reading.problems}


def names(reading: Reading) -> list[str]:
    """Who was read, in order."""
    return [person.name for person in reading.people]
