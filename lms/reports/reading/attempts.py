"""Attempts and the grades that count for them, as they stood at the moment asked for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, select, type_coerce
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.organisation.queries import below
from lms.reports import figures, moments
from lms.reports.kept import kept
from lms.reports.report import Asked

BATCH = 2000  # rows fetched at a time


def counted(asked: Asked, *columns: Any, of_exam: bool = True) -> Select[Any]:
    """(unit, *columns) of the attempts that were handed in and count, of the unit and all below it.

    `unit` is where an attempt counts: as of then the unit in which it was begun, as of now the person's. `columns` are
    of the attempt; with `of_exam` False the attempts at every exam of the course.
    """
    exam = _exam(asked) if of_exam else _any_exam(asked)
    return _placed(asked, *columns).where(exam, moments.handed_in(asked))


def begun(asked: Asked, *columns: Any) -> Select[Any]:
    """The same of every attempt at any exam of the course that had been begun: open and void ones too."""
    began = moments.begun(asked)
    return _placed(asked, *columns).where(_any_exam(asked), began)


def _placed(asked: Asked, *columns: Any) -> Select[Any]:
    if asked.as_of == "then":
        unit = _of_unit(asked)
        placed = select(unit.label("unit_id"), *columns).select_from(Attempt)
        return placed.where(unit.in_(below([asked.unit.id])))
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    joined = select(people.c.unit_id, *columns).select_from(people)
    return joined.join(Attempt, Attempt.enrolment_id == people.c.id)


def _of_unit(asked: Asked) -> Any:
    """Of a topmost unit nearly every attempt is wanted: reading them in their order beats finding each by its unit.

    Which of the two it is a column says with "+ 0", by which no index is taken: SQLite has no statistics to go by.
    """
    return Attempt.unit_id if asked.unit.parent_id else Attempt.unit_id + 0


def _of_exam(asked: Asked) -> Any:
    by_unit = asked.unit.parent_id is not None and asked.as_of == "then"
    return Attempt.exam_id + 0 if by_unit else Attempt.exam_id


def _exam(asked: Asked) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _of_exam(asked) == (asked.exam.id if asked.exam else 0)
    return found


def _any_exam(asked: Asked) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _of_exam(asked).in_(figures.exams_of(asked.course.id))
    return found


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


def at_most(session: Session, asked: Asked) -> int:
    """How many attempts of the course there are in the unit and below it, by the kept counts: there are no more to
    read than about that, whatever is asked of them."""
    return kept(session, asked.course.id, [asked.unit.id])[asked.unit.id]["attempts"]


def people(session: Session, asked: Asked) -> int:
    """How many people of the unit and below it are in the course, by the kept counts."""
    found = kept(session, asked.course.id, [asked.unit.id])[asked.unit.id]
    return sum(found[name] for name in ("must", "exempt", "guests"))
