"""Where people stand: which attempt counts, whether the course is finished, and what is counted by it in the unit.

`raised` is the short way for the attempt that has just been handed in where the best one counts. Everything else
(other policies, grades that change later, attempts that are reopened or void) goes through `settle`, which finds it
anew from the grades; doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts import grading, returned
from lms.attempts.models import Attempt, Grade, Standing
from lms.courses import history
from lms.courses.counting import count_attempt
from lms.courses.following import follow
from lms.courses.models import Enrolment
from lms.exams.models import Exam
from lms.kit.db import table_of

_CENT = Decimal("0.01")
_STANDING, _ENROLMENT, _EXAM = table_of(Standing), table_of(Enrolment), table_of(Exam)


@dataclass(frozen=True, slots=True)
class Graded:
    """A submitted attempt with the grade that counts for it."""

    attempt_id: int
    number: int
    percent: Decimal
    passed: bool
    at: datetime  # handed in
    superseded: bool = False  # sent back, and written again in the next attempt


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of a person's attempts at an exam."""

    attempts: int
    attempt_id: int
    percent: Decimal
    passed_at: datetime | None


def counted(attempts: Sequence[Graded], policy: str, pass_percent: Decimal) -> Counted | None:
    """What counts by `policy` (best, last, first, mean); None without an attempt. Of equal ones the earlier is best.

    What was sent back and written again does not count: its rewriting stands for it, better or worse. Of the
    mean the attempt that is named is the best one; it is passed when the mean reaches the pass mark, since the
    latest attempt.
    """
    if not attempts:
        return None
    in_order = sorted(attempts, key=lambda one: one.number)
    in_order = [one for one in in_order if not one.superseded] or in_order
    best = max(in_order, key=lambda one: (one.percent, -one.number))
    if policy == "mean":
        mean = (sum((one.percent for one in in_order), Decimal(0)) / len(in_order)).quantize(
            _CENT, rounding=ROUND_HALF_UP
        )
        at = max(one.at for one in in_order) if mean >= pass_percent else None
        return Counted(len(attempts), best.attempt_id, mean, at)
    if policy == "best":
        at = min((one.at for one in in_order if one.passed), default=None)
        return Counted(len(attempts), best.attempt_id, best.percent, at)
    chosen = in_order[0] if policy == "first" else in_order[-1]
    return Counted(len(attempts), chosen.attempt_id, chosen.percent, chosen.at if chosen.passed else None)


def raised(session: Session, row: Any, result: grading.Result, at: datetime) -> None:
    """One more attempt used; the best result is kept, of equal ones the earlier. `row`: exam_id, person_id, id."""
    asked = session.connection()
    asked.execute(
        _RAISE[asked.dialect.name],
        {
            "exam_id": row.exam_id,
            "person_id": row.person_id,
            "attempts": 1,
            "best_attempt_id": row.id,
            "best_percent": result.percent,
            "passed_at": at if result.passed else None,
        },
    )


_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def _raising(dialect: str) -> Any:
    fresh = _INSERT[dialect](_STANDING)
    old, new = _STANDING.c, fresh.excluded
    better = new.best_percent > old.best_percent
    return fresh.on_conflict_do_update(
        index_elements=[old.exam_id, old.person_id],
        set_={
            "attempts": old.attempts + 1,
            "best_attempt_id": case((better, new.best_attempt_id), else_=old.best_attempt_id),
            "best_percent": case((better, new.best_percent), else_=old.best_percent),
            "passed_at": func.coalesce(old.passed_at, new.passed_at),
        },
    )


_RAISE = {dialect: _raising(dialect) for dialect in _INSERT}


def finish_if_passed(session: Session, row: Any, now: datetime) -> dict[str, int]:
    """Note that every exam of the course is passed, if now it is, since the last of them was; what that adds to the
    counts of the unit.

    `row`: enrolment_id, course_id, person_id.
    """
    finished = session.connection().execute(_FINISH, _asked(row)).first()
    if finished is None:
        return {}
    if finished.finished_at < now:  # what was handed in is as of a moment that is over
        history.keep_unfinished(session, row.enrolment_id, now)
    return _finished(finished.obligation, 1)


def _asked(row: Any) -> dict[str, int]:
    return {"of_enrolment": row.enrolment_id, "course": row.course_id, "person": row.person_id}


