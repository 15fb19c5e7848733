"""What follows from changes of units and memberships in the features above them, in the same transaction; and having
mail sent again."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses import following
from lms.courses import succession as of_courses
from lms.exams import succession as of_exams
from lms.kit import outbox
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.organisation.succession import Outcome
from lms.reports import succession as of_reports
from lms.rosters import succession as of_rosters


def pass_on(session: Session, done: Outcome, *, by: int | None, now: datetime) -> None:
    """After a change of the tree: courses, overrides, reports by mail and remembered lists hold for the successors,
    enrolments follow their people."""
    of_courses.pass_on(session, done.pairs, by=by, now=now)
    of_exams.pass_on(session, done.pairs)
    of_reports.pass_on(session, done.pairs, by=by, now=now)
    of_rosters.pass_on(session, done.pairs, by=by, now=now)
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


def send_mail_again(session: Session, *, only: int | None, by: int | None, now: datetime) -> int:
    """Try what could not be sent once more: one message, or all; how many there were."""
    count = outbox.send_again(session, only=only, now=now)
    if count:
        record(session, "mail.again", "mail", only or "", actor_id=by, now=now, count=count)
    return count
