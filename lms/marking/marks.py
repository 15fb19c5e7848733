"""Giving marks: what a marker says about an answer, when it counts, and what a correction changes.

An answer's mark counts once its readings are complete: the one, or two that agree (then their mean), or the one that
reconciles two which do not. Only then it goes to the attempt and the attempt is graded again.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts import regrading
from lms.attempts.models import SlotMark
from lms.audit.actions import record
from lms.marking import tasks
from lms.marking.models import MarkingTask
from lms.marking.rules import DROPPED, FIRST, MARKED, SECOND, TAKEN, THIRD, WAITING, Given, apart, mean, share
from lms.marking.tasks import TaskGone


def mark(session: Session, task: MarkingTask, given: Given, comment: str, *, by: int, now: datetime) -> bool:
    """Mark a taken task, or correct one that is marked; returns whether the answer's mark is settled by it.

    Who may do so was looked at before. Raises TaskGone when the task is in neither state.
    """
    regrading.locked(session, task.attempt_id)  # the other marker, ready at the same moment, comes after us
    rounds = tasks.rounds_of(session, task.attempt_id, task.slot)
    task = rounds[task.round]
    if task.state not in (TAKEN, MARKED) or (task.state == TAKEN and task.marker_id != by):
        raise TaskGone(f"task {task.id} is {task.state}")
    before = str(task.points) if task.state == MARKED else None
    task.state, task.points, task.comment, task.marked_at = MARKED, given.points, comment, now
    task.criteria = [str(points) for points in given.criteria]
    session.flush()
    record(
        session,
        "marking.correct" if before else "marking.mark",
        "marking_task",
        task.id,
        actor_id=by,
        now=now,
        unit_id=task.unit_id,
        points=str(given.points),
        **({"before": before} if before else {}),
    )
    return _settle(session, rounds, by=by, now=now)


def _settle(session: Session, rounds: dict[int, MarkingTask], *, by: int, now: datetime) -> bool:
    first = rounds[FIRST]
    counting = _counting(session, rounds, now)
    if counting is None:
        return False
    given, comment = counting
    _keep(session, first, given, comment, by=by, now=now)
    session.flush()
    regrading.regrade(session, first.attempt_id, reason="marked", by=by, now=now)
    return True


def _counting(session: Session, rounds: dict[int, MarkingTask], now: datetime) -> tuple[Given, str] | None:
    """What counts of the readings, with the comment for the candidate; None while one is lacking.

    Two that are apart ask for a third, and one that was asked for and is no longer needed is dropped.
    """
    first, second, third = (rounds.get(number) for number in (FIRST, SECOND, THIRD))
    if third is not None and third.state == MARKED:
        return _given(third), third.comment
    if first is None or first.state != MARKED or (second is not None and second.state != MARKED):
        return None
    if second is None:
        return _given(first), first.comment
    one, other = _given(first), _given(second)
    if apart(one.points, other.points, first.most_points):
        _ask_third(session, first, third, now)
        return None
    if third is not None:
        third.state, third.marker_id, third.taken_at = DROPPED, None, None
    return mean(one, other), "\n\n".join(text for text in (first.comment, second.comment) if text)


def _ask_third(session: Session, first: MarkingTask, third: MarkingTask | None, now: datetime) -> None:
    if third is None:
        row = regrading.locked(session, first.attempt_id)
        tasks.add(session, row, first.slot, number=THIRD, most=first.most_points, now=now)
    elif third.state == DROPPED:
        third.state = WAITING


def _given(task: MarkingTask) -> Given:
    return Given(task.points or Decimal(0), tuple(Decimal(points) for points in task.criteria))


def _keep(session: Session, task: MarkingTask, given: Given, comment: str, *, by: int, now: datetime) -> None:
    """The mark where grading finds it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {
        "correctness": share(given.points, task.most_points),
        "comment": comment,
        "criteria": [str(points) for points in given.criteria],
        "by": by,
        "at": now,
    }
    session.execute(
        dialect.insert(SlotMark)
        .values(attempt_id=task.attempt_id, slot=task.slot, **values)
        .on_conflict_do_update(index_elements=[SlotMark.attempt_id, SlotMark.slot], set_=values)
    )
