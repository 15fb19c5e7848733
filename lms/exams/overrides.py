"""Reading overrides: what is different in an exam for one person, one unit with all below it, or one label.

Writing them also moves attempts under way, so that stands above exams: lms.attempts.overrides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.courses.models import Enrolment, Stage
from lms.exams.models import Exam, Override
from lms.exams.policy import Different, Policy, Span, combined, for_person, policy_of
from lms.kit.db import table_of
from lms.organisation.models import Person, Unit, UnitPath

IN_FORCE = Override.withdrawn_at.is_(None)


def different_of(override: Override) -> Different:
    """What an override gives."""
    return Different(override.extra_minutes, override.extra_attempts, override.opens_at, override.closes_at)


def concerns() -> ColumnElement[bool]:
    """That an override of a statement concerns the enrolment in it."""
    above = select(UnitPath.ancestor_id).where(UnitPath.descendant_id == Enrolment.unit_id)
    return or_(
        Override.person_id == Enrolment.person_id,
        (Override.label != "") & (Override.label == Enrolment.label),
        Override.unit_id.in_(above.correlate(Enrolment)),
    )


def of_person(session: Session, exam_ids: Sequence[int], person_id: int) -> dict[int, Different]:
    """What the overrides in force come to for a person, by exam; only exams in which they give something."""
    if not exam_ids:
        return {}
    rows = session.execute(
        select(Override)
        .join(Exam, Exam.id == Override.exam_id)
        .join(Enrolment, Enrolment.course_id == Exam.course_id)
        .where(Override.exam_id.in_(exam_ids), IN_FORCE, Enrolment.person_id == person_id, concerns())
    ).scalars()
    found: dict[int, list[Different]] = defaultdict(list)
    for override in rows:
        found[override.exam_id].append(different_of(override))
    return {exam_id: combined(several) for exam_id, several in found.items()}


def last_closings(session: Session, exam_ids: Sequence[int]) -> dict[int, datetime]:
    """The latest closing that any override in force gives anybody, by exam."""
    if not exam_ids:
        return {}
    rows = session.execute(
        select(Override.exam_id, func.max(Override.closes_at))
        .where(Override.exam_id.in_(exam_ids), IN_FORCE, Override.closes_at.is_not(None))
        .group_by(Override.exam_id)
    )
    return {exam_id: at for exam_id, at in rows if at}


_STAGE = table_of(Stage)
STAGE = (
    _STAGE.c.title.label("stage_title"),
    _STAGE.c.opens_at.label("stage_opens_at"),
    _STAGE.c.closes_at.label("stage_closes_at"),
)


def span_of(row: Any) -> Span | None:
    """The stage in a row that has the columns of STAGE (None in each without a stage)."""
    if row.stage_title is None:
        return None
    return Span(row.stage_title, row.stage_opens_at, row.stage_closes_at)


class Personal:
    """The policies of several exams as they hold for one person, asked for at once: nothing is asked of the database
    for exams without overrides."""

    def __init__(self, session: Session, person_id: int, exam_ids: Sequence[int]) -> None:
        """`exam_ids`: the exams that have overrides."""
        self._different = of_person(session, exam_ids, person_id)
        self._closings = last_closings(session, exam_ids)

    def policy(self, exam_id: int, exam: Any, stage: Span | None, *, ended: bool) -> Policy:
        """Of the exam (or a row with its columns)."""
        known = policy_of(exam, ended=ended)
        if stage is None and exam_id not in self._closings and exam_id not in self._different:
            return known
        return for_person(
            known,
            stage,
            self._different.get(exam_id, Different()),
            self._closings.get(exam_id, known.closes_at),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """An override with the names of whom it concerns and who made it."""

    override: Override
    target: str  # name of the person or unit, or the label
    above: str  # of a person the unit
    by: str


def of_exam(session: Session, exam_id: int) -> list[Line]:
    """Every override of an exam, those in force first, the latest on top; withdrawn ones stay to be read."""
    maker, person, unit, home = aliased(Person), aliased(Person), aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(Override, person.full_name, unit.name, home.name, maker.full_name)
        .join(maker, maker.id == Override.created_by)
        .outerjoin(person, person.id == Override.person_id)
        .outerjoin(unit, unit.id == Override.unit_id)
        .join(Exam, Exam.id == Override.exam_id)
        .outerjoin(
            Enrolment,
            (Enrolment.course_id == Exam.course_id) & (Enrolment.person_id == Override.person_id),
        )
        .outerjoin(home, home.id == Enrolment.unit_id)
        .where(Override.exam_id == exam_id)
        .order_by(Override.withdrawn_at.is_not(None), Override.id.desc())
    )
    return [
        Line(override, person_name or unit_name or override.label, above or "", by)
        for override, person_name, unit_name, above, by in rows
    ]


def override_of_exam(session: Session, exam_id: int, override_id: int) -> Override | None:
    """The override if it belongs to the exam."""
    return session.scalar(select(Override).where(Override.id == override_id, Override.exam_id == exam_id))
