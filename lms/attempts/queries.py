"""Reading attempts: what a person may do, is doing and has done. Everything is looked up as theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.rules import GRACE, Policy
from lms.banks.models import Citation
from lms.courses.models import Course, Enrolment
from lms.exams.models import BlueprintCell, Exam
from lms.organisation.models import Unit
from lms.study.models import Module, ModulePassage, Passage


@dataclass(frozen=True, slots=True)
class Chance:
    """What a person can do about an exam now."""

    policy: Policy
    enrolment_id: int
    unit_id: int
    enrolment_started: bool
    used: int  # attempts begun, the open one too
    open_id: int | None
    open_deadline: datetime  # of the open one; meaningless without


_POLICY = (
    Exam.state.label("exam_state"),
    Course.state.label("course_state"),
    Exam.opens_at,
    Exam.closes_at,
    Exam.minutes,
    Exam.attempts_allowed,
    Exam.release,
)


def policy_of(row: Any) -> Policy:
    """The policy in a row that has the columns of _POLICY."""
    return Policy(
        ended="closed" in (row.exam_state, row.course_state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        minutes=row.minutes,
        attempts_allowed=row.attempts_allowed,
        release=row.release,
    )


def _used(exam_id: Any, person_id: int) -> Any:
    own = aliased(Attempt)
    return select(func.count()).where(own.exam_id == exam_id, own.person_id == person_id).scalar_subquery()


def chance(session: Session, exam_id: int, person_id: int) -> Chance | None:
    """The chance of an enrolled person in an exam that is published in an opened course; None otherwise. One query."""
    opened = aliased(Attempt)
    row = session.execute(
        select(
            *_POLICY,
            Enrolment.id.label("enrolment_id"),
            Enrolment.unit_id,
            Enrolment.started_at,
            _used(exam_id, person_id).label("used"),
            opened.id.label("open_id"),
            opened.deadline_at,
        )
        .join(Course, Course.id == Exam.course_id)
        .join(Enrolment, (Enrolment.course_id == Course.id) & (Enrolment.person_id == person_id))
        .outerjoin(
            opened, (opened.exam_id == Exam.id) & (opened.person_id == person_id) & (opened.state == "open")
        )
        .where(Exam.id == exam_id, Exam.state != "draft", Course.state != "draft")
    ).first()
    if row is None:
        return None
    return Chance(
        policy=policy_of(row),
        enrolment_id=row.enrolment_id,
        unit_id=row.unit_id,
        enrolment_started=row.started_at is not None,
        used=row.used,
        open_id=row.open_id,
        open_deadline=row.deadline_at or row.closes_at,
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page before the test says about an exam."""

    title: str
    course: str
    questions: int
    most_points: Decimal
    pass_percent: Decimal
    best_points: Decimal | None
    best_most: Decimal | None


def facts(session: Session, exam_id: int, person_id: int) -> Facts:
    """The exam's size by its blueprint, and the person's best result. The exam must exist."""
    title, course, pass_percent = session.execute(
        select(Exam.title, Course.title, Exam.pass_percent)
        .join(Course, Course.id == Exam.course_id)
        .where(Exam.id == exam_id)
    ).one()
    cells = session.execute(
        select(BlueprintCell.count, BlueprintCell.points).where(BlueprintCell.exam_id == exam_id)
    ).all()
    best = session.execute(
        select(Grade.points, Grade.most_points)
        .join(Standing, Standing.best_attempt_id == Grade.attempt_id)
        .where(Standing.exam_id == exam_id, Standing.person_id == person_id)
        .order_by(Grade.number.desc())
    ).first()
    return Facts(
        title,
        course,
        sum(count for count, _points in cells),
        sum((count * points for count, points in cells), Decimal(0)),
        pass_percent,
        *(best or (None, None)),
    )


def sitting(session: Session, attempt_id: int, person_id: int) -> Any:
    """The attempt as the exam page and the receipt need it, with its exam's title and policy; None if not theirs."""
    return session.execute(
        select(
            Attempt.id,
            Attempt.exam_id,
            Attempt.paper_id,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Attempt.finished_by,
            Attempt.receipt,
            Attempt.enrolment_id,
            Exam.title,
            Exam.pass_percent,
            Unit.name.label("unit"),
            _used(Attempt.exam_id, person_id).label("used"),
            *_POLICY,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .join(Unit, Unit.id == Attempt.unit_id)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    ).first()


def grade_of(session: Session, attempt_id: int) -> Grade | None:
    """The grade that counts: the latest."""
    return session.scalar(
        select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.number.desc()).limit(1)
    )


def history(session: Session, person_id: int) -> Sequence[Any]:
    """The person's attempts, newest first, each with its exam's title and the grade that counts (or Nones)."""
    latest = (
        select(Grade.attempt_id, func.max(Grade.number).label("number"))
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .where(Attempt.person_id == person_id)
        .group_by(Grade.attempt_id)
        .subquery()
    )
    return session.execute(
        select(
            Attempt.id,
            Attempt.exam_id,
            Exam.title,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Grade.points,
            Grade.most_points,
            Grade.percent,
            Grade.passed,
            Grade.band,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .outerjoin(latest, latest.c.attempt_id == Attempt.id)
        .outerjoin(Grade, (Grade.attempt_id == Attempt.id) & (Grade.number == latest.c.number))
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()


def overdue(session: Session, now: datetime, most: int) -> Sequence[int]:
    """Open attempts whose time and grace are over, the longest overdue first."""
    return session.scalars(
        select(Attempt.id)
        .where(Attempt.state == "open", Attempt.deadline_at < now - GRACE)
        .order_by(Attempt.deadline_at)
        .limit(most)
    ).all()


def overdue_of(session: Session, person_id: int, now: datetime) -> Sequence[int]:
    """The same of one person."""
    return session.scalars(
        select(Attempt.id).where(
            Attempt.person_id == person_id, Attempt.state == "open", Attempt.deadline_at < now - GRACE
        )
    ).all()


@dataclass(frozen=True, slots=True)
class Reread:
    """A passage that answers a question, with the module in which it stands."""

    module: str
    passage: str
    number: str
    heading: str


def rereads(session: Session, version_ids: Sequence[int]) -> dict[int, list[Reread]]:
    """Per question version the passages it cites, each in the first module that has it."""
    rows = session.execute(
        select(Citation.version_id, Passage.id, Module.slug, Passage.slug, Passage.number, Passage.heading)
        .join(Passage, Passage.id == Citation.passage_id)
        .join(ModulePassage, ModulePassage.passage_id == Passage.id)
        .join(Module, Module.id == ModulePassage.module_id)
        .where(Citation.version_id.in_(version_ids), Passage.withdrawn_at.is_(None))
        .order_by(Citation.version_id, Passage.position, Module.id)
    )
    found: dict[int, dict[int, Reread]] = defaultdict(dict)
    for version_id, passage_id, *rest in rows:
        found[version_id].setdefault(passage_id, Reread(*rest))
    return {version_id: list(passages.values()) for version_id, passages in found.items()}
