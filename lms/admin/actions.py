"""What follows from changes of units and memberships in the features above them, in the same transaction."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.courses import following
from lms.courses import succession as of_courses
from lms.exams import succession as of_exams
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.organisation.succession import Outcome


def pass_on(session: Session, done: Outcome, *, by: int | None, now: datetime) -> None:
    """After a change of the tree: courses and overrides hold for the successors, enrolments follow their people."""
    of_courses.pass_on(session, done.pairs, by=by, now=now)
    of_exams.pass_on(session, done.pairs)
    following.follow(session, done.people, now=now)


def transfer(
    session: Session,
    person: Person,
    *,
    unit: Unit | None,
    position: str,
    by: int | None,
    now: datetime,
    since: date,
    reason: str = "",
) -> None:
    """Move a person to a unit, or out of every unit (None), and let their enrolments follow."""
    if unit is None:
        organisation.take_out(session, person, by=by, now=now, since=since, reason=reason)
    else:
        organisation.move_person(
            session, person, unit=unit, position=position, by=by, now=now, since=since, reason=reason
        )
    following.follow(session, [person.id], now=now)
