"""What a person has to do, in a fixed number of queries however many courses they are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, func, select
from sqlalchemy.orm import Session

from lms.attempts import returned
from lms.attempts import rules as attempts
from lms.attempts.models import Attempt, Grade, Standing
from lms.courses.models import Course, CourseModule, Enrolment, Stage
from lms.exams.models import BlueprintCell, Exam
from lms.exams.overrides import STAGE, Personal, span_of
from lms.exams.policy import DECIDED
from lms.kit.db import table_of
from lms.study.models import Module, ModulePassage, Passage, PassageRead, Reading


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


# Everybody's first page: its statements are made once, of tables.
_MODULE, _COURSE_MODULE, _READING = table_of(Module), table_of(CourseModule), table_of(Reading)
_COURSE, _ENROLMENT, _STAGE = table_of(Course), table_of(Enrolment), table_of(Stage)
_PASSAGE, _PLACE, _READ = table_of(Passage), table_of(ModulePassage), table_of(PassageRead)
_EXAM, _CELL, _ATTEMPT = table_of(Exam), table_of(BlueprintCell), table_of(Attempt)
_STANDING, _GRADE = table_of(Standing), table_of(Grade)
_OWN: BindParameter[int] = bindparam("person")


def _places(*, read: bool) -> Any:
    """How many passages the module in the statement has, or of them the person has read."""
    places = select(func.count()).select_from(_PLACE)
    if read:
        places = places.join(_READ, (_READ.c.passage_id == _PLACE.c.passage_id) & (_READ.c.person_id == _OWN))
    return places.where(_PLACE.c.module_id == _MODULE.c.id).correlate(_MODULE).scalar_subquery()


_MODULES = (
    select(
        _MODULE.c.id,
        _MODULE.c.slug,
        _MODULE.c.title,
        _COURSE.c.title.label("course"),
        _COURSE.c.closes_at,
        _places(read=True).label("read"),
        _places(read=False).label("total"),
        _PASSAGE.c.heading,
        _READING.c.finished_at,
        _ENROLMENT.c.obligation,
    )
    .join_from(_MODULE, _COURSE_MODULE, _COURSE_MODULE.c.module_id == _MODULE.c.id)
    .join(_COURSE, _COURSE.c.id == _COURSE_MODULE.c.course_id)
    .join(_ENROLMENT, _ENROLMENT.c.course_id == _COURSE.c.id)
    .outerjoin(_READING, (_READING.c.module_id == _MODULE.c.id) & (_READING.c.person_id == _OWN))
    .outerjoin(_PASSAGE, _PASSAGE.c.id == _READING.c.passage_id)
    .where(_ENROLMENT.c.person_id == _OWN, _COURSE.c.state == "open")
    .order_by(_ENROLMENT.c.obligation == "exempt", _COURSE.c.closes_at, _COURSE_MODULE.c.position)
)


def modules_to_read(session: Session, person_id: int) -> list[ModuleTask]:
    """Every module of the person's opened courses once, under the course that closes first; one from which they are
    exempt only where no other has it."""
    first: dict[int, Any] = {}
    for row in session.connection().execute(_MODULES, {"person": person_id}):
        first.setdefault(row.id, row)
    return [
        ModuleTask(
            slug=row.slug,
            title=row.title,
            course=row.course,
            closes_at=row.closes_at,
            read=row.read,
            total=row.total,
            here=row.heading or "",
            read_at=row.finished_at,
            exempt=row.obligation == "exempt",
        )
        for row in first.values()
    ]


_LAST_GRADE = (
    select(func.max(_GRADE.c.number))
    .where(_GRADE.c.attempt_id == _STANDING.c.best_attempt_id)
    .correlate(_STANDING)
    .scalar_subquery()
)
_QUESTIONS = (
    select(func.coalesce(func.sum(_CELL.c.count), 0))
    .where(_CELL.c.exam_id == _EXAM.c.id)
    .correlate(_EXAM)
    .scalar_subquery()
)
_USED = (
    select(
        _ATTEMPT.c.exam_id,
        func.count().label("used"),
        func.max(case((_ATTEMPT.c.state == "open", _ATTEMPT.c.id))).label("open_id"),
        func.max(case((_ATTEMPT.c.state == "open", _ATTEMPT.c.deadline_at))).label("open_deadline"),
        func.max(_ATTEMPT.c.submitted_at).label("last_at"),
    )
    .where(_ATTEMPT.c.person_id == _OWN)
    .group_by(_ATTEMPT.c.exam_id)
    .subquery()
)
_EXAMS = (
    select(
        _EXAM.c.id,
        *(_EXAM.c[name] for name in DECIDED),
        _EXAM.c.has_overrides,
        _EXAM.c.state,
        _COURSE.c.title.label("course"),
        _COURSE.c.state.label("course_state"),
        _ENROLMENT.c.obligation,
        *STAGE,
        _QUESTIONS.label("questions"),
        _USED.c.used,
        _USED.c.open_id,
        _USED.c.open_deadline,
        _USED.c.last_at,
        _STANDING.c.best_attempt_id,
        _STANDING.c.passed_at,
        _GRADE.c.points,
        _GRADE.c.most_points,
        _GRADE.c.band,
        _ATTEMPT.c.submitted_at,
    )
    .join_from(_EXAM, _COURSE, _COURSE.c.id == _EXAM.c.course_id)
    .join(_ENROLMENT, _ENROLMENT.c.course_id == _COURSE.c.id)
    .outerjoin(_STAGE, _STAGE.c.id == _ENROLMENT.c.stage_id)
    .outerjoin(_USED, _USED.c.exam_id == _EXAM.c.id)
    .outerjoin(_STANDING, (_STANDING.c.exam_id == _EXAM.c.id) & (_STANDING.c.person_id == _OWN))
    .outerjoin(_ATTEMPT, _ATTEMPT.c.id == _STANDING.c.best_attempt_id)
    .outerjoin(
        _GRADE, (_GRADE.c.attempt_id == _STANDING.c.best_attempt_id) & (_GRADE.c.number == _LAST_GRADE)
    )
    .where(_ENROLMENT.c.person_id == _OWN, _COURSE.c.state != "draft", _EXAM.c.state != "draft")
    .order_by(_EXAM.c.closes_at, _EXAM.c.id)
)


def exams_to_sit(session: Session, person_id: int, now: datetime) -> list[ExamTask]:
    """Every published exam of the person's opened or closed courses, nearest closing first, as its policy holds for
    them: with the window of their stage and what overrides give."""
    rows = session.connection().execute(_EXAMS, {"person": person_id}).all()
    personal = Personal(session, person_id, [row.id for row in rows if row.has_overrides])
    back = returned.waiting(session, person_id) if any(row.used for row in rows) else {}
    found = [_exam_task(row, personal, back.get(row.id, {}), now) for row in rows]
    return sorted(found, key=lambda task: (task.closes_at, task.exam_id))


def _exam_task(row: Any, personal: Personal, sent_back: dict[int, str], now: datetime) -> ExamTask:
    ended = "closed" in (row.state, row.course_state)
    policy = personal.policy(row.id, row, span_of(row), ended=ended)
    used, best = row.used or 0, row.best_attempt_id
    known = best is not None and attempts.shown(policy, used, now).score
    return ExamTask(
        exam_id=row.id,
        title=row.title,
        course=row.course,
        state="closed" if ended else row.state,
        opens_at=policy.opens_at,
        closes_at=policy.closes_at,
        minutes=policy.minutes,
        attempts_allowed=policy.attempts_allowed,
        questions=int(row.questions),
        used=used,
        open_attempt_id=row.open_id,
        open_deadline=row.open_deadline,
        best_attempt_id=best if known else None,  # which is best tells too
        points=row.points if known else None,
        most_points=row.most_points if known else None,
        passed=bool(known and row.passed_at),
        waiting=bool(known and row.band == "waiting"),
        best_at=row.submitted_at if known else row.last_at,
        score_shown=known,
        exempt=row.obligation == "exempt",
        sent_back=sent_back,
    )
