"""Why a result changed: the grades of an attempt in order, and what was ruled in between, for those it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.exams import paper
from lms.exams.models import Ruling
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


def grades_of(session: Session, attempt_id: int, *, released: bool) -> list[Given]:
    """Every grade that the attempt was ever given, the first one first; `released`: the key may be shown."""
    rows = session.execute(
        select(
            Grade.number, Grade.at, Grade.reason, Grade.points, Grade.most_points, Grade.percent, Grade.passed,
            Ruling.version_id, Ruling.kind, Ruling.reason.label("ruled"), Ruling.ended_reason, Attempt.paper_id,
        )
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .outerjoin(Ruling, Ruling.id == Grade.ruling_id)
        .where(Grade.attempt_id == attempt_id)
        .order_by(Grade.number)
    ).all()  # fmt: skip
    slots = _slots(session, rows[0].paper_id) if any(row.version_id for row in rows) else {}
    found = []
    for row in rows:
        said = (row.ended_reason if row.reason == "ruling_undone" else row.ruled) if released else ""
        found.append(Given(*row[:7], slots.get(row.version_id), row.kind or "", said or ""))
    return found


def regrading_history(session: Session, attempt_id: int, *, released: bool) -> list[Regrading]:
    """How the result changed since it was handed in, the latest change first; [] when it never did."""
    grades = grades_of(session, attempt_id, released=released)
    changes = [Regrading(before, after) for before, after in pairwise(grades)]
    return changes[::-1]


def _slots(session: Session, paper_id: int) -> dict[int, int]:
    return {slot.version_id: slot.number for slot in paper.load(session, paper_id).slots}
