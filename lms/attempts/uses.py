"""Where a question is used: the exams whose papers hold one of its versions.

Papers are looked through inside the database (each exam has at most a few hundred of them), never the attempts or
their answers; how often an exam was sat is counted from its index alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.banks.models import QuestionVersion
from lms.courses.models import Course
from lms.exams.models import Exam, Paper
from lms.organisation.queries import below


@dataclass(frozen=True, slots=True)
class Use:
    """An exam with the question: in how many of its papers, and how often the exam was sat."""

    exam_id: int
    course_id: int
    code: str
    title: str
    state: str
    opens_at: datetime
    with_it: int
    papers: int
    attempts: int
    mine: bool  # one of the asking trainer's units organises it


def uses_of(session: Session, question_id: int, within_units: Sequence[int]) -> list[Use]:
    """The exams whose papers hold any version of the question, the latest first."""
    versions = session.scalars(
        select(QuestionVersion.id).where(QuestionVersion.question_id == question_id)
    ).all()
    if not versions:
        return []
    holding = (
        select(Paper.exam_id, func.count().label("number"))
        .where(_holds(session, versions))
        .group_by(Paper.exam_id)
        .subquery()
    )
    all_papers = select(func.count()).where(Paper.exam_id == Exam.id).scalar_subquery()
    sat = select(func.count()).where(Attempt.exam_id == Exam.id).scalar_subquery()
    rows = session.execute(
        select(
            Exam.id, Exam.course_id, Exam.code, Exam.title, Exam.state, Exam.opens_at,
            holding.c.number, all_papers, sat, Course.unit_id.in_(below(within_units)),
        )
        .join(holding, holding.c.exam_id == Exam.id)
        .join(Course, Course.id == Exam.course_id)
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )  # fmt: skip
    return [Use(*row) for row in rows]


def _holds(session: Session, versions: Sequence[int]) -> ColumnElement[bool]:
    """Whether a paper's slots name one of the versions; JSON is asked in the dialect's own way."""
    if session.get_bind().dialect.name == "postgresql":
        slots = cast(Paper.slots, JSONB)
        return or_(*(slots.contains([{"version": version}]) for version in versions))
    slot = func.json_each(Paper.slots).table_valued("value").alias("slot")
    return (
        exists()
        .select_from(slot)
        .where(func.json_extract(slot.c.value, "$.version").in_(versions))
        .correlate(Paper)
    )
