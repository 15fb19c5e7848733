"""The unit's own file back: the sheets, columns and rows that it sent, with what became of each person beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Grade, Standing
from lms.attempts.rules import BAND_NAMES
from lms.certificates.models import Certificate
from lms.certificates.rules import printed_number
from lms.courses.models import Course, Enrolment
from lms.exams.models import Exam
from lms.kit.i18n import N_, _
from lms.kit.jobs import Run
from lms.organisation.models import Unit
from lms.rosters.cells import KeptCells, KeptSheet
from lms.rosters.models import Roster, RosterRow
from lms.vietnamese.dates import local

_AT_ONCE = 2_000
_WIDEST = 45  # letters
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OBLIGATIONS = {"exempt": N_("exempt"), "guest": N_("takes part")}
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Added:
    """A column that is added: its heading, its width in letters, and how its cells look."""

    heading: str
    width: int
    kind: str = "text"  # text · day · points


def added_columns(exams: Sequence[Exam]) -> list[Added]:
    """What stands beside the unit's own columns."""
    several = len(exams) > 1
    columns = [Added(_("Finished on"), 14, "day")]
    for exam in exams:
        of_exam = f" – {exam.title}" if several else ""
        columns += [
            Added(_("Points") + of_exam, 10, "points"),
            Added(_("Classification") + of_exam, 12),
            Added(_("Certificate number") + of_exam, 24),
        ]
    return [*columns, Added(_("Note on the result"), 26)]


def results(
    session: Session, course_id: int, exams: Sequence[Exam], person_ids: Sequence[int]
) -> dict[int, list[object]]:
    """The values of `added_columns` by person; who is not in the course is missing."""
    enrolled = session.execute(
        select(
            Enrolment.person_id,
            Enrolment.finished_at,
            Enrolment.started_at,
            Enrolment.obligation,
            Enrolment.reason,
        ).where(Enrolment.course_id == course_id, Enrolment.person_id.in_(person_ids))
    ).all()
    marks = {exam.id: _marks(session, exam.id, person_ids) for exam in exams}
    numbers = {exam.id: _numbers(session, exam.id, person_ids) for exam in exams}
    found: dict[int, list[object]] = {}
    for person_id, finished_at, started_at, obligation, reason in enrolled:
        values: list[object] = [local(finished_at).date() if finished_at else ""]
        for exam in exams:
            points, band = marks[exam.id].get(person_id, ("", ""))
            values += [points, _(BAND_NAMES[band]) if band else "", numbers[exam.id].get(person_id, "")]
        found[person_id] = [
            *values,
            _note(finished_at is not None, started_at is not None, obligation, reason),
        ]
    return found


def _note(finished: bool, started: bool, obligation: str, reason: str) -> str:
    said = [_(OBLIGATIONS[obligation])] if obligation in OBLIGATIONS else []
    if reason:
        said.append(reason)
    if not finished and obligation == "must":
        said.append(_("not finished yet") if started else _("not started yet"))
    return "; ".join(said)


def _marks(session: Session, exam_id: int, person_ids: Sequence[int]) -> dict[int, tuple[float, str]]:
    later = aliased(Grade)
    last = (
        select(func.max(later.number)).where(later.attempt_id == Standing.best_attempt_id).scalar_subquery()
    )
    rows = session.execute(
        select(Standing.person_id, Grade.points, Grade.band)
        .join(Grade, (Grade.attempt_id == Standing.best_attempt_id) & (Grade.number == last))
        .where(Standing.exam_id == exam_id, Standing.person_id.in_(person_ids))
    )
    return {person_id: (float(points), band) for person_id, points, band in rows}


def _numbers(session: Session, exam_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        select(Certificate.person_id, Certificate.number, Certificate.year, Unit.code)
        .join(Unit, Unit.id == Certificate.register_unit_id)
        .where(
            Certificate.exam_id == exam_id,
            Certificate.person_id.in_(person_ids),
            Certificate.revoked_at.is_(None),
        )
    )
    return {person_id: printed_number(number, year, code) for person_id, number, year, code in rows}


# ------------------------------------------------------------------------------------------- the file


def write_back(run: Run) -> dict[str, Any]:
    """Job: the list's own file with the results of a course. Parameters: roster, course, back."""
    with run.database.reading() as session:
        roster = session.get_one(Roster, run.params["roster"])
        course = session.get_one(Course, run.params["course"])
        exams = session.scalars(
            select(Exam).where(Exam.course_id == course.id, Exam.state != "draft").order_by(Exam.id)
        ).all()
        with KeptCells(run.storage, roster.file_key) as kept, run.storage.writing() as (key, file):
            write(session, roster.id, course.id, exams, kept, file, run.progress)
        name = roster.file_name.rpartition(".")[0] or roster.file_name
    return {"file": key, "name": f"{name}-ket-qua.xlsx", "type": XLSX}


def write(  # noqa: PLR0917
    session: Session,
    roster_id: int,
    course_id: int,
    exams: Sequence[Exam],
    kept: KeptCells,
    file: IO[bytes],
    said: Any = lambda _done, _of: None,
) -> None:
    """Write the workbook, row by row. Text is written as text, so no cell of it becomes a formula or a number."""
    import xlsxwriter

    columns = added_columns(exams)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        looks = _looks(book)
        for number, sheet in enumerate(kept.sheets):
            said(number, len(kept.sheets))
            people = _people(session, roster_id, sheet.number)
            of_people = _Results(session, course_id, exams, people)
            _write_sheet(book.add_worksheet(sheet.name or None), sheet, kept, columns, of_people, looks)
    said(len(kept.sheets), len(kept.sheets))


