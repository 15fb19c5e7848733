"""Whom of an exam a person may see: everybody for who organises the course, the own units for an officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from lms.attempts.models import Attempt
from lms.courses import queries as courses
from lms.courses.models import Course, CourseCount, Enrolment
from lms.exams import queries as exams
from lms.exams.models import Exam
from lms.organisation.queries import below

NEAR = timedelta(days=14)
MOST_ROOMS = 100


@dataclass(frozen=True, slots=True)
class Sight:
    """An exam, and which of its attempts are seen."""

    exam: Exam
    course: Course
    everybody: bool
    units: tuple[int, ...] = ()

    def of(self, unit: Any) -> ColumnElement[bool]:
        """That a column with a unit is in sight."""
        return true() if self.everybody else unit.in_(below(self.units))


def sight(
    session: Session, course_id: int, exam_id: int, *, trainer: Sequence[int], officer: Sequence[int]
) -> Sight | None:
    """What a person with these roles (units over which they have each) sees of an exam; None: nothing of it."""
    course = courses.course_visible(session, course_id, organised_by=trainer, counted_in=officer)
    exam = exams.exam_of_course(session, course_id, exam_id) if course else None
    if course is None or exam is None or exam.state == "draft":
        return None
    everybody = bool(trainer) and courses.course_organised(session, course_id, trainer) is not None
    return Sight(exam, course, everybody, tuple(officer))


def attempt_seen(session: Session, seen: Sight, attempt_id: int) -> Attempt | None:
    """The attempt if it is of the exam and in sight: by the unit in which the person is counted."""
    return session.scalar(
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.id == attempt_id, Attempt.exam_id == seen.exam.id, seen.of(Enrolment.unit_id))
    )


def rooms(
    session: Session, *, trainer: Sequence[int], officer: Sequence[int], now: datetime
) -> Sequence[Exam]:
    """The exams with a room to look into: published, of courses in sight, open now or not long ago or soon."""
    touched = exists().where(CourseCount.course_id == Course.id, CourseCount.unit_id.in_(below(officer)))
    return session.scalars(
        select(Exam)
        .join(Course, Course.id == Exam.course_id)
        .options(contains_eager(Exam.course))
        .where(
            Exam.state != "draft",
            Exam.opens_at < now + NEAR,
            Exam.closes_at > now - NEAR,
            or_(Course.unit_id.in_(below(trainer)), (Course.state != "draft") & touched),
        )
        .order_by(Exam.closes_at, Exam.id)
        .limit(MOST_ROOMS)
    ).all()


def attempt_of(session: Session, attempt_id: int) -> Attempt | None:
    """An attempt whose permission was looked at before."""
    return session.get(Attempt, attempt_id)
