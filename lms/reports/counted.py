"""Reports that take longer to count than anybody waits: counted by the worker, and kept as the result of its job.

Whoever may see such a report of a unit finds what was counted last for the same question, with the moment of its
figures, and can have it counted again. What is kept is for the screen: files and frozen reports are read anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit import clock
from lms.kit.i18n import language, speaking
from lms.kit.jobs import Job, Run, ask_for
from lms.kit.tables import Table
from lms.organisation.models import Unit
from lms.reports import keeping
from lms.reports.asking import asked_again, params_of
from lms.reports.catalogue import REPORTS
from lms.reports.jobs import progress_of
from lms.reports.report import Asked, Report

KIND = "report.count"  # of the job
MOST_AT_ONCE = 50_000  # attempts or people that are read while somebody waits: about a second
MOST_LINES = 500  # that are kept: the screen shows fewer, and files are made anew
LOOKED_AT = 500  # jobs of the kind, the newest, among which the same question is looked for


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and the moment of the figures."""

    table: Table
    at: datetime


def takes_long(session: Session, report: Report, asked: Asked) -> bool:
    """Whether so much is read for it that the worker counts it."""
    return report.reads is not None and report.reads(session, asked) > MOST_AT_ONCE


def latest(session: Session, report: Report, asked: Asked) -> Counted | None:
    """What was counted last for this question, in the language in force."""
    job = _job(session, report, asked, ("done",))
    if job is None or not job.result or "table" not in job.result:
        return None
    return Counted(keeping.table_of(job.result["table"]), datetime.fromisoformat(job.result["at"]))


def under_way(session: Session, report: Report, asked: Asked) -> Job | None:
    """The counting that waits or runs for this question, whoever asked for it."""
    return _job(session, report, asked, ("waiting", "running"))


def failed(session: Session, report: Report, asked: Asked) -> bool:
    """Whether the last counting of this question was given up; it is then not asked for again by itself."""
    job = _job(session, report, asked, ("waiting", "running", "done", "failed", "cancelled"))
    return job is not None and job.state in ("failed", "cancelled")


def ask(session: Session, report: Report, asked: Asked, *, by: int | None, now: datetime) -> Job:
    """Have it counted, unless that is being done: then the job that does it."""
    return under_way(session, report, asked) or ask_for(
        session, KIND, _question(report, asked), by=by, now=now
    )


def count(run: Run) -> dict[str, Any]:
    """The job's handler; {"table", "at"} of the result. It only reads, so it may be run again after a crash."""
    params = run.params
    report = REPORTS[params["report"]]
    with run.database.reading() as session, speaking(params["language"]):
        asked = asked_again(
            session,
            session.get_one(Course, params["course_id"]),
            session.get_one(Unit, params["unit_id"]),
            params,
            at=clock.now(),
            of_exam=report.of_exam,
        )
        total = report.reads(session, asked) if report.reads and report.ticks else 0
        with progress_of(run, total) as tell:
            table = report.table(session, replace(asked, tick=tell))
            kept = keeping.kept(replace(table, rows=tuple(islice(table.rows, MOST_LINES))))
    return {"table": kept, "at": asked.until.isoformat()}


def _question(report: Report, asked: Asked) -> dict[str, Any]:
    who = {"report": report.name, "course_id": asked.course.id, "unit_id": asked.unit.id}
    return {**who, "language": language(), **params_of(asked)}


def _job(session: Session, report: Report, asked: Asked, states: tuple[str, ...]) -> Job | None:
    """The newest job of these states for the question."""
    wanted = _question(report, asked)
    newest = (
        select(Job.id, Job.params)
        .where(Job.kind == KIND, Job.state.in_(states))
        .order_by(Job.id.desc())
        .limit(LOOKED_AT)
    )
    found = next((row.id for row in session.execute(newest) if row.params == wanted), None)
    return session.get(Job, found) if found is not None else None
