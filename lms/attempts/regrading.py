"""Grading what was handed in: the first time, and again when something else counts than before.

Grades are appended, never changed: the one with the highest number counts. What an attempt is worth depends on its
paper, the answers that hold, what markers gave and what was ruled; nothing of it depends on when it is graded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from lms.attempts import answers, grading, rules, standing
from lms.attempts.models import Attempt, Grade, HandedFile, SlotMark
from lms.courses.models import Enrolment
from lms.exams import paper, rulings
from lms.exams.models import Exam
from lms.kit.db import table_of

# Handing in is on the hot path: its statements are made once, of tables, so that no mapper is asked.
_ATTEMPT, _GRADE = table_of(Attempt), table_of(Grade)
_EXAM, _ENROLMENT = table_of(Exam), table_of(Enrolment)
_LOCKED = (
    select(
        *(
            _ATTEMPT.c[name]
            for name in (
                "id",
                "person_id",
                "exam_id",
                "enrolment_id",
                "unit_id",
                "paper_id",
                "number",
                "state",
                "deadline_at",
                "submitted_at",
                "receipt",
            )
        ),
        *(
            _EXAM.c[name]
            for name in (
                "pass_percent",
                "excellent_percent",
                "good_percent",
                "counts",
                "has_rulings",
                "course_id",
            )
        ),
        _ENROLMENT.c.unit_id.label("counted_unit_id"),
        _ENROLMENT.c.finished_at,
    )
    .join(_EXAM, _EXAM.c.id == _ATTEMPT.c.exam_id)
    .join(_ENROLMENT, _ENROLMENT.c.id == _ATTEMPT.c.enrolment_id)
    .where(_ATTEMPT.c.id == bindparam("attempt"))
)
_LOCK = {
    wait: _LOCKED.with_for_update(of=[_ATTEMPT, _ENROLMENT], key_share=True, skip_locked=not wait)
    for wait in (True, False)
}
_NUMBER = select(func.coalesce(func.max(_GRADE.c.number), 0) + 1).where(
    _GRADE.c.attempt_id == bindparam("of_attempt")
)
_ADD = insert(_GRADE).values(number=_NUMBER.scalar_subquery())


@dataclass(frozen=True, slots=True)
class Worth:
    """What a grade says, to be compared."""

    points: Decimal
    most_points: Decimal
    percent: Decimal
    passed: bool
    right: int
    band: str
    scores: list[int | None]

    @classmethod
    def of(cls, graded: grading.Result | Grade) -> Worth:
        return cls(**{name: getattr(graded, name) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Change:
    """An attempt's grade before and after."""

    attempt_id: int
    before: Worth | None
    after: Worth


def locked(session: Session, attempt_id: int, *, wait: bool = True) -> Any:
    """The attempt with what its exam says, as a row of _LOCKED; None if there is none (or, without `wait`, if busy).

    On PostgreSQL the row is locked: saves that have begun end first, later ones wait and see the new state. So is
    the enrolment, that two exams of a course handed in at once do not each miss that the other is passed.
    """
    session.flush()  # a statement of tables does not do it by itself
    return session.connection().execute(_LOCK[wait], {"attempt": attempt_id}).first()


def given(session: Session, row: Any, ruled: rulings.Rulings | None = None) -> grading.Given:
    """What counts besides the answers of an attempt; `ruled` instead of the rulings in force, for a dry run."""
    if ruled is None:
        ruled = rulings.in_force(session, row.exam_id) if row.has_rulings else rulings.NONE
    bands = rules.Bands(row.excellent_percent, row.good_percent)
    if not paper.load(session, row.paper_id).by_person:  # nothing to be marked: two questions less to ask
        return grading.Given(ruled, bands=bands)
    return grading.Given(ruled, marks_of(session, row.id), files_of(session, row.id), bands)


def marks_of(session: Session, attempt_id: int) -> dict[int, Decimal]:
    rows = session.execute(
        select(SlotMark.slot, SlotMark.correctness).where(SlotMark.attempt_id == attempt_id)
    )
    return {row.slot: row.correctness for row in rows}


def files_of(session: Session, attempt_id: int) -> frozenset[int]:
    """The slots with files handed in."""
    return frozenset(
        session.scalars(
            select(HandedFile.slot).where(
                HandedFile.attempt_id == attempt_id, HandedFile.removed_at.is_(None)
            )
        )
    )


def result_of(
    session: Session, row: Any, values: Mapping[int, Any], ruled: rulings.Rulings | None = None
) -> grading.Result:
    """What these answers to the attempt's paper are worth."""
    sat = paper.load(session, row.paper_id)
    return grading.grade(sat, values, row.pass_percent, given(session, row, ruled))


def add_grade(
    session: Session,
    attempt_id: int,
    result: grading.Result,
    *,
    reason: str,
    now: datetime,
    by: int | None = None,
    ruling_id: int | None = None,
) -> None:
    """Append a grade under the attempt's next number. The attempt must be locked."""
    worth = {name: getattr(result, name) for name in Worth.__slots__}
    session.connection().execute(
        _ADD,
        {
            "of_attempt": attempt_id,
            "attempt_id": attempt_id,
            "engine": grading.ENGINE,
            "reason": reason,
            "ruling_id": ruling_id,
            "by": by,
            "at": now,
            **worth,
        },
    )


def latest_grade(session: Session, attempt_id: int) -> Grade | None:
    """The grade that counts."""
    return session.scalar(
        select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.number.desc()).limit(1)
    )


def regrade(
    session: Session,
    attempt_id: int,
    *,
    reason: str,
    by: int | None,
    now: datetime,
    ruling_id: int | None = None,
) -> Change | None:
    """Grade a submitted attempt again by what counts now. Appends a grade and settles what follows from it (standing,
    course finished, counts) when something changed; returns what, or None. Repeating it changes nothing.

    Raises LookupError when there is no such attempt. An open or void attempt is left alone.
    """
    row = locked(session, attempt_id)
    if row is None:
        raise LookupError(f"there is no attempt {attempt_id}")
    if row.state != "submitted":
        return None
    held = rules.derive(answers.events_of(session, attempt_id))
    result = result_of(session, row, held.values)
    before = latest_grade(session, attempt_id)
    known = Worth.of(before) if before else None
    if known == Worth.of(result):
        return None
    add_grade(session, attempt_id, result, reason=reason, now=now, by=by, ruling_id=ruling_id)
    standing.settle(session, row, attempts=0, now=now)
    return Change(attempt_id, known, Worth.of(result))
