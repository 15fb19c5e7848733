"""Why a result changed: the grades of an attempt in order, and what was ruled in between, for those it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.exams import paper
from lms.exams.models import Ruling
from lms.kit.db import table_of
from lms.kit.i18n import N_

WHY = {  # reason of a grade: what happened, in words
    "submitted": N_("Handed in"),
    "marked": N_("A marker has read the answers"),
    "ruling": N_("A question was decided on"),
    "ruling_undone": N_("A decision on a question was withdrawn"),
    "accepted": N_("Answers that came late were accepted"),
    "policy": N_("Counted again by the rules of the test"),
}
KINDS = {  # kind of a ruling: what it means for a candidate
    "drop": N_("the question no longer counts for anybody"),
    "second_key": N_("another answer is right as well"),
    "full_marks": N_("everybody has full marks for it"),
    "new_key": N_("another answer is the right one"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """One grade of an attempt with what brought it about. `slot`, `kind` and `why` are of the ruling, if it was one.

    `why` is what trainers wrote, and may name the right answer: it is "" until the key is released.
    """

    number: int
    at: datetime
    reason: str
    points: Decimal
    most_points: Decimal
    percent: Decimal
    passed: bool
    slot: int | None = None
    kind: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Regrading:
    """A change of the result: the grade before and the one after."""

    before: Given
    after: Given


_GRADE, _RULING, _ATTEMPT = table_of(Grade).c, table_of(Ruling).c, table_of(Attempt).c
_GRADES = (
    select(
        _GRADE.number, _GRADE.at, _GRADE.reason, _GRADE.points, _GRADE.most_points, _GRADE.percent, _GRADE.passed,
        _RULING.version_id, _RULING.kind, _RULING.reason.label("ruled"), _RULING.ended_reason, _ATTEMPT.paper_id,
        _GRADE.right, _GRADE.band, _GRADE.scores,
    )
    .join_from(table_of(Grade), table_of(Attempt), _ATTEMPT.id == _GRADE.attempt_id)
    .outerjoin(table_of(Ruling), _RULING.id == _GRADE.ruling_id)
    .where(_GRADE.attempt_id == bindparam("attempt"))
    .order_by(_GRADE.number)
)  # fmt: skip


def rows_of(session: Session, attempt_id: int) -> Sequence[Any]:
    """Every grade that the attempt was ever given, as rows of _GRADES, the first one first."""
    session.flush()  # a statement of tables does not do it by itself
    return session.connection().execute(_GRADES, {"attempt": attempt_id}).all()


def grades_of(session: Session, attempt_id: int, *, released: bool) -> list[Given]:
    """The same, with what was ruled; `released`: the key may be shown."""
    return _given(session, rows_of(session, attempt_id), released)


def changes(session: Session, rows: Sequence[Any], *, released: bool) -> list[Regrading]:
    """How the result with these rows changed since it was handed in, the latest change first; [] when it never did."""
    if len(rows) < 2:
        return []
    found = [Regrading(before, after) for before, after in pairwise(_given(session, rows, released))]
    return found[::-1]


def regrading_history(session: Session, attempt_id: int, *, released: bool) -> list[Regrading]:
    """The same of an attempt."""
    return changes(session, rows_of(session, attempt_id), released=released)


def _given(session: Session, rows: Sequence[Any], released: bool) -> list[Given]:
    slots = _slots(session, rows[0].paper_id) if any(row.version_id for row in rows) else {}
    found = []
    for row in rows:
        said = (row.ended_reason if row.reason == "ruling_undone" else row.ruled) if released else ""
        known = (row.number, row.at, row.reason, row.points, row.most_points, row.percent, row.passed)
        found.append(Given(*known, slots.get(row.version_id), row.kind or "", said or ""))
    return found


def _slots(session: Session, paper_id: int) -> dict[int, int]:
    return {slot.version_id: slot.number for slot in paper.load(session, paper_id).slots}
