"""Rulings in force: what was decided about questions of an exam that turned out wrong, as scoring wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams.models import Ruling
from lms.questions.question import Question

IN_FORCE = ("approved", "applied")  # being applied, or applied everywhere


@dataclass(frozen=True, slots=True)
class Decision:
    """One ruling on a question version. `question` has the second or the new key, None for the other kinds."""

    ruling_id: int
    kind: str  # drop · second_key · full_marks · new_key
    question: Question | None = None


Rulings: TypeAlias = Mapping[int, tuple[Decision, ...]]  # by question version, in the order of their making
NONE: Rulings = {}


def in_force(
    session: Session, exam_id: int, *, also: Ruling | None = None, without: int | None = None
) -> Rulings:
    """The rulings by which answers of an exam are scored now; `also` one that is only proposed, for a dry run;
    `without` one that is to be undone."""
    rows = session.scalars(
        select(Ruling).where(Ruling.exam_id == exam_id, Ruling.state.in_(IN_FORCE)).order_by(Ruling.id)
    ).all()
    wanted = [row for row in rows if row.id != without]
    if also is not None and also.id not in {row.id for row in wanted}:
        wanted.append(also)
    found: dict[int, list[Decision]] = defaultdict(list)
    for row in sorted(wanted, key=lambda row: row.id):
        found[row.version_id].append(Decision(row.id, row.kind, _question(row.body)))
    return {version_id: tuple(decisions) for version_id, decisions in found.items()}


def _question(body: dict[str, Any] | None) -> Question | None:
    return None if body is None else Question.from_json(body)
