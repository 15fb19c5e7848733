"""Writing down who took which report, and asking for files that take long to make."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.kit.jobs import Job, ask_for
from lms.reports.report import Asked, Report

KIND = "report"  # of the job


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
        "levels": asked.levels,
        "back": back,
    }
    return ask_for(session, KIND, params, by=by, now=now)
