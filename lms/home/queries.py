"""What a person has to do, in a fixed number of queries however many courses they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.courses.models import Course, CourseModule, Enrolment
from lms.exams.models import BlueprintCell, Exam
from lms.study import queries as study
from lms.study.models import Module, Passage, Reading


@dataclass(frozen=True, slots=True)
class ModuleTask:
    """A module of an opened course, with how far the person is."""

    slug: str
    title: str
    course: str
    closes_at: datetime
    read: int
    total: int
    here: str  # heading of the passage opened last, or ""
    read_at: datetime | None  # when all of it was read


@dataclass(frozen=True, slots=True)
class ExamTask:
    """An exam of an opened course, with what the person did about it."""

    exam_id: int
    title: str
    course: str
    state: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts_allowed: int
    questions: int
    used: int
    open_attempt_id: int | None
    open_deadline: datetime | None
    best_attempt_id: int | None
    points: Decimal | None
    most_points: Decimal | None
    passed: bool
    best_at: datetime | None


def modules_to_read(session: Session, person_id: int) -> list[ModuleTask]:
    """Every module of the person's opened courses once, under the course that closes first."""
    rows = session.execute(
        select(
            Module.id,
            Module.slug,
            Module.title,
            Course.title,
            Course.closes_at,
            Reading.finished_at,
            Passage.heading,
        )
        .join(CourseModule, CourseModule.module_id == Module.id)
        .join(Course, Course.id == CourseModule.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(Reading, (Reading.module_id == Module.id) & (Reading.person_id == person_id))
        .outerjoin(Passage, Passage.id == Reading.passage_id)
        .where(Enrolment.person_id == person_id, Course.state == "open")
        .order_by(Course.closes_at, CourseModule.position)
    ).all()
    first = {row[0]: row for row in reversed(rows)}
    done = study.progress(session, person_id, list(first))
    return [
        ModuleTask(
            slug, title, course, closes_at, done[id_].read, done[id_].total, heading or "", finished_at
        )
        for id_, slug, title, course, closes_at, finished_at, heading in dict.fromkeys(
            first[row[0]] for row in rows
        )
    ]


def exams_to_sit(session: Session, person_id: int) -> list[ExamTask]:
    """Every published exam of the person's opened or closed courses, nearest closing first."""
    used = (
        select(
            Attempt.exam_id,
            func.count().label("used"),
            func.max(case((Attempt.state == "open", Attempt.id))).label("open_id"),
            func.max(case((Attempt.state == "open", Attempt.deadline_at))).label("open_deadline"),
        )
        .where(Attempt.person_id == person_id)
        .group_by(Attempt.exam_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Exam,
            Course.title,
            used.c.used,
            used.c.open_id,
            used.c.open_deadline,
            Standing,
            Grade,
            Attempt.submitted_at,
        )
        .join(Course, Course.id == Exam.course_id)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(used, used.c.exam_id == Exam.id)
        .outerjoin(Standing, (Standing.exam_id == Exam.id) & (Standing.person_id == person_id))
        .outerjoin(Attempt, Attempt.id == Standing.best_attempt_id)
        .outerjoin(Grade, (Grade.attempt_id == Standing.best_attempt_id) & (Grade.number == _last_grade()))
        .where(Enrolment.person_id == person_id, Course.state != "draft", Exam.state != "draft")
        .order_by(Exam.closes_at, Exam.id)
    ).all()
    sizes = _questions(session, [row[0].id for row in rows])
    return [
        ExamTask(
            exam_id=exam.id,
            title=exam.title,
            course=course,
            state=exam.state,
            opens_at=exam.opens_at,
            closes_at=exam.closes_at,
            minutes=exam.minutes,
            attempts_allowed=exam.attempts_allowed,
            questions=sizes.get(exam.id, 0),
            used=count or 0,
            open_attempt_id=open_id,
            open_deadline=open_deadline,
            best_attempt_id=standing.best_attempt_id if standing else None,
            points=grade.points if grade else None,
            most_points=grade.most_points if grade else None,
            passed=bool(standing and standing.passed_at),
            best_at=best_at,
        )
        for exam, course, count, open_id, open_deadline, standing, grade, best_at in rows
    ]


def _last_grade() -> object:
    last = select(func.max(Grade.number)).where(Grade.attempt_id == Standing.best_attempt_id)
    return last.correlate(Standing).scalar_subquery()


def _questions(session: Session, exam_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(BlueprintCell.exam_id, func.sum(BlueprintCell.count))
        .where(BlueprintCell.exam_id.in_(exam_ids))
        .group_by(BlueprintCell.exam_id)
    )
    return {exam_id: int(count) for exam_id, count in rows}
