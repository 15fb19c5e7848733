"""Long work as rows: a job has state, progress, a lease and a result, so that a killed worker loses nothing.

Huey carries the message "run job 7"; should the message be lost, the worker's sweep finds the row. A handler is
called as `handler(Run)` and must be repeatable: it may be run again after a crash.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Index, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.kit.clock import now as clock_now
from lms.kit.db import Base, Database
from lms.kit.i18n import N_
from lms.kit.storage import Storage

LEASE = timedelta(seconds=60)
TRIES = 5
FAILED = N_(
    "The work failed several times. Please ask for it again; if it fails again, tell the administrator."
)
CLEARED = "cleared"  # in a result in place of its file, once that was deleted because of its age
WAITING = "new_jobs"  # key in Session.info: ids to announce after the commit


class Job(Base):
    """A piece of long work that somebody asked for."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index("ix_job_state", "state", "lease_until"),
        Index("ix_job_kind", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    state: Mapped[str]
    done: Mapped[int]  # steps done; never goes back
    total: Mapped[int]  # steps in all, 0 while unknown
    tries: Mapped[int]
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]  # {"file": storage key, "name": download name, "type": media type}
    error: Mapped[str | None]  # an English msgid for the user
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class JobCancelled(Exception):
    """Somebody cancelled the job; the handler stops where it is."""


class JobRefused(Exception):
    """The work cannot be done, and trying again does not help before somebody mends something.

    `message` is an English msgid for the person who asked.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Run:
    """What a handler works with: its parameters, the database, the file store, and a way to tell how far it is."""

    job_id: int
    holder: str
    params: Mapping[str, Any]
    database: Database
    storage: Storage

    def progress(self, done: int, total: int) -> None:
        """Say how far it is and renew the lease. Raises JobCancelled when the job is no longer ours."""
        with self.database.writing() as session:
            mine = update(Job).where(Job.id == self.job_id, Job.state == "running", Job.holder == self.holder)
            values = {"done": done, "total": total, "lease_until": clock_now() + LEASE}
            if session.execute(mine.values(values).returning(Job.id)).first() is None:
                raise JobCancelled(f"job {self.job_id} was cancelled or taken over")


Handler = Callable[[Run], dict[str, Any]]


def ask_for(session: Session, kind: str, params: dict[str, Any], *, by: int | None, now: datetime) -> Job:
    """Add a job in the caller's transaction; the edge announces it to the worker after the commit."""
    job = Job(
        kind=kind, params=params, state="waiting", done=0, total=0, tries=0, created_by=by, created_at=now
    )
    session.add(job)
    session.flush()  # the id is needed for the page that shows the progress
    session.info.setdefault(WAITING, []).append(job.id)
    return job


def runnable(session: Session, now: datetime) -> list[int]:
    """Jobs nobody is working on: waiting, or left behind by a worker whose lease ran out."""
    left_behind = (Job.state == "running") & (Job.lease_until < now)
    return list(
        session.scalars(select(Job.id).where(or_(Job.state == "waiting", left_behind)).order_by(Job.id))
    )


def run(job_id: int, handlers: Mapping[str, Handler], database: Database, storage: Storage) -> None:
    """Take the job if nobody else has it, run its handler, and store the outcome."""
    holder = secrets.token_hex(8)
    job = _take(database, job_id, holder)
    if job is None:
        return
    try:
        result = handlers[job.kind](Run(job_id, holder, job.params, database, storage))
    except JobCancelled:
        return
    except JobRefused as refused:
        _close(database, job_id, holder, state="failed", error=refused.message)
        raise
    except Exception:
        _give_back(database, job_id, holder)
        raise
    _close(database, job_id, holder, state="done", result=result)


def cancel(session: Session, job_id: int, now: datetime) -> None:
    """Stop a job that is waiting or running; a finished one stays as it is."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(("waiting", "running")))
        .values(state="cancelled", finished_at=now, holder=None)
    )


def _take(database: Database, job_id: int, holder: str) -> Job | None:
    now = clock_now()
    free = or_(Job.state == "waiting", (Job.state == "running") & (Job.lease_until < now))
    taken = {"state": "running", "holder": holder, "lease_until": now + LEASE, "tries": Job.tries + 1}
    with database.writing() as session:
        if (
            session.execute(update(Job).where(Job.id == job_id, free).values(taken).returning(Job.id)).first()
            is None
        ):
            return None
        job = session.get_one(Job, job_id)
        if job.tries > TRIES:
            job.state, job.error, job.finished_at = "failed", FAILED, now
            return None
        return job


def _give_back(database: Database, job_id: int, holder: str) -> None:
    """After an error: wait for the sweep to try again, with the lease as the pause."""
    with database.writing() as session:
        session.execute(
            update(Job).where(Job.id == job_id, Job.holder == holder).values(lease_until=clock_now() + LEASE)
        )


def _close(
    database: Database,
    job_id: int,
    holder: str,
    *,
    state: str,
    result: dict[str, Any] | None = None,
    error: str | None = None,
) -> None:
    with database.writing() as session:
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.holder == holder, Job.state == "running")
            .values(
                state=state,
                result=result,
                error=error,
                finished_at=clock_now(),
                done=Job.done if error else Job.total,
            )
        )
