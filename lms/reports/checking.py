"""Do the kept counts say what the rows say? Every unit of a course is counted anew and compared."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.courses.actions import enrolled_counts
from lms.courses.models import CourseCount, Enrolment
from lms.courses.queries import COUNTED
from lms.organisation.models import Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """A kept count (a name of COUNTED) of a unit that is not what its rows add up to."""

    course_id: int
    unit_id: int
    unit: str
    name: str
    kept: int
    counted: int


def differences(session: Session, course_id: int) -> list[Difference]:
    """Every count of the course that is wrong, by unit. Four queries; reads all enrolments and attempts of it."""
    kept = {
        row.unit_id: {name: getattr(row, name) for name in COUNTED}
        for row in session.scalars(select(CourseCount).where(CourseCount.course_id == course_id))
    }
    counted = _counted(session, course_id)
    names = dict(_names(session, sorted(kept.keys() | counted.keys())))
    nothing = dict.fromkeys(COUNTED, 0)
    return [
        Difference(course_id, unit_id, unit, name, before, after)
        for unit_id, unit in names.items()
        for name in COUNTED
        if (before := kept.get(unit_id, nothing)[name]) != (after := counted.get(unit_id, nothing)[name])
    ]


def _counted(session: Session, course_id: int) -> dict[int, dict[str, int]]:
    """The counts of each unit from enrolments and attempts."""
    submitted = session.execute(
        select(Enrolment.unit_id, func.count())
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(Enrolment.course_id == course_id, Attempt.state == "submitted")
        .group_by(Enrolment.unit_id)
    )
    attempts = {row[0]: row[1] for row in submitted}
    enrolled = enrolled_counts(session, course_id)
    return {unit_id: counts | {"attempts": attempts.get(unit_id, 0)} for unit_id, counts in enrolled.items()}


def _names(session: Session, unit_ids: list[int]) -> list[tuple[int, str]]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)).order_by(Unit.id))
    return [(row[0], row[1]) for row in rows]
