"""Reports that take longer to count than anybody waits: counted by the worker, and kept as the result of its job.

Whoever may see such a report of a unit finds what was counted last for the same question, with the moment of its
figures, and can have it counted again. What is kept is for the screen: files and frozen reports are read anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.i18n import language, speaking
from lms.kit.jobs import Job, Run, ask_for
from lms.kit.tables import Table
from lms.organisation.models import Unit
from lms.reports import frozen, keeping
from lms.reports.asking import asked_again, params_of
from lms.reports.catalogue import REPORTS
from lms.reports.jobs import progress_of
from lms.reports.report import Asked, Report

KIND = "report.count"  # of the job
MOST_AT_ONCE = 50_000  # attempts or people that are read while somebody waits: about a second
MOST_LINES = 500  # that are kept: the screen shows fewer, and files are made anew
MOST_OF_PAPER = 2 * frozen.MOST_LINES  # that are kept to be compared with a frozen report
LOOKED_AT = 500  # jobs of the kind, the newest, among which the same question is looked for
OVER = ("done", "failed", "cancelled")
KEPT = timedelta(days=7)  # what was counted; whoever looks later has it counted anew
KEPT_FOLLOWED = timedelta(hours=1)  # what was counted anew since
CLEARED = 1_000  # jobs a sweep looks through, the oldest


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and the moment of the figures; `cut`: there were more lines than are kept."""

    table: Table
    at: datetime
    cut: bool


def takes_long(session: Session, report: Report, asked: Asked) -> bool:
    """Whether so much is read for it that the worker counts it."""
    return report.reads is not None and report.reads(session, asked) > MOST_AT_ONCE


def latest(session: Session, report: Report, asked: Asked, *, paper: bool = False) -> Counted | None:
    """What was counted last for this question, in the language in force; as a `paper`, in Vietnamese and with all its
    lines, to be compared with others."""
    job = _job(session, report, asked, ("done",), paper=paper)
    if job is None or not job.result or "table" not in job.result:
        return None
    said = job.result
    return Counted(
        keeping.table_of(said["table"]), datetime.fromisoformat(said["at"]), bool(said.get("cut", False))
    )


def under_way(session: Session, report: Report, asked: Asked, *, paper: bool = False) -> Job | None:
    """The counting that waits or runs for this question, whoever asked for it."""
    return _job(session, report, asked, ("waiting", "running"), paper=paper)


def failed(session: Session, report: Report, asked: Asked, *, paper: bool = False) -> bool:
    """Whether the last counting of this question was given up; it is then not asked for again by itself."""
    job = _job(session, report, asked, ("waiting", "running", *OVER), paper=paper)
    return job is not None and job.state in ("failed", "cancelled")


def ask(
    session: Session, report: Report, asked: Asked, *, by: int | None, now: datetime, paper: bool = False
) -> Job:
    """Have it counted, unless that is being done: then the job that does it."""
    return under_way(session, report, asked, paper=paper) or ask_for(
        session, KIND, _question(report, asked, paper), by=by, now=now
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
            most = MOST_OF_PAPER if params.get("paper") else MOST_LINES
            rows = tuple(islice(table.rows, most + 1))
            kept = keeping.kept(replace(table, rows=rows[:most]))
    return {"table": kept, "at": asked.until.isoformat(), "cut": len(rows) > most}


def clear_old(database: Database, now: datetime) -> int:
    """Forget what was counted some days ago, and what was counted anew since; how many there were.

    A counting that another one of its question has followed is of no use, but for those who have its page open.
    """
    with database.reading() as session:
        over = session.execute(
            select(Job.id, Job.params, Job.finished_at)
            .where(Job.kind == KIND, Job.state.in_(OVER))
            .order_by(Job.id)
            .limit(CLEARED)
        ).all()
    later: set[str] = set()
    old: list[int] = []
    for job_id, params, finished in reversed(over):
        question = json.dumps(params, sort_keys=True)
        kept = KEPT_FOLLOWED if question in later else KEPT
        later.add(question)
        if finished is not None and finished < now - kept:
            old.append(job_id)
    if old:
        with database.writing() as session:
            session.execute(delete(Job).where(Job.id.in_(old), Job.state.in_(OVER)))
    return len(old)


def _question(report: Report, asked: Asked, paper: bool) -> dict[str, Any]:
    who = {"report": report.name, "course_id": asked.course.id, "unit_id": asked.unit.id}
    how = {"language": "vi", "paper": True} if paper else {"language": language()}
    return {**who, **how, **params_of(asked)}


def _job(
    session: Session, report: Report, asked: Asked, states: tuple[str, ...], *, paper: bool
) -> Job | None:
    """The newest job of these states for the question."""
    wanted = _question(report, asked, paper)
    newest = (
        select(Job.id, Job.params)
        .where(Job.kind == KIND, Job.state.in_(states))
        .order_by(Job.id.desc())
        .limit(LOOKED_AT)
    )
    found = next((row.id for row in session.execute(newest) if row.params == wanted), None)
    return session.get(Job, found) if found is not None else None
