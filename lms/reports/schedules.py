"""Reports that are sent by mail on days of the week: making and stopping them, and finding those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.audit.models import AuditEvent
from lms.courses.models import Course
from lms.organisation.models import Person, RoleGrant, Unit, UnitPath
from lms.organisation.queries import below
from lms.reports.asking import params_of
from lms.reports.models import ReportSchedule
from lms.reports.report import Asked, Report
from lms.reports.timing import last_due

MAY_SCHEDULE = "officer"  # over the unit: when it is made, and still whenever it is sent
MOST_RECIPIENTS = 20
MOST_SCHEDULES = 50  # of a report of a unit that are listed


def holds(session: Session, person_id: int | None, role: str, unit_id: int) -> bool:
    """Whether somebody who may sign in holds a role over the unit, or over one above it, now."""
    if person_id is None:
        return False
    granted = (
        select(RoleGrant.id)
        .join(UnitPath, UnitPath.ancestor_id == RoleGrant.unit_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.person_id == person_id,
            RoleGrant.role == role,
            UnitPath.descendant_id == unit_id,
            Person.disabled_at.is_(None),
        )
    )
    return session.scalar(granted.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Times:
    """When a report is sent: weekdays as digits ("04": Monday and Friday), the hour, and the format of its file."""

    weekdays: str
    hour: int
    format: str


def create(
    session: Session,
    report: Report,
    asked: Asked,
    times: Times,
    recipients: Sequence[str],
    *,
    by: int,
    now: datetime,
) -> ReportSchedule:
    """Have a report sent. The figures are always those of the day on which it is sent."""
    params = {name: value for name, value in params_of(asked).items() if name != "moment"}
    schedule = ReportSchedule(
        report=report.name,
        course_id=asked.course.id,
        unit_id=asked.unit.id,
        params=params,
        format=times.format,
        weekdays=times.weekdays,
        hour=times.hour,
        recipients="\n".join(recipients),
        created_by=by,
        created_at=now,
    )
    session.add(schedule)
    session.flush()  # the audit row needs the id
    _note(session, "schedule.create", schedule, by=by, now=now, recipients=len(recipients))
    return schedule


def stop(session: Session, schedule: ReportSchedule, *, by: int | None, now: datetime, why: str = "") -> None:
    """Send it no more; what was sent stays noted. Stopping again changes nothing."""
    if schedule.stopped_at is None:
        schedule.stopped_at = now
        _note(session, "schedule.stop", schedule, by=by, now=now, **({"why": why} if why else {}))


def note_sent(session: Session, schedule: ReportSchedule, *, now: datetime, mails: int) -> None:
    """Leave a line that it was sent, in the name of whoever set it up."""
    _note(session, "schedule.send", schedule, by=schedule.created_by, now=now, mails=mails)


def _note(
    session: Session, action: str, schedule: ReportSchedule, *, by: int | None, now: datetime, **more: object
) -> None:
    record(
        session,
        action,
        "schedule",
        schedule.id,
        actor_id=by,
        now=now,
        unit_id=schedule.unit_id,
        report=schedule.report,
        format=schedule.format,
        **more,
    )


# ---------------------------------------------------------------------------------------------------- reading


def of_report(
    session: Session, report: str, course_id: int, unit_id: int
) -> Sequence[tuple[ReportSchedule, str]]:
    """The schedules of a report of a unit, those under way first, each with who set it up."""
    rows = session.execute(
        select(ReportSchedule, Person.full_name)
        .outerjoin(Person, Person.id == ReportSchedule.created_by)
        .where(
            ReportSchedule.report == report,
            ReportSchedule.course_id == course_id,
            ReportSchedule.unit_id == unit_id,
        )
        .order_by(ReportSchedule.stopped_at.is_not(None), ReportSchedule.id.desc())
        .limit(MOST_SCHEDULES)
    )
    return [(row[0], row[1] or "") for row in rows]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a schedule is stopped: a code of `reason_to_stop`, or "" when somebody (`by`) stopped it."""

    why: str
    by: str


def stops(session: Session, found: Sequence[ReportSchedule]) -> dict[int, Stopped]:
    """How those that are stopped came to be, by id, as the audit trail has it. One query."""
    ids = [str(one.id) for one in found if one.stopped_at is not None]
    if not ids:
        return {}
    rows = session.execute(
        select(AuditEvent.object_id, AuditEvent.detail, Person.full_name)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_type == "schedule",
            AuditEvent.object_id.in_(ids),
            AuditEvent.action == "schedule.stop",
        )
    )
    return {int(row[0]): Stopped(str(row[1].get("why", "")), row[2] or "") for row in rows}


def within(session: Session, schedule_id: int, unit_ids: Sequence[int]) -> ReportSchedule | None:
    """The schedule if its unit is one of these or below one of them."""
    return session.scalar(
        select(ReportSchedule).where(
            ReportSchedule.id == schedule_id, ReportSchedule.unit_id.in_(below(unit_ids))
        )
    )


def due(session: Session, now: datetime) -> list[tuple[ReportSchedule, datetime]]:
    """The schedules whose time has come since they were made or last sent, each with that time. A time that passed
    while nothing ran is made up for once, not once for every time."""
    under_way = session.scalars(
        select(ReportSchedule).where(ReportSchedule.stopped_at.is_(None)).order_by(ReportSchedule.id)
    )
    found = [(one, last_due(one.weekdays, one.hour, now)) for one in under_way]
    return [(one, at) for one, at in found if at is not None and at > (one.last_sent_at or one.created_at)]


def reason_to_stop(session: Session, schedule: ReportSchedule) -> str:
    """Why it is not to be sent any more: "role" (whoever set it up is no longer an officer of the unit), "course" (it
    is closed), "unit" (it no longer exists); else ""."""
    if not holds(session, schedule.created_by, MAY_SCHEDULE, schedule.unit_id):
        return "role"
    if session.get_one(Course, schedule.course_id).state == "closed":
        return "course"
    return "unit" if session.get_one(Unit, schedule.unit_id).valid_to is not None else ""


def claim(session: Session, schedule: ReportSchedule, at: datetime) -> bool:
    """Take the sending of the time `at` for this transaction; False when it was sent already, or stopped."""
    free = or_(ReportSchedule.last_sent_at.is_(None), ReportSchedule.last_sent_at < at)
    mine = update(ReportSchedule).where(
        ReportSchedule.id == schedule.id, ReportSchedule.stopped_at.is_(None), free
    )
    return session.execute(mine.values(last_sent_at=at).returning(ReportSchedule.id)).first() is not None
