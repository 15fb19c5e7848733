"""What a person has to do, in a fixed number of queries however many courses they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from lms.attempts import returned
from lms.attempts import rules as attempts
from lms.attempts.models import Attempt, Grade, Standing
from lms.courses.models import Course, CourseModule, Enrolment, Stage
from lms.exams.models import BlueprintCell, Exam
from lms.exams.overrides import STAGE, Personal, span_of
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
    exempt: bool  # the person need not finish the course


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
    waiting: bool  # for answers to be marked, which can still make it passed
    best_at: datetime | None
    score_shown: bool  # whether the person may know what the attempts are worth
    exempt: bool  # the person need not finish the course
    sent_back: dict[int, str]  # by question of the last attempt, why it is to be written again


# Everybody's first page: its statements are made once.
_MODULES = (
    select(
        Module.id,
        Module.slug,
        Module.title,
        Course.title,
        Course.closes_at,
        Reading.finished_at,
        Passage.heading,
        Enrolment.obligation,
    )
    .join(CourseModule, CourseModule.module_id == Module.id)
    .join(Course, Course.id == CourseModule.course_id)
    .join(Enrolment, Enrolment.course_id == Course.id)
    .outerjoin(Reading, (Reading.module_id == Module.id) & (Reading.person_id == bindparam("person")))
    .outerjoin(Passage, Passage.id == Reading.passage_id)
    .where(Enrolment.person_id == bindparam("person"), Course.state == "open")
    .order_by(Enrolment.obligation == "exempt", Course.closes_at, CourseModule.position)
)


def modules_to_read(session: Session, person_id: int) -> list[ModuleTask]:
    """Every module of the person's opened courses once, under the course that closes first; one from which they are
    exempt only where no other has it."""
    rows = session.execute(_MODULES, {"person": person_id}).all()
    first = {row[0]: row for row in reversed(rows)}
    done = study.progress(session, person_id, list(first))
    return [
        ModuleTask(
            slug,
            title,
            course,
            closes_at,
            done[id_].read,
            done[id_].total,
            heading or "",
            finished_at,
            obligation == "exempt",
        )
        for id_, slug, title, course, closes_at, finished_at, heading, obligation in dict.fromkeys(
            first[row[0]] for row in rows
        )
    ]


def _last_grade() -> object:
    last = select(func.max(Grade.number)).where(Grade.attempt_id == Standing.best_attempt_id)
    return last.correlate(Standing).scalar_subquery()


_USED = (
    select(
        Attempt.exam_id,
        func.count().label("used"),
        func.max(case((Attempt.state == "open", Attempt.id))).label("open_id"),
        func.max(case((Attempt.state == "open", Attempt.deadline_at))).label("open_deadline"),
        func.max(Attempt.submitted_at).label("last_at"),
    )
    .where(Attempt.person_id == bindparam("person"))
    .group_by(Attempt.exam_id)
    .subquery()
)
_EXAMS = (
    select(
        Exam,
        Course.title,
        Course.state,
        Enrolment.obligation,
        *STAGE,
        _USED.c.used,
        _USED.c.open_id,
        _USED.c.open_deadline,
        _USED.c.last_at,
        Standing,
        Grade,
        Attempt.submitted_at,
    )
    .join(Course, Course.id == Exam.course_id)
    .join(Enrolment, Enrolment.course_id == Course.id)
    .outerjoin(Stage, Stage.id == Enrolment.stage_id)
    .outerjoin(_USED, _USED.c.exam_id == Exam.id)
    .outerjoin(Standing, (Standing.exam_id == Exam.id) & (Standing.person_id == bindparam("person")))
    .outerjoin(Attempt, Attempt.id == Standing.best_attempt_id)
    .outerjoin(Grade, (Grade.attempt_id == Standing.best_attempt_id) & (Grade.number == _last_grade()))
    .where(Enrolment.person_id == bindparam("person"), Course.state != "draft", Exam.state != "draft")
    .order_by(Exam.closes_at, Exam.id)
)


def exams_to_sit(session: Session, person_id: int, now: datetime) -> list[ExamTask]:
    """Every published exam of the person's opened or closed courses, nearest closing first, as its policy holds for
    them: with the window of their stage and what overrides give."""
    rows = session.execute(_EXAMS, {"person": person_id}).all()
    sizes = _questions(session, [row[0].id for row in rows])
    personal = Personal(session, person_id, [row[0].id for row in rows if row[0].has_overrides])
    back = returned.waiting(session, person_id) if any(row.used for row in rows) else {}
    found = [_exam_task(row, personal, sizes.get(row[0].id, 0), back.get(row[0].id, {}), now) for row in rows]
    return sorted(found, key=lambda task: (task.closes_at, task.exam_id))


def _exam_task(
    row: Any, personal: Personal, questions: int, sent_back: dict[int, str], now: datetime
) -> ExamTask:
    exam: Exam = row[0]
    standing, grade, ended = row.Standing, row.Grade, "closed" in (exam.state, row.state)
    policy = personal.policy(exam.id, exam, span_of(row), ended=ended)
    used = row.used or 0
    known = bool(standing) and attempts.shown(policy, used, now).score
    return ExamTask(
        exam_id=exam.id,
        title=exam.title,
        course=row.title,
        state="closed" if ended else exam.state,
        opens_at=policy.opens_at,
        closes_at=policy.closes_at,
        minutes=policy.minutes,
        attempts_allowed=policy.attempts_allowed,
        questions=questions,
        used=used,
        open_attempt_id=row.open_id,
        open_deadline=row.open_deadline,
        best_attempt_id=standing.best_attempt_id if standing and known else None,  # which is best tells too
        points=grade.points if grade and known else None,
        most_points=grade.most_points if grade and known else None,
        passed=bool(known and standing.passed_at),
        waiting=bool(known and grade and grade.band == "waiting"),
        best_at=row.submitted_at if known else row.last_at,
        score_shown=known,
        exempt=row.obligation == "exempt",
        sent_back=sent_back,
    )


_SIZES = (
    select(BlueprintCell.exam_id, func.sum(BlueprintCell.count))
    .where(BlueprintCell.exam_id.in_(bindparam("exams", expanding=True)))
    .group_by(BlueprintCell.exam_id)
)


def _questions(session: Session, exam_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(_SIZES, {"exams": list(exam_ids)})
    return {exam_id: int(count) for exam_id, count in rows}
