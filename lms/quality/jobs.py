"""Counting how exams and their questions did: a job for each exam, asked for by the sweep when something changed.

The sweep looks at what came since it asked last: grades with a higher number, and attempts declared void or counted
again. Of the exams concerned those whose figures are older than that are asked for, at most MOST_WAITING at a time and
not again before PAUSE is over, however much comes in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, AttemptNote, Grade
from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job, Run
from lms.quality import actions
from lms.quality.models import ExamAnalysis
from lms.quality.rules import PAUSE, SAMPLE

JOB = "quality.analyse"
MOST_WAITING = 20
_STEPS = (
    8  # of the work after reading, each as long as reading a tenth of the attempts, as far as the bar goes
)
_OVERLAP = 500  # grades with lower numbers that may have been committed after those seen
_LATE = timedelta(minutes=2)  # the same of notes
_TURNS = ("voided", "restored", "reopened")


def analyse(run: Run) -> dict[str, Any]:
    """The job's handler: read, compute, keep. Repeatable; nothing is kept before the end."""
    from lms.quality import analysing, reading

    exam_id = int(run.params["exam"])
    with run.database.reading() as session:
        attempts = reading.count(session, exam_id)
        picked = min(attempts, SAMPLE)
        total = attempts + picked + _STEPS
        found = reading.read(session, exam_id, lambda done: run.progress(min(done, attempts), total))
    places = reading.selection(len(found.results), SAMPLE)
    chosen = reading.read_answers(
        run.database, found, places, lambda done: run.progress(attempts + min(done, picked), total)
    )
    steps = iter(range(1, _STEPS))
    figures = analysing.figures(
        found, chosen, lambda: run.progress(attempts + picked + next(steps, _STEPS - 1), total)
    )
    with run.database.writing() as session:
        questions = actions.store(
            session,
            exam_id,
            figures,
            attempts=len(found.results),
            last_grade_id=found.last_grade_id,
            now=clock.now(),
        )
    return {"attempts": len(found.results), "questions": questions}


def ask(session: Session, exam_id: int, *, by: int | None, now: datetime, **more: Any) -> Job | None:
    """Ask for an exam to be counted; None when that is being done already."""
    if exam_id in _under_way(session):
        return None
    return jobs.ask_for(session, JOB, {"exam": exam_id} | more, by=by, now=now)


def ask_due(database: Database, now: datetime) -> int:
    """The sweep: ask for the exams whose figures are old; returns how many."""
    with database.reading() as session:
        due, seen, more = _due(session, now)
    if due:
        with database.writing() as session:
            for exam_id in due:
                ask(session, exam_id, by=None, now=now, seen=seen, more=more)
    return len(due)


def _due(session: Session, now: datetime) -> tuple[Sequence[int], int, bool]:
    """Exams to be asked for, up to which grade that is everything, and whether there are more."""
    newest = session.scalar(select(func.max(Grade.id)))
    last = session.scalar(
        select(Job).where(Job.kind == JOB, Job.created_by.is_(None)).order_by(Job.id.desc()).limit(1)
    )
    if newest is None or (last and not last.params.get("more") and now < last.created_at + PAUSE):
        return (), 0, False
    seen = int(last.params.get("seen", 0)) if last else 0
    turned = _turned(session, last.created_at - _LATE) if last else {}
    if last and newest == seen and not turned and now > last.created_at + 2 * PAUSE:
        return (), seen, False
    first = {**turned, **_graded(session, seen - _OVERLAP)}
    waiting = _under_way(session)
    room = MOST_WAITING - len(waiting)
    due = [
        exam_id for exam_id in sorted(first, key=lambda one: (first[one], one)) if _is_old(session, exam_id)
    ]
    due = [exam_id for exam_id in due if exam_id not in waiting]
    if room <= 0:
        return (), seen, False
    left = due[room:]
    return due[:room], min(newest, first[left[0]] - 1) if left else newest, bool(left)


def _graded(session: Session, after: int) -> dict[int, int]:
    """Exams with grades of a higher number, and the first of these."""
    rows = session.execute(
        select(Attempt.exam_id, func.min(Grade.id))
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .where(Grade.id > after)
        .group_by(Attempt.exam_id)
    )
    return {row[0]: row[1] for row in rows}


def _turned(session: Session, since: datetime) -> dict[int, int]:
    """Exams in which attempts were taken out of the counting or put back since; these come first."""
    rows = session.scalars(
        select(AttemptNote.exam_id).where(AttemptNote.at >= since, AttemptNote.kind.in_(_TURNS)).distinct()
    )
    return dict.fromkeys(rows, 0)


def _is_old(session: Session, exam_id: int) -> bool:
    """Whether grades came, or attempts went, since the exam's figures were counted."""
    kept = session.execute(
        select(ExamAnalysis.attempts, ExamAnalysis.last_grade_id).where(ExamAnalysis.exam_id == exam_id)
    ).first()
    graded = (Attempt.exam_id == exam_id, Attempt.state == "submitted")
    if kept is None:
        return bool(session.scalar(select(func.count()).where(*graded)))
    newer = select(Grade.id).join(Attempt, Attempt.id == Grade.attempt_id).where(*graded, Grade.id > kept[1])
    if session.scalar(newer.limit(1)) is not None:
        return True
    return session.scalar(select(func.count()).where(*graded)) != kept[0]


def _under_way(session: Session) -> set[int]:
    """Exams that are being counted or wait for it."""
    rows = session.scalars(select(Job.params).where(Job.kind == JOB, Job.state.in_(("waiting", "running"))))
    return {int(params["exam"]) for params in rows}
