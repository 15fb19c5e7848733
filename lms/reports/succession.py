"""Reports by mail, and reminders under way, when a unit ends and others succeed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses.models import Course
from lms.kit.db import table_of
from lms.reports import reminders, schedules
from lms.reports.models import Reminder, ReportSchedule

WHY = "unit"  # why they are stopped for the one that ended
_OF_SCHEDULE = ("report", "course_id", "params", "format", "weekdays", "hour", "recipients")


def pass_on(session: Session, pairs: Sequence[tuple[int, int]], *, by: int | None, now: datetime) -> None:
    """What is sent or asked for of a unit that ended, in a course that is not closed, goes on for its successors, in
    the name of whoever set it up (who holds the role over them as well); of units that merged, the same report once.

    `pairs`: (predecessor, successor). What was sent stays noted under the unit that ended.
    """
    session.flush()
    heirs: dict[int, list[int]] = defaultdict(list)
    for old, new in pairs:
        heirs[old].append(new)
    running = select(Course.id).where(Course.state != "closed")
    for schedule in session.scalars(
        select(ReportSchedule)
        .where(
            ReportSchedule.unit_id.in_(heirs),
            ReportSchedule.stopped_at.is_(None),
            ReportSchedule.course_id.in_(running),
        )
        .order_by(ReportSchedule.id)
    ).all():
        for unit_id in heirs[schedule.unit_id]:
            _schedule(session, schedule, unit_id, by, now)
        schedules.stop(session, schedule, by=by, now=now, why=WHY)
    for reminder in session.scalars(
        select(Reminder)
        .where(Reminder.unit_id.in_(heirs), Reminder.state == "waiting", Reminder.course_id.in_(running))
        .order_by(Reminder.id)
    ).all():
        for unit_id in heirs[reminder.unit_id]:
            _add(session, reminder, unit_id, by=by, now=now)
        reminders.stop(session, reminder, by=by, now=now, why=WHY)
    session.flush()


def _schedule(session: Session, old: ReportSchedule, unit_id: int, by: int | None, now: datetime) -> None:
    there = session.scalars(
        select(ReportSchedule).where(
            ReportSchedule.unit_id == unit_id,
            ReportSchedule.stopped_at.is_(None),
            ReportSchedule.course_id == old.course_id,
            ReportSchedule.report == old.report,
        )
    )
    if not any(all(getattr(one, name) == getattr(old, name) for name in _OF_SCHEDULE) for one in there):
        _add(session, old, unit_id, by=by, now=now)


def _add(
    session: Session, old: ReportSchedule | Reminder, unit_id: int, *, by: int | None, now: datetime
) -> None:
    same: dict[str, Any] = {
        column.name: getattr(old, column.name)
        for column in table_of(type(old)).columns
        if column.name not in ("id", "unit_id")
    }
    new = type(old)(unit_id=unit_id, **same)
    session.add(new)
    session.flush()  # the audit row needs the id
    about = "schedule" if isinstance(old, ReportSchedule) else "reminder"
    record(session, f"{about}.succeeded", about, new.id, actor_id=by, now=now, unit_id=unit_id, before=old.id)
