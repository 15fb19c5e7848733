"""The names of those who must finish and have not, with how far they are; then those who are exempt, with why."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.reports import figures, queries
from lms.reports.reading import attempts
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import HOW_FAR

COLUMNS = (
    Column("number", N_("No."), "integer", width=6),
    Column("name", N_("Full name"), width=28),
    Column("born", N_("Date of birth"), "date", width=13),
    Column("position", N_("Position"), width=22),
    Column("unit", N_("Unit"), width=34),
    Column("how_far", N_("How far"), width=20),
    Column("note", N_("Note"), width=24),
)


def _counts(session: Session, asked: Asked) -> dict[str, int]:
    return figures.counts(session, asked.course.id, [asked.unit.id], asked)[asked.unit.id]


def _size(session: Session, asked: Asked) -> int:
    found = _counts(session, asked)
    return found["must"] - found["finished"] + found["exempt"]


def _content(session: Session, asked: Asked) -> Content:
    found = _counts(session, asked)
    return Content(
        rows=_rows(session, asked),
        intro=(
            _(
                "{missing} of {must} people who must have not finished yet; {exempt} are exempt and stand at the end.",
                missing=words.number(found["must"] - found["finished"]),
                must=words.number(found["must"]),
                exempt=words.number(found["exempt"]),
            ),
        ),
    )


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    lines = queries.unfinished_and_exempt(session, asked)
    for number, line in enumerate(lines, 1):
        yield Row(
            (
                number,
                line.name,
                words.born(line.born),
                line.position,
                line.unit,
                _(HOW_FAR[line.how_far]),
                line.reason,
            )
        )


UNFINISHED = Report(
    name="unfinished",
    title=N_("People who have not finished"),
    heading=N_("LIST"),
    subject=N_("of those who have not finished: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    known_by=("name", "born"),
    reads=attempts.people,
)
