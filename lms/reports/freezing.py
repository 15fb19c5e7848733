"""Long work about frozen reports, done by the worker: freezing what takes long to read, and writing long files of it.

A report is read at one moment by a session that only reads; its number, its figures and the job's result are one
transaction. So a worker that is killed loses no number, and a job that runs again finds what it has done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit import clock
from lms.kit.i18n import N_
from lms.kit.jobs import Job, JobCancelled, JobRefused, Run, ask_for
from lms.kit.tables import TABLE_FORMATS
from lms.organisation.models import Unit
from lms.reports import frozen, frozen_files
from lms.reports.asking import asked_again, params_of
from lms.reports.catalogue import REPORTS
from lms.reports.jobs import progress_of
from lms.reports.models import FrozenReport
from lms.reports.report import Asked, Report
from lms.reports.schedules import holds

KIND, KIND_FILE = "report.freeze", "report.frozen"  # of the jobs
MAY_FREEZE = "officer"  # over the unit: when it is asked for, and still when it is done
TOO_LONG = N_("The list has too many lines for one frozen report. Please freeze it unit by unit.")
NOT_ALLOWED = N_("You are no longer an officer of this unit, so nothing was frozen.")


def order(session: Session, report: Report, asked: Asked, *, note: str, by: int, now: datetime) -> Job:
    """Have the worker freeze the report, with the figures of the moment at which it reads them."""
    params = {"report": report.name, "course_id": asked.course.id, "unit_id": asked.unit.id, "note": note}
    return ask_for(session, KIND, {**params, **params_of(asked)}, by=by, now=now)


def freeze(run: Run) -> dict[str, Any]:
    """The handler of KIND; {"frozen_id"} of the result."""
    with run.database.reading() as session:
        if done := session.get_one(Job, run.job_id).result:
            return done  # a worker before us was killed after it
    report, now = REPORTS[run.params["report"]], clock.now()
    with run.database.reading() as session:
        asked = _asked(session, run, report, now)
        total = report.reads(session, asked) if report.reads and report.ticks else 0
        with progress_of(run, total) as tell:
            try:
                table = frozen.read(session, report, replace(asked, tick=tell))
            except frozen.TooLong as reason:
                raise JobRefused(TOO_LONG) from reason
    with run.database.writing() as session:
        job = session.get_one(Job, run.job_id, with_for_update=True)
        if (job.state, job.holder) != ("running", run.holder):
            raise JobCancelled(f"job {run.job_id} was cancelled or taken over")
        if not holds(session, job.created_by, MAY_FREEZE, run.params["unit_id"]):
            raise JobRefused(NOT_ALLOWED)
        asked, note = _asked(session, run, report, now), run.params["note"]
        kept = frozen.keep(session, report, asked, table, note=note, by=job.created_by, now=now)
        job.result = {"frozen_id": kept.id}
    return job.result


def _asked(session: Session, run: Run, report: Report, now: datetime) -> Asked:
    course = session.get_one(Course, run.params["course_id"])
    unit = session.get_one(Unit, run.params["unit_id"])
    return asked_again(session, course, unit, run.params, at=now, of_exam=report.of_exam)


def order_file(
    session: Session, kept: FrozenReport, format_: str, *, back: str, by: int, now: datetime
) -> Job:
    """Have the worker write a long file of a frozen report. Counts as a download: nobody else gets it."""
    frozen.note_download(session, kept, format_, by=by, now=now)
    params = {"frozen_id": kept.id, "format": format_, "back": back}
    return ask_for(session, KIND_FILE, params, by=by, now=now)


def write_file(run: Run) -> dict[str, Any]:
    """The handler of KIND_FILE; {"file", "name", "type"} of the result."""
    format_ = run.params["format"]
    with run.database.reading() as session:
        kept = session.get_one(FrozenReport, run.params["frozen_id"])
        unit = session.get_one(Unit, kept.unit_id).name
    with run.storage.writing() as (key, file), progress_of(run, len(kept.table["rows"])) as tell:
        frozen_files.write(kept, format_, file, tell)
    name = frozen_files.name_of(kept, unit, format_)
    return {"file": key, "name": name, "type": TABLE_FORMATS[format_].media_type}
