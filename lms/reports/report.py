"""What a report is, and the base that makes a table of it: for the screen, or as a file of any format.

A report is one file in `catalogue/` with its title, columns and rows, and one line in REPORTS. Everything else is
here: the head of the unit, the line with the time of the figures, the places to sign, and the file's name. Files
are papers that go up to another office, so they are Vietnamese whatever the language of the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import IO, BinaryIO, Literal, cast

from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit.charts import Chart
from lms.kit.i18n import _, speaking
from lms.kit.tables import TABLE_FORMATS, Column, Row, Table
from lms.organisation.models import Unit
from lms.organisation.official import header_of, recipients_of, signatures_of
from lms.reports.rules import as_of_line, file_name
from lms.vietnamese.dates import local

AsOf = Literal["then", "now"]

AT_ONCE = 5_000  # lines of a file that is made while the person waits; longer ones are made by the worker
AT_ONCE_PDF = 100  # a page of a PDF costs as much as thousands of lines of a spreadsheet


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked about: a course, in a unit and all below it, at a moment.

    `at` is when it is asked. `moment`: the figures as they were then; None means as they are. `as_of`: "then" counts
    people in the unit they belonged to when they finished, "now" in the unit they belong to (at `moment`).
    `levels`: how many levels of units are listed; None leaves it to the report. `exam`: of a report `of_exam`, which
    one; None when the course has no exam. `tick` is told how many attempts were read so far, where many are.
    """

    course: Course
    unit: Unit
    at: datetime
    levels: int | None = None
    as_of: AsOf = "then"
    moment: datetime | None = None
    exam: Exam | None = None
    tick: Callable[[int], None] = field(default=lambda _read: None, compare=False, repr=False)

    @property
    def until(self) -> datetime:
        """The moment that the figures are of: nothing that happened after it counts."""
        return self.moment or self.at

    @property
    def day(self) -> date:
        """That moment's day in Viet Nam: the units of the day, and their names, are meant."""
        return local(self.until).date()


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says; `rows` may be an iterator that reads as it goes. Texts are in the language in force.

    `columns` instead of the report's own, where they depend on what was asked; their titles are texts, not msgids.
    `chart`: one of lms.kit.charts, where it is made of what was read for the rows.
    """

    rows: Iterable[Row]
    totals: Row | None = None
    intro: tuple[str, ...] = ()
    note: str = ""
    columns: tuple[Column, ...] | None = None
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. `title`, `heading` ("BÁO CÁO"), `subject` (with {course}) and the columns' titles are msgids.

    `content` reads what it says; `size` tells beforehand, without reading it, how many lines it will have. `chart`
    draws it (an object of lms.kit.charts, above the table on the page and in the PDF), unless the content has one.
    `roles`: whoever holds one of them over the unit may ask for it. `of_exam`: it is about one exam of the course.
    `by_level`: its lines are units, of as many levels as asked for. `known_by`: the keys of the columns by which a line
    is told from the others when two of these reports are compared; without any it is the unit and what stands above.
    `reads`: about how many attempts or people are read for it; with too many the worker counts it (`counted`). `ticks`:
    it tells `Asked.tick` how many it has read.
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
    chart: Callable[[Session, Asked], Chart | None] | None = None
    roles: tuple[str, ...] = ("officer", "auditor")
    of_exam: bool = False
    by_level: bool = False
    known_by: tuple[str, ...] = ()
    reads: Callable[[Session, Asked], int] | None = None
    ticks: bool = False

    def table(self, session: Session, asked: Asked) -> Table:
        """The report in the language in force, as an official paper of the unit."""
        content = self.content(session, asked)
        header = header_of(asked.unit, asked.at)
        return Table(
            name=self.name,
            title=_(self.heading),
            subtitle=as_headed(_(self.subject, course=asked.course.title), header.style),
            as_of=as_of_line(asked.until, asked.as_of),
            intro=content.intro,
            unit_of_count=_(self.unit_of_count) if self.unit_of_count else "",
            columns=content.columns or self.titled,
            column_numbers=self.column_numbers,
            rows=content.rows,
            totals=content.totals,
            note=content.note,
            header=header,
            signatures=signatures_of(asked.unit),
            recipients=recipients_of(asked.unit),
            chart=content.chart or (self.chart(session, asked) if self.chart else None),
        )

    @property
    def titled(self) -> tuple[Column, ...]:
        """The report's own columns with their titles in the language in force."""
        return tuple(replace(column, title=_(column.title)) for column in self.columns)

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
                table = titled_as_sheet(table, _(self.title))
            if progress:
                table = replace(table, rows=watched(table.rows, progress))
            TABLE_FORMATS[format_].write(table, cast("BinaryIO", out))

    def file_name(self, asked: Asked, format_: str) -> str:
        """What the file is called where it is saved."""
        with speaking("vi"):
            title = _(self.title)
        return file_name(title, asked.course.code, asked.unit.name, asked.at, TABLE_FORMATS[format_].ending)


def titled_as_sheet(table: Table, title: str) -> Table:
    """The table for a spreadsheet, whose sheet bears its name."""
    return replace(table, name=title)


def as_headed(subject: str, style: str) -> str:
    """What a paper is about, below "BÁO CÁO": Party papers go on in small letters, all others begin with a capital one
    (HD 36-HD/VPTW; NĐ 30/2020/NĐ-CP)."""
    return subject if style == "party" else subject[:1].upper() + subject[1:]


def made_at_once(lines: int, format_: str) -> bool:
    """Whether a file of so many lines is made while the person waits."""
    return lines <= (AT_ONCE_PDF if format_ == "pdf" else AT_ONCE)


def too_long(lines: int, format_: str) -> bool:
    """Whether no such file is made, because nobody would read so many pages."""
    longest = TABLE_FORMATS[format_].longest
    return longest is not None and lines > longest


def watched(rows: Iterable[Row], progress: Callable[[int], None]) -> Iterator[Row]:
    """The rows, while `progress` is told how many were read."""
    for number, row in enumerate(rows):
        if number % 500 == 0:
            progress(number)
        yield row
