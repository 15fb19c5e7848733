"""Who had passed a test of a course at an earlier moment, by the rule of each exam, as a condition of one statement.

As things are the standings tell it. The rules are those of `lms.attempts.standing.counted`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from lms.attempts.models import Attempt, Grade
from lms.exams.models import Exam
from lms.reports.moments import handed_in, latest_grade, superseded
from lms.reports.report import Asked

_CENT = 100  # a percentage is kept as a whole number of ten-thousandths, a mean is rounded to hundredths


def had_passed(asked: Asked, person_id: Any) -> ColumnElement[bool]:
    """That the person had passed a test of the course."""
    of_course = and_(Exam.course_id == asked.course.id, Exam.state != "draft")
    theirs = and_(Attempt.exam_id == Exam.id, Attempt.person_id == person_id, handed_in(asked))
    graded = and_(Grade.attempt_id == Attempt.id, latest_grade(asked))
    other = aliased(Attempt)
    others = and_(
        other.exam_id == Attempt.exam_id, other.person_id == Attempt.person_id, handed_in(asked, other)
    )
    chosen = or_(
        and_(Exam.counts == "best", ~superseded(asked)),
        and_(Exam.counts == "last", ~exists().where(others, other.number > Attempt.number)),
        and_(
            Exam.counts == "first",
            ~superseded(asked),
            ~exists().where(others, other.number < Attempt.number, ~superseded(asked, other)),
        ),
    )
    one = exists().where(of_course, theirs, graded, Grade.passed, chosen)
    return or_(one, exists().where(of_course, Exam.counts == "mean", _mean(asked, theirs, graded)))


def _mean(asked: Asked, theirs: Any, graded: Any) -> ColumnElement[bool]:
    """That the mean of what was not written again reaches the pass mark, rounded as it is kept."""
    total, number = func.sum(type_coerce(Grade.percent, BigInteger)), func.count()
    rounded = (2 * total + _CENT * number) // (2 * _CENT * number) * _CENT
    enough = rounded >= type_coerce(Exam.pass_percent, BigInteger)
    asked_of = (
        select(Attempt.person_id).where(theirs, graded, ~superseded(asked)).correlate_except(Attempt, Grade)
    )
    return exists(asked_of.group_by(Attempt.person_id).having(enough))
