"""What has happened in the demonstration so far: a course is open, and part of the people have sat its exam.

Everything goes through the same actions as in real use, so that every figure can be recounted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.attempts import actions as attempts
from lms.attempts import finishing
from lms.attempts.models import AnswerEvent, Attempt
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.demo.answers import TAB, answer, event
from lms.exams import actions as exams
from lms.exams import paper
from lms.exams import queries as drawing
from lms.exams.blueprint import Entry
from lms.exams.models import Exam
from lms.organisation.models import Person, Unit
from lms.questions.blueprint import Cell
from lms.study import queries as study
from lms.study.models import Module, Topic
from lms.vietnamese.dates import local

COURSE, EXAM = "hn18-2026", "hn18-kt1"
RESOLUTION = "hanoi_xviii"
QUESTIONS = 12
SAT = 0.62  # of the people of a cell, on average
KNOWS = (0.45, 0.97)  # of the questions, the weakest and the best prepared


def open_course(session: Session, top: Unit, *, by: int | None, now: datetime) -> tuple[Course, Exam]:
    """A course on the XVIII congress for the whole city, with a published exam of QUESTIONS questions."""
    title = "Học tập, quán triệt Nghị quyết Đại hội lần thứ XVIII Đảng bộ thành phố Hà Nội"
    course, module = course_about(session, COURSE, title, top, for_unit=top, by=by, now=now)
    topics = _asked_about(session, module.resolution_id, course.opens_at)
    return course, _exam(session, course, topics, by=by, now=course.opens_at)


def course_about(
    session: Session, code: str, title: str, top: Unit, *, for_unit: Unit, by: int | None, now: datetime
) -> tuple[Course, Module]:
    """A course on the module of RESOLUTION that `top` has organised for a unit, open for ten days, for twenty more."""
    began = at(now, days=-10, hour=7)
    course = courses.create_course(
        session,
        code=code,
        title=title,
        unit=top,
        opens_at=began,
        closes_at=at(now, days=20, hour=17),
        by=by,
        now=began,
    )
    module = study.module_by_slug(session, RESOLUTION)
    if module is None:
        raise LookupError(f"the module {RESOLUTION} has not been loaded")
    courses.choose_modules(session, course, [module.id], by=by, now=began)
    courses.choose_units(session, course, [for_unit.id], by=by, now=began)
    courses.open_course(session, course, by=by, now=began)
    return course, module


def _asked_about(session: Session, resolution_id: int, now: datetime) -> list[Topic]:
    """The topics that a cell of any type can draw from; a bank of essays alone has nothing for it."""
    topics = study.topics_of(session, resolution_id)
    pool = drawing.candidates(session, [topic.id for topic in topics], now)
    return [t for t in topics if any(Cell(str(t.id), None, 1, Decimal(1)).takes(c) for c in pool)]


def at(now: datetime, *, days: int, hour: int) -> datetime:
    """Half past an hour on Vietnam's clock, so many days from now: courses begin and end in office hours."""
    return (local(now) + timedelta(days=days)).replace(hour=hour, minute=30, second=0, microsecond=0)


def _exam(
    session: Session, course: Course, topics: Sequence[Topic], *, by: int | None, now: datetime
) -> Exam:
    policy = exams.Policy(
        code=EXAM,
        title="Bài kiểm tra tìm hiểu Nghị quyết Đại hội XVIII",
        opens_at=course.opens_at,
        closes_at=course.closes_at - timedelta(days=1),
        minutes=20,
        attempts_allowed=3,
        pass_percent=Decimal(60),
    )
    exam = exams.create_exam(session, course, policy, by=by, now=now)
    each, rest = divmod(QUESTIONS, len(topics))
    entries = [
        Entry(topic=topic.id, level="", count=each + (place < rest), points=Decimal(1))
        for place, topic in enumerate(topics)
        if each + (place < rest)
    ]
    exams.set_blueprint(session, exam, entries, by=by, now=now)
    exams.publish_exam(session, exam, by=by, now=now)
    return exam


def sit(
    session: Session, exam: Exam, people: Sequence[Person], *, key: bytes, now: datetime, rng: random.Random
) -> int:
    """Let part of the people sit the exam, some days ago, some better prepared than others; returns how many did."""
    eagerness: dict[int, float] = {}
    sat = 0
    for person, unit_id in _with_units(session, people):
        if rng.random() > eagerness.setdefault(unit_id, min(1.0, rng.gauss(SAT, 0.22))):
            continue
        began = exam.opens_at + (now - exam.opens_at) * rng.uniform(0.02, 0.97)
        sit_once(session, exam, person.id, _prepared(rng), began=began, key=key, rng=rng)
        sat += 1
    return sat


def _prepared(rng: random.Random) -> Callable[[paper.Slot], bool]:
    """What somebody knows: a share of the questions, which ones is chance."""
    share = rng.uniform(*KNOWS)
    return lambda _slot: rng.random() < share


def sit_once(
    session: Session,
    exam: Exam,
    person_id: int,
    knows: Callable[[paper.Slot], bool],
    *,
    began: datetime,
    key: bytes,
    rng: random.Random,
) -> int:
    """A whole attempt in which what the person `knows` is answered right; returns its id."""
    attempt_id = attempts.start(session, exam.id, person_id, key=key, now=began)
    sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
    session.execute(
        insert(AnswerEvent),
        [
            event(
                attempt_id,
                slot.number,
                answer(slot.question, slot.order, right=knows(slot), rng=rng),
                began,
                seconds=15 * slot.number,
            )
            for slot in sat.slots
        ],
    )
    ended = began + timedelta(minutes=rng.uniform(4, 18))
    finishing.submit(session, attempt_id, person_id, tab=TAB, last_seq=len(sat.slots), key=key, now=ended)
    return attempt_id


def _with_units(session: Session, people: Sequence[Person]) -> list[tuple[Person, int]]:
    from lms.courses.models import Enrolment

    rows = session.execute(select(Enrolment.person_id, Enrolment.unit_id))
    units = dict(rows.all())
    return [(person, units[person.id]) for person in people if person.id in units]
