"""Writing down who took which report, asking for files that take long to make, and putting kept counts right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses import counting, place
from lms.courses.following import follow
from lms.courses.models import Course, CourseCount, Enrolment
from lms.kit.jobs import Job, ask_for
from lms.organisation.models import Person
from lms.reports import checking
from lms.reports.asking import params_of
from lms.reports.report import Asked, Report

KIND = "report"  # of the job
NAMED = 100  # differences of a repair that the audit trail names; the others it counts


def note_download(
    session: Session, report: Report, asked: Asked, format_: str, *, by: int | None, now: datetime
) -> None:
    """Leave a line in the audit trail: who took which report of which unit, in which format."""
    record(
        session,
        "report.download",
        "course",
        asked.course.id,
        actor_id=by,
        now=now,
        unit_id=asked.unit.id,
        report=report.name,
        format=format_,
        **params_of(asked),
    )


def order(
    session: Session, report: Report, asked: Asked, format_: str, *, back: str, by: int, now: datetime
) -> Job:
    """Ask the worker for the file; `back` is the page to return to. Counts as a download: nobody else gets it."""
    note_download(session, report, asked, format_, by=by, now=now)
    params = {
        "report": report.name,
        "format": format_,
        "course_id": asked.course.id,
        "unit_id": asked.unit.id,
        "back": back,
        **params_of(asked),
    }
    return ask_for(session, KIND, params, by=by, now=now)


def repair_counts(
    session: Session, course: Course, *, by: int | None, now: datetime
) -> Sequence[checking.Difference]:
    """Count the course anew from the ground; what was wrong, as the audit trail has it too.

    The rows of counts are locked before anything is counted, so that what others count meanwhile is not lost.
    """
    row = CourseCount.course_id == course.id
    session.execute(select(CourseCount.unit_id).where(row).order_by(CourseCount.unit_id).with_for_update())
    found = checking.differences(session, course.id)
    if not found:
        return found
    counting.rebuild_enrolled(session, course.id)
    for one in found:
        if one.name == "attempts":
            counting.count(session, course.id, one.unit_id, attempts=one.counted - one.kept)
    record(
        session,
        "counts.repair",
        "course",
        course.id,
        actor_id=by,
        now=now,
        unit_id=course.unit_id,
        differences=len(found),
        first=[[one.unit_id, one.name, one.kept, one.counted] for one in found[:NAMED]],
    )
    return found


def repair_people(session: Session, course: Course, *, by: int | None, now: datetime) -> int:
    """Let the enrolments of the course say again what their people's memberships and names say; how many did not. Their
    counts follow."""
    astray = place.beside_people(select(Enrolment.id, Enrolment.person_id)).where(
        Enrolment.course_id == course.id,
        or_(place.says_otherwise(), Enrolment.sort_key != Person.sort_key),
    )
    found = session.execute(astray.order_by(Enrolment.id)).all()
    if found:
        follow(session, [row.person_id for row in found], now=now)
        record(
            session,
            "enrolments.repair",
            "course",
            course.id,
            actor_id=by,
            now=now,
            unit_id=course.unit_id,
            enrolments=len(found),
            first=[row.id for row in found[:NAMED]],
        )
    return len(found)