def _people(session: Session, roster_id: int, sheet: int) -> dict[int, int]:
    rows = session.execute(
        select(RosterRow.row, RosterRow.person_id).where(
            RosterRow.roster_id == roster_id, RosterRow.sheet == sheet
        )
    )
    return dict(rows.all())


class _Results:
    """The results of a sheet's people, looked up for many rows at a time."""

    def __init__(
        self, session: Session, course_id: int, exams: Sequence[Exam], people: Mapping[int, int]
    ) -> None:
        self._session, self._course_id, self._exams = session, course_id, exams
        self._people = people
        self._order = sorted(people)
        self._at = 0
        self._known: dict[int, list[object]] = {}

    def of(self, row: int) -> list[object] | None:
        """The values for a row (from 1), asked for in order; None for a row that is nobody's."""
        person_id = self._people.get(row)
        while person_id is not None and self._at < len(self._order) and self._order[self._at] <= row:
            some = self._order[self._at : self._at + _AT_ONCE]
            people = [self._people[one] for one in some]
            self._known = results(self._session, self._course_id, self._exams, people)
            self._at += len(some)
        return None if person_id is None else self._known.get(person_id, [])


def _looks(book: Any) -> dict[str, Any]:
    plain = {"valign": "vcenter", "font_name": "Times New Roman", "font_size": 12}
    boxed = {**plain, "border": 1, "text_wrap": True}
    return {
        "title": book.add_format({**plain, "bold": True}),
        "wide": book.add_format({**plain, "bold": True, "align": "center"}),
        "heading": book.add_format({**boxed, "bold": True, "align": "center"}),
        "cell": book.add_format(boxed),
        "text": book.add_format({**boxed, "num_format": "@"}),
        "day": book.add_format({**boxed, "num_format": "dd/mm/yyyy"}),
        "points": book.add_format({**boxed, "num_format": "0.00"}),
    }


def _write_sheet(  # noqa: PLR0917
    out: Any,
    sheet: KeptSheet,
    kept: KeptCells,
    columns: Sequence[Added],
    of_people: _Results,
    looks: dict[str, Any],
) -> None:
    headings = {row: _depth(row, sheet.merged) for row, _last in sheet.tables}
    first = max((last for _row, last in sheet.tables), default=-1) + 1
    for place, width in enumerate(_widths(sheet, kept, first)):
        out.set_column(place, place, width)
    for place, column in enumerate(columns):
        if sheet.tables:
            out.set_column(first + place, first + place, column.width)
    wide = {top for top, _bottom in sheet.merged}
    top = min(headings, default=1 << 30)
    in_heading = {row + more for row, depth in headings.items() for more in range(depth)}
    for index, row in enumerate(kept.rows(sheet)):
        values = of_people.of(index + 1)
        look = "heading" if index in in_heading else "cell" if values is not None else "title"
        for c, value in enumerate(row):
            shown = "wide" if look == "title" and (index, c) in wide else look
            _write(out, index, c, value, looks, shown)
        if index in headings:
            for place, column in enumerate(columns):
                out.write_string(index, first + place, column.heading, looks["heading"])
        elif index in in_heading:
            for place in range(len(columns)):
                out.write_blank(index, first + place, None, looks["heading"])
        for place, value in enumerate(values or ([""] * len(columns) if values is not None else [])):
            _write(out, index, first + place, value, looks, columns[place].kind)
    merged = [(*a, *b) for a, b in sheet.merged if a != b]
    merged += [
        (row, first + place, row + depth - 1, first + place)
        for row, depth in headings.items()
        if depth > 1
        for place in range(len(columns))
    ]
    sheet_merge: list[Any] = out.merge
    sheet_merge.extend([list(each) for each in merged])  # the cells are written already, row by row
    if top < 1 << 30:
        out.freeze_panes(max(row + depth for row, depth in headings.items() if row == top), 0)


def _depth(row: int, merged: Sequence[tuple[Cell, Cell]]) -> int:
    """How many rows a heading takes: as many as a cell that is merged downwards from its first row."""
    return max((bottom[0] - row + 1 for top, bottom in merged if top[0] == row), default=1)


def _widths(sheet: KeptSheet, kept: KeptCells, columns: int) -> Iterator[int]:
    """Widths for the unit's own columns, by the cells below the first heading."""
    longest = [0] * columns
    start = min((row for row, _last in sheet.tables), default=0)
    for index, row in enumerate(kept.rows(sheet)):
        if start <= index < start + _AT_ONCE:
            for c, value in enumerate(row[:columns]):
                longest[c] = max(
                    longest[c], 10 if isinstance(value, dict) else len(str(value)) if value != "" else 0
                )
    return (min(max(letters + 2, 5), _WIDEST) for letters in longest)


def _write(out: Any, row: int, column: int, value: Any, looks: dict[str, Any], look: str) -> None:  # noqa: PLR0917
    format_ = looks[look]
    if isinstance(value, dict):
        value = date.fromisoformat(value["day"])
    if isinstance(value, date):
        out.write_datetime(row, column, value, looks["day"])
    elif isinstance(value, bool):
        out.write_boolean(row, column, value, format_)
    elif isinstance(value, int | float):
        out.write_number(row, column, value, format_)
    elif value:
        out.write_string(
            row, column, value, looks["text"] if look == "cell" and value.isdecimal() else format_
        )
    elif look != "title":
        out.write_blank(row, column, None, format_)
