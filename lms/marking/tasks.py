"""The queue: what is to be marked becomes tasks, which markers take and give back.

Tasks follow from the state: a submitted attempt whose grade waits for a person has one for each answer and round. They
are made by the sweep, and when somebody looks at the queue before it ran; making them again makes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from lms.attempts import answers, grading, regrading, rules, standing
from lms.attempts.models import Attempt, Grade
from lms.audit.actions import record
from lms.banks.models import Bank, Question
from lms.exams import paper
from lms.exams.models import BlueprintCell, Exam, FixedQuestion
from lms.exams.rules import BY_PERSON
from lms.kit.db import Database
from lms.marking.models import MarkingTask
from lms.marking.rules import (
    FIRST,
    KEPT,
    MARKED,
    RETURNED,
    SECOND,
    TAKEN,
    THIRD,
    WAITING,
    most_of,
)

BATCH = 100  # attempts whose tasks are made in one transaction
TRIES = 5  # to take a task, against others who take at the same time


# --------------------------------------------------------------------------------------------------- making


def due(session: Session, most: int, exam_id: int | None = None) -> Sequence[int]:
    """Submitted attempts with an answer that waits for a person while no task of theirs does, the oldest first."""
    wanted = Attempt.exam_id == exam_id if exam_id is not None else Attempt.exam_id.in_(_exams_with_essays())
    return session.scalars(
        select(Attempt.id)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(
            wanted,
            Attempt.state == "submitted",
            ~exists().where(
                MarkingTask.attempt_id == Attempt.id, MarkingTask.state.in_((WAITING, TAKEN, RETURNED))
            ),
            standing.latest(),
            cast(Grade.scores, Text).like("%null%"),
        )
        .order_by(Attempt.id)
        .limit(most)
    ).all()


def _exams_with_essays() -> Any:
    """Ids of the exams whose papers may hold a question that a person marks."""
    by_topic = (
        select(BlueprintCell.exam_id)
        .join(Bank, Bank.topic_id == BlueprintCell.topic_id)
        .join(Question, Question.bank_id == Bank.id)
        .where(Question.type.in_(BY_PERSON))
    )
    by_hand = (
        select(FixedQuestion.exam_id)
        .join(Question, Question.id == FixedQuestion.question_id)
        .where(Question.type.in_(BY_PERSON))
    )
    return by_topic.union(by_hand)


def make_due(session: Session, now: datetime, *, exam_id: int | None = None, most: int = BATCH) -> int:
    """Make the tasks of the attempts that wait; returns for how many attempts."""
    found = due(session, most, exam_id)
    for attempt_id in found:
        make(session, attempt_id, now)
    return len(found)


def make_all(database: Database, now: datetime) -> int:
    """The sweep: all that wait, in small transactions. Stops where a round makes nothing new."""
    done, before = 0, None
    while True:
        with database.reading() as session:
            found = list(due(session, BATCH))
        if not found or found == before:
            return done
        for attempt_id in found:
            with database.writing() as session:
                done += bool(make(session, attempt_id, now))
        before = found


def make(session: Session, attempt_id: int, now: datetime) -> int:
    """The tasks of one attempt, as far as they are not there; returns how many are new."""
    row = regrading.locked(session, attempt_id)
    if row is None or row.state != "submitted":
        return 0
    second = bool(session.scalar(select(Exam.second_marker).where(Exam.id == row.exam_id)))
    sat = paper.load(session, row.paper_id)
    values = rules.derive(answers.events_of(session, attempt_id)).values
    given = regrading.given(session, row)
    new = 0
    for slot in sat.slots:
        if grading.score_slot(slot, values, given).waits:
            new += _again(session, row, slot.number, now)
            most = most_of(slot.question.rubric, slot.points)
            for number in (FIRST, SECOND) if second else (FIRST,):
                new += add(session, row, slot.number, number=number, most=most, now=now)
    return new


def _again(session: Session, row: Any, slot: int, now: datetime) -> int:
    """An answer that was marked and waits again was written anew, in an attempt that was reopened: it is read again
    from the start. What was given before stays in the audit trail."""
    tasks = session.scalars(
        select(MarkingTask).where(MarkingTask.attempt_id == row.id, MarkingTask.slot == slot)
    ).all()
    if not tasks or any(task.state != MARKED for task in tasks):
        return 0
    before = {str(task.round): str(task.points) for task in tasks}
    for task in tasks:
        if task.round == THIRD:
            session.delete(task)
            continue
        task.state, task.marker_id, task.taken_at = WAITING, None, None
        task.points, task.criteria, task.comment, task.marked_at = None, [], "", None
    session.flush()
    record(
        session,
        "marking.again",
        "attempt",
        row.id,
        actor_id=None,
        now=now,
        unit_id=row.unit_id,
        slot=slot,
        before=before,
    )
    return len(tasks)


def add(session: Session, row: Any, slot: int, *, number: int, most: Decimal, now: datetime) -> int:
    """One task, unless it is there; `row`: id, exam_id, unit_id of the attempt."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    made = session.scalar(
        dialect.insert(MarkingTask)
        .values(
            exam_id=row.exam_id,
            attempt_id=row.id,
            slot=slot,
            round=number,
            unit_id=row.unit_id,
            state=WAITING,
            most_points=most,
            criteria=[],
            comment="",
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(MarkingTask.id)
    )
    return int(made is not None)


