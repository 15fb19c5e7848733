"""What enrolments and attempts were at an earlier moment, where their own moments do not tell it.

Of each row that was replaced after the moment, the past that was kept next (`EnrolmentPast`, `AttemptPast`) says what
it was then; of all others the row itself does. In both, what happened after the moment has not happened yet.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms.attempts import returned
from lms.attempts.models import Attempt, AttemptNote, AttemptPast, Grade
from lms.courses.models import Enrolment, EnrolmentPast
from lms.exams.models import Exam
from lms.reports.report import Asked


def enrolments_past(course_id: int, moment: datetime) -> Any:
    """Of the course's enrolments that said something else at the moment, what they said: a subquery."""
    of_course = select(Enrolment.id).where(Enrolment.course_id == course_id)
    return _kept_next(EnrolmentPast, "enrolment_id", of_course, moment)


def attempts_past(course_id: int, moment: datetime) -> Any:
    """The same of the attempts at the course's exams."""
    of_course = select(Attempt.id).join(Exam, Exam.id == Attempt.exam_id).where(Exam.course_id == course_id)
    return _kept_next(AttemptPast, "attempt_id", of_course, moment)


def _kept_next(past: Any, key: str, which: Any, moment: datetime) -> Any:
    of, place = getattr(past, key), func.row_number()
    kept = (
        select(*past.__table__.c, place.over(partition_by=of, order_by=(past.until, past.id)).label("place"))
        .where(past.until > moment, of.in_(which))
        .subquery()
    )
    return select(kept).where(kept.c.place == 1).subquery()


def was(past: Any, now: Any, name: str) -> ColumnElement[Any]:
    """A column as it was: of the past where there is one (outer-joined), or else of the row."""
    return case((past.c.id.is_not(None), past.c[name]), else_=getattr(now, name))


# ----------------------------------------------------------------------------------------------------- attempts


def handed_in(asked: Asked, attempt: Any = Attempt) -> ColumnElement[bool]:
    """That an attempt of the statement counts: handed in, and not void, at the moment asked for."""
    if asked.moment is None:
        submitted: ColumnElement[bool] = attempt.state == "submitted"
        return submitted
    past = attempts_past(asked.course.id, asked.moment).c
    counted = select(past.attempt_id).where(_counts(past, asked.moment))
    changed = select(AttemptPast.attempt_id).where(AttemptPast.until > asked.moment)
    return or_(
        and_(_counts(attempt, asked.moment), attempt.id.not_in(changed)),
        attempt.id.in_(counted),
    )


def _counts(one: Any, moment: datetime) -> ColumnElement[bool]:
    in_force = or_(one.state == "submitted", and_(one.state == "void", one.voided_at > moment))
    return and_(one.submitted_at <= moment, in_force)


def begun(asked: Asked) -> ColumnElement[bool]:
    """That an attempt of the statement had been begun, and was on record, at the moment asked for."""
    if asked.moment is None:
        return Attempt.started_at <= asked.at
    past = attempts_past(asked.course.id, asked.moment).c
    absent = select(past.attempt_id).where(past.state == "absent")
    return and_(Attempt.started_at <= asked.moment, Attempt.id.not_in(absent))


def superseded(asked: Asked, attempt: Any = Attempt) -> ColumnElement[bool]:
    """That an attempt of the statement had been sent back, and was written again in the next one, which had been handed
    in."""
    if asked.moment is None:
        return returned.superseded()
    rewriting = aliased(Attempt)
    sent_back = exists().where(
        AttemptNote.attempt_id == attempt.id,
        AttemptNote.kind == returned.KIND,
        AttemptNote.at <= asked.moment,
    )
    written = exists().where(
        rewriting.exam_id == attempt.exam_id,
        rewriting.person_id == attempt.person_id,
        rewriting.number == attempt.number + 1,
        handed_in(asked, rewriting),
    )
    return sent_back & written


def latest_grade(asked: Asked) -> ColumnElement[bool]:
    """That a grade of the statement was the last one of its attempt at the moment asked for."""
    newer = select(func.max(Grade.number)).where(Grade.attempt_id == Attempt.id)
    if asked.moment is not None:
        newer = newer.where(Grade.at <= asked.moment)
    return Grade.number == newer.correlate(Attempt).scalar_subquery()
