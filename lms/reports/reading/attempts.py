"""Attempts and the grades that count for them, as they stood at the moment asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.organisation.queries import below
from lms.reports import figures
from lms.reports.report import Asked

BATCH = 2000  # rows fetched at a time


def counted(asked: Asked, *columns: Any, of_exam: bool = True) -> Select[Any]:
    """(unit, *columns) of the attempts that were handed in and count, of the unit and all below it.

    `unit` is where an attempt counts: as of then the unit in which it was begun, as of now the person's. `columns` are
    of the attempt; with `of_exam` False the attempts at every exam of the course.
    """
    exam = _exam(asked) if of_exam else Attempt.exam_id.in_(figures.exams_of(asked.course.id))
    return _placed(asked, *columns).where(exam, figures.handed_in(asked))


def begun(asked: Asked, *columns: Any) -> Select[Any]:
    """The same of every attempt at any exam of the course that had been begun: open and void ones too."""
    began = Attempt.started_at <= asked.until
    return _placed(asked, *columns).where(Attempt.exam_id.in_(figures.exams_of(asked.course.id)), began)


def _placed(asked: Asked, *columns: Any) -> Select[Any]:
    if asked.as_of == "then":
        unit: ColumnElement[Any] = Attempt.unit_id.label("unit_id")
        return select(unit, *columns).select_from(Attempt).where(Attempt.unit_id.in_(below([asked.unit.id])))
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    joined = select(people.c.unit_id, *columns).select_from(people)
    return joined.join(Attempt, Attempt.enrolment_id == people.c.id)


def _exam(asked: Asked) -> ColumnElement[bool]:
    return Attempt.exam_id == (asked.exam.id if asked.exam else 0)


def latest(asked: Asked) -> ColumnElement[bool]:
    """That a grade of the statement was the last one of its attempt at the moment asked for."""
    newer = select(func.max(Grade.number)).where(Grade.attempt_id == Attempt.id)
    if asked.moment is not None:
        newer = newer.where(Grade.at <= asked.moment)
    return Grade.number == newer.correlate(Attempt).scalar_subquery()


def how_many(session: Session, asked: Asked) -> int:
    """The number of attempts of the course that had been begun."""
    return session.scalar(select(func.count()).select_from(begun(asked).subquery())) or 0


def by_unit(session: Session, asked: Asked) -> dict[int, int]:
    """Attempts at the exam that count, by the units in which they do."""
    own = counted(asked, Attempt.id.label("attempt_id")).subquery()
    rows = session.execute(select(own.c.unit_id, func.count()).group_by(own.c.unit_id))
    return {row[0]: row[1] for row in rows}


def by_paper(session: Session, asked: Asked) -> dict[int, tuple[int, int]]:
    """{paper: (attempts that count, sum of their percentages in ten-thousandths)}, by the grade that counts."""
    whole = type_coerce(Grade.percent, BigInteger)
    own = (
        counted(asked, Attempt.paper_id.label("paper_id"), whole.label("percent"))
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(latest(asked))
        .subquery()
    )
    rows = session.execute(
        select(own.c.paper_id, func.count(), func.sum(own.c.percent)).group_by(own.c.paper_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in rows}
