"""The registers, line by line: attempts, and certificates. Rows are fetched as they are needed; none is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.certificates.models import Certificate
from lms.exams.models import Exam
from lms.organisation.models import Person, Unit
from lms.organisation.queries import below
from lms.reports import figures, moments
from lms.reports.reading.attempts import BATCH, begun, latest
from lms.reports.report import Asked

PRINTED = ("number", "name", "born", "result", "grade")  # what the register tells of the facts


def attempts(session: Session, asked: Asked) -> Iterator[Row[Any]]:
    """Every attempt that had been begun, by unit, name, exam and number, with the grade that counted for it."""
    placed = begun(asked, Attempt.id.label("attempt_id")).subquery()
    past = moments.attempts_past(asked.course.id, asked.moment) if asked.moment else None

    def said(name: str) -> Any:
        return getattr(Attempt, name) if past is None else moments.was(past, Attempt, name)

    statement: Any = (
        select(
            Person.full_name,
            Person.born,
            _name(asked).label("unit"),
            Exam.title.label("exam"),
            Attempt.number,
            Attempt.medium,
            Attempt.started_at,
            *(said(name).label(name) for name in ("state", "submitted_at", "voided_at", "voided_reason")),
            Grade.points,
            Grade.most_points,
            Grade.percent,
            Grade.band,
        )
        .select_from(placed)
        .join(Attempt, Attempt.id == placed.c.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Unit, Unit.id == placed.c.unit_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(Grade, (Grade.attempt_id == Attempt.id) & latest(asked))
    )
    if past is not None:
        statement = statement.outerjoin(past, past.c.attempt_id == Attempt.id)
    statement = statement.order_by(
        Unit.sort_key, Unit.id, Person.sort_key, Person.id, Exam.id, Attempt.number
    )
    yield from session.execute(statement.execution_options(yield_per=BATCH))


def certificates(session: Session, asked: Asked) -> Iterator[Row[Any]]:
    """Every certificate of the course that had been issued, by its number in the registers."""
    statement = (
        _certificates(
            asked,
            *(Certificate.facts[name].as_string().label(name) for name in PRINTED),
            Certificate.issued_at,
            Certificate.expires_at,
            Certificate.revoked_at,
            Certificate.revoked_reason,
            Certificate.unit_id,
            _name(asked).label("unit"),
            Exam.title.label("exam"),
        )
        .join(Unit, Unit.id == Certificate.unit_id)
        .order_by(Certificate.register_unit_id, Certificate.year, Certificate.number)
    )
    yield from session.execute(statement.execution_options(yield_per=BATCH))


def _name(asked: Asked) -> Any:
    """What a unit was called: looked up in its former names only where another day than today is asked about."""
    return figures.name_on(Unit, asked.day) if asked.moment else Unit.name


def how_many_certificates(session: Session, asked: Asked) -> int:
    found = _certificates(asked, Certificate.id).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _certificates(asked: Asked, *columns: Any) -> Select[Any]:
    """As of then those issued in the unit and below it, as of now those of the people who belong there."""
    statement = (
        select(*columns)
        .select_from(Certificate)
        .join(Exam, Exam.id == Certificate.exam_id)
        .where(Exam.course_id == asked.course.id, Certificate.issued_at <= asked.until)
    )
    if asked.as_of == "then":
        return statement.where(Certificate.unit_id.in_(below([asked.unit.id])))
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    return statement.join(people, people.c.person_id == Certificate.person_id)
