"""Reading what an analysis is shown with: its row, the questions by name, the units by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.banks.models import Bank, Question, QuestionVersion
from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit.jobs import Job
from lms.organisation.models import Unit
from lms.organisation.queries import below
from lms.quality.jobs import JOB
from lms.quality.models import ExamAnalysis
from lms.questions.question import Question as Body

_BATCH = 500
MOST_EXAMS = 5  # whose figures stand on a question's page, the latest first


def analysis_of(session: Session, exam_id: int) -> ExamAnalysis | None:
    """The figures of an exam, as they were counted last."""
    return session.get(ExamAnalysis, exam_id)


@dataclass(frozen=True, slots=True)
class Named:
    """A question as a list names it; `body` is the version that the analysis speaks of."""

    question_id: int
    code: str
    bank: str
    body: Body


def named(session: Session, versions: Mapping[int, int]) -> dict[int, Named]:
    """The questions of an analysis by id; `versions`: question -> version."""
    found: dict[int, Named] = {}
    ordered = sorted(versions.values())
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(Question.id, Question.code, Bank.name, QuestionVersion.body)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .join(Bank, Bank.id == Question.bank_id)
            .where(QuestionVersion.id.in_(ordered[start : start + _BATCH]))
        )
        for question_id, code, bank, body in rows:
            found[question_id] = Named(question_id, code, bank, Body.from_json(body))
    return found


@dataclass(frozen=True, slots=True)
class InExam:
    """What an exam says of one question."""

    exam: Exam
    counted_at: datetime
    figures: Mapping[str, Any]
    choices: Mapping[str, Any]


def in_exams(
    session: Session, question_id: int, exam_ids: Collection[int], within_units: Sequence[int]
) -> list[InExam]:
    """The latest of these exams, organised by the units, that have figures of the question."""
    rows = session.execute(
        select(Exam, ExamAnalysis)
        .join(ExamAnalysis, ExamAnalysis.exam_id == Exam.id)
        .join(Course, Course.id == Exam.course_id)
        .where(Exam.id.in_(exam_ids), Course.unit_id.in_(below(within_units)))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
        .limit(MOST_EXAMS)
    )
    found = []
    for exam, kept in rows:
        own = next((row for row in kept.figures["questions"] if row["question"] == question_id), None)
        if own:
            found.append(InExam(exam, kept.counted_at, own, kept.figures.get("choices", {})))
    return found


def unit_names(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """Each unit with the one above it, because cells are called alike everywhere."""
    above = aliased(Unit)
    ordered = sorted(unit_ids)
    found: dict[int, str] = {}
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(Unit.id, Unit.name, above.name)
            .outerjoin(above, above.id == Unit.parent_id)
            .where(Unit.id.in_(ordered[start : start + _BATCH]))
        )
        found |= {row[0]: f"{row[1]} – {row[2]}" if row[2] else row[1] for row in rows}
    return found


def units_below(session: Session, unit_id: int) -> frozenset[int]:
    """The unit and everything below it."""
    return frozenset(session.scalars(below([unit_id])))


def last_job(session: Session, exam_id: int) -> Job | None:
    """The counting of the exam that is under way, or None."""
    rows = session.scalars(select(Job).where(Job.kind == JOB, Job.state.in_(("waiting", "running"))))
    return next((job for job in rows if job.params["exam"] == exam_id), None)
