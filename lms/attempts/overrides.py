"""Giving somebody something different in an exam, and withdrawing it: effective at once, also in attempts under way.

On PostgreSQL whoever starts holds a share of the exam's row until the attempt is there (`queries.chance`), and an
override locks that row first: so every attempt either knows the override or is found here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, AttemptNote
from lms.audit.actions import record
from lms.courses.models import Enrolment, Stage
from lms.exams.models import Exam, Override
from lms.exams.overrides import IN_FORCE, STAGE, concerns, different_of, span_of
from lms.exams.policy import (
    Different,
    Policy,
    Span,
    combined,
    deadline,
    for_person,
    moved_deadline,
    policy_of,
)
from lms.vietnamese.text import tidy


def add(
    session: Session,
    exam: Exam,
    different: Different,
    *,
    reason: str,
    by: int,
    now: datetime,
    person_id: int | None = None,
    unit_id: int | None = None,
    label: str = "",
) -> int:
    """Give a person, a unit with all below it, or a label something different. Returns how many attempts under way
    got another deadline. The caller has checked `lms.exams.policy.override_refusals`, and that exactly one of
    `person_id`, `unit_id`, `label` is given and belongs to the course."""
    _lock(session, exam)
    override = Override(
        exam_id=exam.id,
        person_id=person_id,
        unit_id=unit_id,
        label=label,
        extra_minutes=different.extra_minutes,
        extra_attempts=different.extra_attempts,
        opens_at=different.opens_at,
        closes_at=different.closes_at,
        reason=tidy(reason),
        created_by=by,
        created_at=now,
    )
    session.add(override)
    exam.has_overrides = True
    session.flush()
    moved = _move_deadlines(session, exam, override, by=by, now=now)
    _record(session, "exam.override", exam, override, by=by, now=now, moved=moved)
    return moved


def withdraw(session: Session, exam: Exam, override: Override, *, by: int, now: datetime) -> int:
    """What it gave ends now; attempts under way keep two minutes at least. Returns how many got another deadline.

    Withdrawing again changes nothing."""
    _lock(session, exam)
    session.refresh(override)
    if override.withdrawn_at is not None:
        return 0
    override.withdrawn_by, override.withdrawn_at = by, now
    session.flush()
    left = select(Override.id).where(Override.exam_id == exam.id, IN_FORCE).limit(1)
    exam.has_overrides = session.scalar(left) is not None
    moved = _move_deadlines(session, exam, override, by=by, now=now)
    _record(session, "exam.override_withdrawn", exam, override, by=by, now=now, moved=moved)
    return moved


def _lock(session: Session, exam: Exam) -> None:
    session.flush()
    session.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update(key_share=True))


def _move_deadlines(session: Session, exam: Exam, changed: Override, *, by: int, now: datetime) -> int:
    """Bring the deadlines of open attempts that the override concerns up to what now holds for each."""
    in_force = session.scalars(select(Override).where(Override.exam_id == exam.id, IN_FORCE)).all()
    others = {override.id: different_of(override) for override in in_force if override.id != changed.id}
    added = changed.withdrawn_at is None
    policy, moves = policy_of(exam), []
    rows, also = _concerned(session, exam, changed)
    for attempt in rows:
        rest = [others[id_] for id_ in also.get(attempt.enrolment_id, ()) if id_ in others]
        without, with_ = (
            deadline(_holds(policy, span_of(attempt), several), attempt.started_at)
            for several in (rest, [*rest, different_of(changed)])
        )
        before, after = (without, with_) if added else (with_, without)
        at = moved_deadline(attempt.deadline_at, before, after, now)
        if at != attempt.deadline_at:
            moves.append((attempt.id, attempt.deadline_at, at))
    _keep(session, exam, changed, moves, by=by, now=now)
    return len(moves)


def _holds(policy: Policy, stage: Span | None, several: list[Different]) -> Policy:
    return for_person(policy, stage, combined(several), policy.closes_at)


def _concerned(session: Session, exam: Exam, changed: Override) -> tuple[list[Any], dict[int, list[int]]]:
    """The open attempts of those whom the override concerns, locked, and by enrolment the overrides in force."""
    open_ones = (
        select(Attempt.id, Attempt.enrolment_id, Attempt.started_at, Attempt.deadline_at, *STAGE)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Override, Override.id == changed.id)
        .outerjoin(Stage, Stage.id == Enrolment.stage_id)
        .where(Attempt.exam_id == exam.id, Attempt.state == "open", concerns())
        .order_by(Attempt.id)
        .with_for_update(of=Attempt, key_share=True)
    )
    rows = list(session.execute(open_ones))
    if not rows:
        return [], {}
    also: dict[int, list[int]] = {}
    concerned = session.execute(
        select(Enrolment.id, Override.id)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .join(Override, Override.exam_id == Attempt.exam_id)
        .where(Attempt.exam_id == exam.id, Attempt.state == "open", IN_FORCE, concerns())
    )
    for enrolment_id, override_id in concerned:
        also.setdefault(enrolment_id, []).append(override_id)
    return rows, also


def _keep(
    session: Session,
    exam: Exam,
    changed: Override,
    moves: list[tuple[int, datetime, datetime]],
    *,
    by: int,
    now: datetime,
) -> None:
    """One statement for the deadlines and one for the lines in the stories, however many attempts there are."""
    if not moves:
        return
    session.execute(update(Attempt), [{"id": id_, "deadline_at": after} for id_, _before, after in moves])
    session.execute(
        insert(AttemptNote),
        [
            {
                "exam_id": exam.id,
                "attempt_id": id_,
                "kind": "extended",
                "text": changed.reason,
                "detail": {
                    "override": changed.id,
                    "withdrawn": changed.withdrawn_at is not None,
                    "before": before.isoformat(),
                    "after": after.isoformat(),
                },
                "by": by,
                "at": now,
            }
            for id_, before, after in moves
        ],
    )


def _record(
    session: Session, action: str, exam: Exam, override: Override, *, by: int, now: datetime, moved: int
) -> None:
    target = {"person": override.person_id, "unit": override.unit_id, "label": override.label or None}
    record(
        session,
        action,
        "exam",
        exam.id,
        actor_id=by,
        now=now,
        unit_id=exam.course.unit_id,
        code=exam.code,
        override=override.id,
        moved=moved,
        minutes=override.extra_minutes,
        attempts=override.extra_attempts,
        **{kind: value for kind, value in target.items() if value is not None},
    )
