"""The worker: runs the jobs that people asked for, and sweeps for whatever is due or was left behind.

The truth about a job is its row (lms.kit.jobs); the queue only carries the message "run job 7", so that it starts
at once. A lost message, a killed worker or a queue that was out of order cost time, never work: the sweep finds the
row. Jobs run in processes, so that one job's memory or crash is not another's; the sweeps have a process of their
own, so that no long job delays them.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import click
import structlog

from lms.config import Settings, read_settings

if TYPE_CHECKING:
    from lms.kit.db import Database
    from lms.kit.jobs import Handler, Run
    from lms.kit.queue import Queue

# kind of job: "module:function", called with a Run (lms.kit.jobs). A new kind is one line; new sweeps join SWEEPS.
HANDLERS: dict[str, str] = {
    "report": "lms.reports.jobs:write_file",
    "report.count": "lms.reports.counted:count",
    "report.freeze": "lms.reports.freezing:freeze",
    "report.frozen": "lms.reports.freezing:write_file",
    "report.scheduled": "lms.reports.schedule_jobs:send",
    "certificates.bundle": "lms.certificates.jobs:bundle",
    "certificates.correct": "lms.certificates.correcting:correct",
    "documents.read": "lms.study.jobs:read_edition",
    "questions.read": "lms.banks.jobs:read_import",
    "questions.store": "lms.banks.jobs:store_import",
    "questions.export": "lms.banks.jobs:write_export",
    "questions.compare": "lms.banks.jobs:compare_questions",
    "questions.paper": "lms.banks.jobs:write_paper",
    "exams.papers": "lms.exams.jobs:write_papers",
    "marking.dry_run": "lms.marking.ruling_jobs:count_effects",
    "marking.apply": "lms.marking.ruling_jobs:apply",
    "marking.undo": "lms.marking.ruling_jobs:undo",
    "marking.likeness": "lms.marking.jobs:find_alike",
    "rosters.read": "lms.rosters.jobs:read",
    "rosters.store": "lms.rosters.jobs:store",
    "rosters.undo": "lms.rosters.jobs:undo",
    "rosters.back": "lms.rosters.back:write_back",
    "rosters.slips": "lms.rosters.slips:write_slips",
    "quality.analyse": "lms.quality.jobs:analyse",
}

log = structlog.get_logger("worker")


def announce_job(settings: Settings, job_id: int) -> None:
    """Tell the worker to run a job now. Never raises: without the message the job waits for the next sweep."""
    try:
        _queue(settings).add(job_id)
    except Exception as error:  # noqa: BLE001 - the request has done its part, the job is stored
        from lms.kit.foreign_logs import describe_error

        log.warning("job_not_announced", job=job_id, **describe_error(error))


@click.command()
@click.option("--processes", default=2, show_default=True, help="Jobs that may run at the same time.")
def worker(processes: int) -> None:
    """Run jobs and the regular sweeps. The database must be migrated first: lms db upgrade."""
    from lms.kit import clock, foreign_logs, logs
    from lms.kit.doctor import check_start
    from lms.kit.processes import children_die_with_us

    settings = read_settings(os.environ)
    check_start(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    logs.configure(settings.log_format)
    foreign_logs.take_over("huey")
    children_die_with_us()
    log.info("worker_started", processes=processes, kinds=len(HANDLERS), sweeps=len(SWEEPS))
    _queue(settings, owner=True).work(processes, lambda: sweep(settings, clock.now()))


def sweep(settings: Settings, now: datetime) -> None:
    """Everything that is due at `now`, one after the other; a failing one does not stop the rest."""
    for due in SWEEPS:
        with _reported(sweep=due.__name__) as facts:
            facts["count"] = due(settings, _database(settings), now)


def take_up_jobs(settings: Settings, database: Database, now: datetime) -> int:
    """Queue the jobs whose message was lost or whose worker died."""
    from lms.kit import jobs

    queue = _queue(settings, owner=True)
    with database.reading() as session:
        left_behind = set(jobs.runnable(session, now)) - queue.waiting()
    for job_id in sorted(left_behind):
        queue.add(job_id)
    return len(left_behind)


def finish_overdue(settings: Settings, database: Database, now: datetime) -> int:
    """Hand in the attempts whose time is over."""
    from lms.attempts import jobs

    return jobs.finish_overdue(database, now, secret=settings.secret_key)


def issue_earned(settings: Settings, database: Database, now: datetime) -> int:
    """Issue the certificates that were earned and not asked for yet."""
    from lms.certificates import jobs

    return jobs.issue_earned(database, now, settings)


def count_questions(settings: Settings, database: Database, now: datetime) -> int:
    """Ask for counting how exams and their questions did, when attempts have ended since."""
    from lms.quality import jobs

    return jobs.ask_due(database, now)


def clear_counted(settings: Settings, database: Database, now: datetime) -> int:
    """Forget reports that the worker counted long ago."""
    from lms.reports import counted

    return counted.clear_old(database, now)


def drop_old_edits(settings: Settings, database: Database, now: datetime) -> int:
    """Forget what stood in editors for a month and was never stored."""
    from lms.banks import clearing

    return clearing.drop_old_edits(database, now)


def drop_unnamed_pictures(settings: Settings, database: Database, now: datetime) -> int:
    """Delete the pictures that no question names."""
    from lms.banks import clearing

    return clearing.drop_unnamed_pictures(database, now)


def drop_transfer_files(settings: Settings, database: Database, now: datetime) -> int:
    """Delete old files of imports and exports of questions."""
    from lms.banks import clearing
    from lms.kit.storage import Storage

    return clearing.drop_transfer_files(database, Storage(settings.data_dir / "files"), now)


def drop_unnamed_files(settings: Settings, database: Database, now: datetime) -> int:
    """Delete files handed in whose transaction failed."""
    from lms.attempts import clearing
    from lms.kit.storage import Storage

    return clearing.drop_unnamed_files(database, Storage(settings.data_dir / "files"), now)


def drop_roster_files(settings: Settings, database: Database, now: datetime) -> int:
    """Delete files of lists of people that nobody stored, and slips after a day."""
    from lms.kit.storage import Storage
    from lms.rosters import jobs

    return jobs.drop_old_files(database, Storage(settings.data_dir / "files"), now)


def clear_bundles(settings: Settings, database: Database, now: datetime) -> int:
    """Throw away the parts of bundles that nobody makes any more."""
    from lms.certificates import jobs
    from lms.kit.storage import Storage

    return jobs.clear_workshops(database, Storage(settings.data_dir / "files"))


def make_marking_tasks(settings: Settings, database: Database, now: datetime) -> int:
    """Put answers that a person has to mark into the queue of the markers."""
    from lms.marking import tasks

    return tasks.make_all(database, now)


def release_marking_tasks(settings: Settings, database: Database, now: datetime) -> int:
    """Put back into the queue what markers took and did not mark."""
    from lms.marking import tasks

    return tasks.release_kept(database, now)


def look_for_likeness(settings: Settings, database: Database, now: datetime) -> int:
    """Ask for a look at texts that resemble each other where answers have come."""
    from lms.marking import jobs

    return jobs.ask_due(database, now)


def ask_scheduled_reports(settings: Settings, database: Database, now: datetime) -> int:
    """Ask for the reports that are to be sent by mail now."""
    from lms.reports import schedule_jobs

    return schedule_jobs.ask_due(database, now)


def send_reminders(settings: Settings, database: Database, now: datetime) -> int:
    """Remind those whom an officer asked to remind."""
    from lms.reports import reminders

    return reminders.send_waiting(database, now)


def send_mail(settings: Settings, database: Database, now: datetime) -> int:
    """Send the mail that waits."""
    from lms.kit import mail

    return mail.send_waiting(settings, database, now)


Sweep = Callable[[Settings, "Database", datetime], int]  # repeatable; returns how much it did
SWEEPS: list[Sweep] = [
    finish_overdue,
    issue_earned,
    make_marking_tasks,
    release_marking_tasks,
    look_for_likeness,
    ask_scheduled_reports,
    send_reminders,
    take_up_jobs,
    count_questions,
    clear_counted,
    drop_old_edits,
    drop_unnamed_pictures,
    drop_transfer_files,
    drop_unnamed_files,
    clear_bundles,
    drop_roster_files,
    send_mail,  # last: it may wait for the mail server
]


@cache
def _queue(settings: Settings, *, owner: bool = False) -> Queue:
    from lms.kit.queue import Queue

    return Queue(settings, lambda job_id: _run_job(settings, job_id), create=owner)


@cache
def _database(settings: Settings) -> Database:
    """Opened by the process that uses it, because connections do not survive a fork."""
    from lms import schema  # noqa: F401 - every table must be known before the first one is used
    from lms.kit.db import Database

    return Database(settings.database_url, pool_size=2)


def _run_job(settings: Settings, job_id: int) -> None:
    from lms.kit import jobs
    from lms.kit.storage import Storage

    with _reported(job=job_id):
        jobs.run(job_id, _handlers(), _database(settings), Storage(settings.data_dir / "files"))


def _handlers() -> Mapping[str, Handler]:
    return {kind: _later(place) for kind, place in HANDLERS.items()}


def _later(place: str) -> Handler:
    """The handler at "module:function", imported when it is called."""

    def call(run: Run) -> dict[str, Any]:
        result: dict[str, Any] = _load(place)(run)
        return result

    return call


def _load(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


@contextlib.contextmanager
def _reported(**facts: object) -> Iterator[dict[str, object]]:
    """Logs what came of the block, and swallows its error: the next sweep tries again.

    The block may add facts; with a `count` of nothing there is nothing to say.
    """
    from lms.kit.foreign_logs import describe_error

    began = time.monotonic()
    try:
        yield facts
    except Exception as error:  # noqa: BLE001
        log.error("failed", **facts, **describe_error(error))  # noqa: TRY400 - its text may quote a person
        return
    if facts.get("count", 1):
        log.info("done", **facts, ms=round((time.monotonic() - began) * 1000))