# --------------------------------------------------------------------------------------------------- taking


class TaskGone(Exception):
    """The task is not in a state in which this can be done: somebody else was faster, or it is marked."""


def may_take(person_id: int, *, reconciles: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """That a task of the statement is free for the person: not their own attempt, and no other reading of the same
    answer is theirs. `reconciles`: that the person may decide between two markers though one of them is they."""
    attempt, other = aliased(Attempt), aliased(MarkingTask)
    own = exists().where(attempt.id == MarkingTask.attempt_id, attempt.person_id == person_id)
    reads = exists().where(
        other.attempt_id == MarkingTask.attempt_id,
        other.slot == MarkingTask.slot,
        other.round != MarkingTask.round,
        other.marker_id == person_id,
        other.state.in_((TAKEN, MARKED)),
    )
    free = ~reads if reconciles is None else or_(~reads, and_(MarkingTask.round == THIRD, reconciles))
    return and_(MarkingTask.state == WAITING, ~own, free)


def take(session: Session, task: MarkingTask, by: int, now: datetime, *, reconciles: bool) -> None:
    """Take a waiting task. Raises TaskGone when it is not free for this person."""
    # Two takes of both rounds by one person at once go one after the other: each first locks the attempt.
    regrading.locked(session, task.attempt_id)
    free = may_take(by, reconciles=MarkingTask.id == task.id if reconciles else None)
    taken = session.scalar(
        update(MarkingTask)
        .where(MarkingTask.id == task.id, free)
        .values(state=TAKEN, marker_id=by, taken_at=now)
        .returning(MarkingTask.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise TaskGone(f"task {task.id} is not free for person {by}")
    session.refresh(task)
    record(session, "marking.take", "marking_task", task.id, actor_id=by, now=now, unit_id=task.unit_id)


def give_back(session: Session, task: MarkingTask, by: int, now: datetime) -> None:
    """Put a taken task back into the queue. Raises TaskGone when it is not taken by this person."""
    given = session.scalar(
        update(MarkingTask)
        .where(MarkingTask.id == task.id, MarkingTask.state == TAKEN, MarkingTask.marker_id == by)
        .values(state=WAITING, marker_id=None, taken_at=None)
        .returning(MarkingTask.id)
        .execution_options(synchronize_session=False)
    )
    if given is None:
        raise TaskGone(f"task {task.id} is not with person {by}")
    session.refresh(task)
    record(session, "marking.give_back", "marking_task", task.id, actor_id=by, now=now, unit_id=task.unit_id)


def release_kept(database: Database, now: datetime) -> int:
    """The sweep: tasks that were taken longer than KEPT ago and not marked go back into the queue."""
    with database.writing() as session:
        rows = session.execute(
            update(MarkingTask)
            .where(MarkingTask.state == TAKEN, MarkingTask.taken_at < now - KEPT)
            .values(state=WAITING, marker_id=None, taken_at=None)
            .returning(MarkingTask.id, MarkingTask.unit_id)
        ).all()
        for row in rows:
            record(
                session,
                "marking.released",
                "marking_task",
                row.id,
                actor_id=None,
                now=now,
                unit_id=row.unit_id,
            )
    return len(rows)


def rounds_of(session: Session, attempt_id: int, slot: int) -> dict[int, MarkingTask]:
    """Every reading of an answer by its round, as it is now, whatever this session has read before."""
    found = session.scalars(
        select(MarkingTask)
        .where(MarkingTask.attempt_id == attempt_id, MarkingTask.slot == slot)
        .order_by(MarkingTask.round)
        .execution_options(populate_existing=True)
    )
    return {task.round: task for task in found}


def newest(session: Session, exam_id: int) -> datetime | None:
    """When the last task of an exam was made."""
    return session.scalar(select(func.max(MarkingTask.created_at)).where(MarkingTask.exam_id == exam_id))
