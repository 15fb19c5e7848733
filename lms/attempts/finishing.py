"""Handing in: an attempt's one change of state, its grade, and all that is counted by it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts import answers, grading, rules
from lms.attempts.models import Attempt, Grade, Standing
from lms.audit.actions import record
from lms.courses.actions import count
from lms.courses.models import Enrolment
from lms.exams import paper
from lms.exams.models import Exam


@dataclass(frozen=True, slots=True)
class Ending:
    """What handing in came to: the receipt's code, or else the numbers of events that never arrived."""

    receipt: str | None
    missing: tuple[int, ...] = ()


_WANTED = (
    Attempt.id,
    Attempt.person_id,
    Attempt.exam_id,
    Attempt.enrolment_id,
    Attempt.unit_id,
    Attempt.paper_id,
    Attempt.state,
    Attempt.deadline_at,
    Attempt.receipt,
    Exam.pass_percent,
    Exam.course_id,
    Enrolment.unit_id.label("counted_unit_id"),
    Enrolment.finished_at,
)


def submit(
    session: Session, attempt_id: int, person_id: int, *, tab: str, last_seq: int, key: bytes, now: datetime
) -> Ending:
    """Hand in, once everything the tab has numbered up to `last_seq` is there; repeating gives the same receipt.

    Raises LookupError when the person has no such attempt. When time and grace are over, what is missing cannot count
    any more, so the attempt ends with what there is.
    """
    row = _locked(session, attempt_id)
    if row is None or row.person_id != person_id:
        raise LookupError(f"no attempt {attempt_id} of person {person_id}")
    if row.state != "open":
        return Ending(row.receipt)
    if rules.is_overdue(row.deadline_at, now):
        return Ending(
            _finish(session, row, _events(session, row), by="reader", at=row.deadline_at, key=key, now=now)
        )
    events = _events(session, row)
    lacking = rules.missing(events, tab, last_seq)
    if lacking:
        return Ending(None, tuple(lacking))
    return Ending(_finish(session, row, events, by="candidate", at=now, key=key, now=now))


def finish_overdue_one(
    session: Session, attempt_id: int, *, by: str, key: bytes, now: datetime, wait: bool = True
) -> bool:
    """Hand in an attempt whose time and grace are over, with the answers that were saved; False if it is not so.

    Without `wait` an attempt that somebody else is just finishing is left to them.
    """
    row = _locked(session, attempt_id, wait=wait)
    if row is None or row.state != "open" or not rules.is_overdue(row.deadline_at, now):
        return False
    _finish(session, row, _events(session, row), by=by, at=row.deadline_at, key=key, now=now)
    return True


def _locked(session: Session, attempt_id: int, *, wait: bool = True) -> Any:
    """The attempt with what its exam says.

    On PostgreSQL the row is locked: saves that have begun end first, later ones wait and see the new state. So is
    the enrolment, that two exams of a course handed in at once do not each miss that the other is passed.
    """
    return session.execute(
        select(*_WANTED)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=[Attempt, Enrolment], key_share=True, skip_locked=not wait)
    ).first()


def _events(session: Session, row: Any) -> list[rules.Event]:
    return answers.events_of(session, row.id)


def _finish(
    session: Session, row: Any, events: list[rules.Event], *, by: str, at: datetime, key: bytes, now: datetime
) -> str:
    """Score what holds and record it; returns the receipt's code. The row must be locked and open."""
    held = rules.derive(events)
    receipt = rules.receipt_code(key, row.id, held, at)
    result = grading.grade(paper.load(session, row.paper_id), held.values, row.pass_percent)
    session.execute(
        update(Attempt)
        .where(Attempt.id == row.id, Attempt.state == "open")
        .values(state="submitted", submitted_at=at, finished_by=by, receipt=receipt)
    )
    _add_grade(session, row.id, result, reason="submitted", now=now)
    _raise_standing(session, row, result, at)
    _count_ending(session, row, result, at)
    record(
        session,
        "attempt.submit",
        "attempt",
        row.id,
        actor_id=row.person_id if by == "candidate" else None,
        now=now,
        unit_id=row.unit_id,
        by=by,
        percent=str(result.percent),
    )
    return receipt


def _add_grade(
    session: Session, attempt_id: int, result: grading.Result, *, reason: str, now: datetime
) -> None:
    session.execute(
        insert(Grade).values(
            attempt_id=attempt_id,
            number=1,
            points=result.points,
            most_points=result.most_points,
            percent=result.percent,
            passed=result.passed,
            right=result.right,
            band=result.band,
            scores=result.scores,
            engine=grading.ENGINE,
            reason=reason,
            at=now,
        )
    )


def _raise_standing(session: Session, row: Any, result: grading.Result, at: datetime) -> None:
    """One more attempt used; the best result is kept, of equal ones the earlier."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(Standing).values(
        exam_id=row.exam_id,
        person_id=row.person_id,
        attempts=1,
        best_attempt_id=row.id,
        best_percent=result.percent,
        passed_at=at if result.passed else None,
    )
    new, better = fresh.excluded, fresh.excluded.best_percent > Standing.best_percent
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=[Standing.exam_id, Standing.person_id],
            set_={
                "attempts": Standing.attempts + 1,
                "best_attempt_id": case((better, new.best_attempt_id), else_=Standing.best_attempt_id),
                "best_percent": case((better, new.best_percent), else_=Standing.best_percent),
                "passed_at": func.coalesce(Standing.passed_at, new.passed_at),
            },
        )
    )


def _count_ending(session: Session, row: Any, result: grading.Result, at: datetime) -> None:
    """In the counts of the unit: an attempt more, and the course finished if this was the last exam to pass."""
    more = {"attempts": 1}
    if result.passed and row.finished_at is None:
        obligation = _finish_course(session, row, at)
        if obligation:
            more["finished" if obligation == "must" else "others_finished"] = 1
    count(session, row.course_id, row.counted_unit_id, **more)


def _finish_course(session: Session, row: Any, at: datetime) -> str | None:
    """Note that every exam of the course is passed, if now it is; returns the obligation of who finished."""
    passed = exists().where(
        Standing.exam_id == Exam.id, Standing.person_id == row.person_id, Standing.passed_at.is_not(None)
    )
    lacking = exists().where(Exam.course_id == row.course_id, Exam.state != "draft", ~passed)
    return session.scalar(
        update(Enrolment)
        .where(Enrolment.id == row.enrolment_id, Enrolment.finished_at.is_(None), ~lacking)
        .values(finished_at=at)
        .returning(Enrolment.obligation)
    )
