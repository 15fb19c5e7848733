"""What a report is, and the base that makes a table of it: for the screen, or as a file of any format.

A report is one file in `catalogue/` with its title, columns and rows, and one line in REPORTS. Everything else is
here: the head of the unit, the line with the time of the figures, the places to sign, and the file's name. Files
are papers that go up to another office, so they are Vietnamese whatever the language of the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, BinaryIO, cast

from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit.i18n import _, speaking
from lms.kit.tables import TABLE_FORMATS, Column, Row, Table
from lms.kit.tables.as_pdf import LONGEST as LONGEST_PDF
from lms.organisation.models import Unit
from lms.organisation.official import header_of, signatures_of
from lms.reports.rules import as_of_line, file_name

AT_ONCE = 5_000  # lines of a file that is made while the person waits; longer ones are made by the worker
AT_ONCE_PDF = 100  # a page of a PDF costs as much as thousands of lines of a spreadsheet


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked about: a course, in a unit and all below it, at a moment.

    `levels`: how many levels of units are listed; None leaves it to the report.
    """

    course: Course
    unit: Unit
    at: datetime
    levels: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says; `rows` may be an iterator that reads as it goes. Texts are in the language in force."""

    rows: Iterable[Row]
    totals: Row | None = None
    intro: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. `title`, `heading` ("BÁO CÁO"), `subject` (with {course}) and the columns' titles are msgids.

    `content` reads what it says; `size` tells beforehand, without reading it, how many lines it will have.
    """

    name: str
    title: str
    heading: str
    subject: str
    columns: tuple[Column, ...]
    content: Callable[[Session, Asked], Content]
    size: Callable[[Session, Asked], int]
    unit_of_count: str = ""
    column_numbers: bool = False

    def table(self, session: Session, asked: Asked) -> Table:
        """The report in the language in force, as an official paper of the unit."""
        content = self.content(session, asked)
        return Table(
            name=self.name,
            title=_(self.heading),
            subtitle=_(self.subject, course=asked.course.title),
            as_of=as_of_line(asked.at),
            intro=content.intro,
            unit_of_count=_(self.unit_of_count) if self.unit_of_count else "",
            columns=tuple(replace(column, title=_(column.title)) for column in self.columns),
            column_numbers=self.column_numbers,
            rows=content.rows,
            totals=content.totals,
            note=content.note,
            header=header_of(asked.unit, asked.at),
            signatures=signatures_of(asked.unit),
        )

    def write(
        self,
        session: Session,
        asked: Asked,
        format_: str,
        out: IO[bytes],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write the file; `progress` is told the number of lines read so far.

        Raises KeyError for a format that is not in TABLE_FORMATS, TooManyRows for a PDF of too many lines.
        """
        with speaking("vi"):
            table = self.table(session, asked)
            if format_ == "xlsx":
                table = replace(table, name=_(self.title))  # it is the name of the sheet
            if progress:
                table = replace(table, rows=_watched(table.rows, progress))
            TABLE_FORMATS[format_].write(table, cast("BinaryIO", out))

    def file_name(self, asked: Asked, format_: str) -> str:
        """What the file is called where it is saved."""
        with speaking("vi"):
            title = _(self.title)
        return file_name(title, asked.course.code, asked.unit.name, asked.at, TABLE_FORMATS[format_].ending)


def made_at_once(lines: int, format_: str) -> bool:
    """Whether a file of so many lines is made while the person waits."""
    return lines <= (AT_ONCE_PDF if format_ == "pdf" else AT_ONCE)


def too_long(lines: int, format_: str) -> bool:
    """Whether no such file is made, because nobody would read so many pages."""
    return format_ == "pdf" and lines > LONGEST_PDF


def _watched(rows: Iterable[Row], progress: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % 500 == 0:
            progress(number)
        yield row
