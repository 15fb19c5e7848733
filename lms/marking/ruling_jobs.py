"""The long work of rulings: counting what one would change, and grading again when it is approved or withdrawn.

Grading again goes attempt by attempt, each in a transaction of its own, so that nobody who sits the exam waits. Only
attempts whose grade is not what it should be are touched: after a crash the work begins anew and finds what is left.
It ends when a whole pass finds nothing left; so who handed in just when the ruling was approved is found as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.attempts import effects, regrading
from lms.attempts.models import Grade
from lms.exams import rulings as in_exam
from lms.exams.models import Exam, Ruling
from lms.kit.clock import now as clock_now
from lms.kit.jobs import Run
from lms.marking import dry_run, rulings
from lms.marking.dry_run import Pass, PersonChange

MOST_PASSES = 20
MOST_SAID = 40  # different answers that are kept of a distribution
TELL_EVERY = 20  # attempts


def count_effects(run: Run) -> dict[str, Any]:
    """Job: what a proposed ruling would change. Its counts, the list's key in the storage, and what was answered go
    to the ruling's `effects`; nothing else is written. Parameters: ruling_id."""
    with run.database.reading() as session:
        ruling = session.get_one(Ruling, run.params["ruling_id"])
        exam = session.get_one(Exam, ruling.exam_id)
        total = dry_run.attempts_to_look_at(session, exam.id, ruling.version_id)
        found = dry_run.look(
            session,
            exam,
            in_exam.in_force(session, exam.id, also=ruling),
            version_id=ruling.version_id,
            tell=lambda looked: run.progress(min(looked, total), total),
        )
        changes = dry_run.people(session, exam, found.differences)
    key = effects.keep(run.storage, [_plain(change) for change in changes])
    counts = dry_run.effects(found, changes)
    values = counts | {
        effects.LIST: key,
        "given": _given(found),
        "right": found.right,
        "at": clock_now().isoformat(),
    }
    _keep(run, ruling.id, values)
    return {"counts": counts}


def _keep(run: Run, ruling_id: int, values: dict[str, Any]) -> None:
    """Only while it is proposed: the effects that were approved stay as they were read."""
    with run.database.writing() as session:
        former = session.scalar(select(Ruling.effects).where(Ruling.id == ruling_id)) or {}
        kept = session.execute(
            update(Ruling)
            .where(Ruling.id == ruling_id, Ruling.state == "proposed")
            .values(effects=values)
            .returning(Ruling.id)
        ).first()
    gone = former.get(effects.LIST) if kept else values[effects.LIST]
    if gone:
        run.storage.remove(gone)


def _given(found: Pass) -> list[list[Any]]:
    return [[said, count] for said, count in found.given.most_common(MOST_SAID)]


def _plain(change: PersonChange) -> dict[str, Any]:
    return {
        "person": change.person_id,
        "attempt": change.attempt_id,
        "direction": change.direction,
        "points": [str(change.before.points), str(change.after.points)],
        "most_points": [str(change.before.most_points), str(change.after.most_points)],
        "percent": [str(change.percent_before), str(change.percent_after)],
        "passed": [change.passed_before, change.passed_after],
    }


def apply(run: Run) -> dict[str, Any]:
    """Job: grade again what an approved ruling changes. Parameters: ruling_id."""
    return _grade_again(run, state="approved", reason="ruling")


def undo(run: Run) -> dict[str, Any]:
    """Job: grade again as if a ruling that is being withdrawn had never been. Parameters: ruling_id."""
    return _grade_again(run, state="undoing", reason="ruling_undone")


def _grade_again(run: Run, *, state: str, reason: str) -> dict[str, Any]:
    with run.database.reading() as session:
        ruling = session.get_one(Ruling, run.params["ruling_id"])
        done = _changed_so_far(session, ruling, reason)
    if ruling.state != state:
        return {"changed": 0}
    by = ruling.decided_by if state == "approved" else ruling.undone_by
    for _pass in range(MOST_PASSES):
        left = _left(run, ruling, done)
        if not left:
            with run.database.writing() as session:
                rulings.settle(session, session.get_one(Ruling, ruling.id), changed=done, now=clock_now())
            return {"changed": done}
        total = done + len(left)
        for attempt_id in left:
            with run.database.writing() as session:
                regrading.regrade(
                    session, attempt_id, reason=reason, by=by, now=clock_now(), ruling_id=ruling.id
                )
            done += 1
            if done % TELL_EVERY == 0:
                run.progress(done, total)
    raise RuntimeError(f"ruling {ruling.id}: attempts still differ after {MOST_PASSES} passes")


def _left(run: Run, ruling: Ruling, done: int) -> Sequence[int]:
    """The attempts whose grade is not what it should be by now."""
    with run.database.reading() as session:
        exam = session.get_one(Exam, ruling.exam_id)
        ruled = in_exam.in_force(session, exam.id)
        found = dry_run.look(
            session,
            exam,
            ruled,
            version_id=ruling.version_id,
            tell=lambda _looked: run.progress(done, 0),
        )
    return [one.attempt_id for one in found.differences]


def _changed_so_far(session: Session, ruling: Ruling, reason: str) -> int:
    rows = select(func.count()).where(Grade.ruling_id == ruling.id, Grade.reason == reason)
    return session.scalar(rows) or 0