def settle(session: Session, row: Any, *, attempts: int, now: datetime) -> None:
    """Find the standing anew, and whether the course is finished; `attempts` more (or fewer) count in their unit.

    `row`: exam_id, person_id, enrolment_id, course_id, unit_id, counted_unit_id, pass_percent, counts. The enrolment
    must be locked, so that two who settle for one person go one after the other. Whoever has the course to finish
    again and belongs elsewhere by now has to finish there.
    """
    session.flush()
    known = counted(_graded(session, row.exam_id, row.person_id), row.counts, row.pass_percent)
    _keep(session, row, known)
    more = _put_right(session, row, now)
    count_attempt(
        session, row.course_id, attempt_unit=row.unit_id, unit=row.counted_unit_id, attempts=attempts, **more
    )
    if any(count < 0 for count in more.values()):
        follow(session, [row.person_id], now=now)


def _graded(session: Session, exam_id: int, person_id: int) -> list[Graded]:
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.number,
            Grade.percent,
            Grade.passed,
            func.coalesce(Attempt.submitted_at, Attempt.deadline_at),
            returned.superseded(),
        )
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(
            Attempt.exam_id == exam_id, Attempt.person_id == person_id, Attempt.state == "submitted", latest()
        )
    )
    return [Graded(*row) for row in rows]


def latest() -> ColumnElement[bool]:
    """That a grade in the statement is the one that counts for its attempt."""
    newer = select(func.max(Grade.number)).where(Grade.attempt_id == Attempt.id).correlate(Attempt)
    return Grade.number == newer.scalar_subquery()


def _keep(session: Session, row: Any, known: Counted | None) -> None:
    key = (Standing.exam_id == row.exam_id) & (Standing.person_id == row.person_id)
    if known is None:
        session.execute(delete(Standing).where(key))
        return
    values = {
        "attempts": known.attempts,
        "best_attempt_id": known.attempt_id,
        "best_percent": known.percent,
        "passed_at": known.passed_at,
    }
    session.execute(
        _INSERT[session.get_bind().dialect.name](Standing)
        .values(exam_id=row.exam_id, person_id=row.person_id, **values)
        .on_conflict_do_update(index_elements=[Standing.exam_id, Standing.person_id], set_=values)
    )


def _put_right(session: Session, row: Any, now: datetime) -> dict[str, int]:
    """Let the enrolment say since when the course is finished, or that it is not any more; what that adds to the
    counts of the unit. What it said until now is kept, as every report did."""
    known = session.connection().execute(_SINCE_WHEN, _asked(row)).one()
    was, since = known.finished_at, known.since
    # one more attempt does not begin the pass anew where the last one or the mean counts
    if was == since or (was and since and row.counts in ("last", "mean")):
        return {}
    if was is not None or since < now:
        history.keep(session, [row.enrolment_id], now)
    session.execute(update(Enrolment).where(Enrolment.id == row.enrolment_id).values(finished_at=since))
    more = (since is not None) - (was is not None)
    return _finished(known.obligation, more) if more else {}


def _finished(obligation: str, more: int) -> dict[str, int]:
    return {"finished" if obligation == "must" else "others_finished": more}


def _lacking() -> ColumnElement[bool]:
    """That an exam of :course is not passed by :person."""
    passed = exists().where(
        _STANDING.c.exam_id == _EXAM.c.id,
        _STANDING.c.person_id == bindparam("person"),
        _STANDING.c.passed_at.is_not(None),
    )
    return exists().where(_EXAM.c.course_id == bindparam("course"), _EXAM.c.state != "draft", ~passed)


_SINCE = (  # when the last exam of the course was passed; NULL without any
    select(func.max(_STANDING.c.passed_at))
    .join(_EXAM, _EXAM.c.id == _STANDING.c.exam_id)
    .where(
        _EXAM.c.course_id == bindparam("course"),
        _EXAM.c.state != "draft",
        _STANDING.c.person_id == bindparam("person"),
    )
    .scalar_subquery()
)
_FINISH = (
    update(_ENROLMENT)
    .where(_ENROLMENT.c.id == bindparam("of_enrolment"), _ENROLMENT.c.finished_at.is_(None), ~_lacking())
    .values(finished_at=_SINCE)
    .returning(_ENROLMENT.c.obligation, _ENROLMENT.c.finished_at)
)
_SINCE_WHEN = select(
    _ENROLMENT.c.obligation, _ENROLMENT.c.finished_at, case((~_lacking(), _SINCE)).label("since")
).where(_ENROLMENT.c.id == bindparam("of_enrolment"))
