"""What has happened in the demonstration so far: a course is open, and part of the people have sat its exam.

Everything goes through the same actions as in real use, so that every figure can be recounted.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.attempts import actions as attempts
from lms.attempts import finishing
from lms.attempts.models import AnswerEvent, Attempt
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.demo.answers import answer
from lms.exams import actions as exams
from lms.exams import paper
from lms.exams.blueprint import Entry
from lms.exams.models import Exam
from lms.organisation.models import Person, Unit
from lms.study import queries as study
from lms.study.models import Topic
from lms.vietnamese.dates import local

COURSE, EXAM = "hn18-2026", "hn18-kt1"
RESOLUTION = "hanoi_xviii"
ESSAYS = "reflection"  # its topic of essays: marked by people, so the exam of the demonstration asks none
QUESTIONS = 12
SAT = 0.62  # of the people of a cell, on average
KNOWS = (0.45, 0.97)  # of the questions, the weakest and the best prepared


def open_course(session: Session, top: Unit, *, by: int | None, now: datetime) -> tuple[Course, Exam]:
    """A course on the XVIII congress for the whole city, with a published exam of QUESTIONS questions."""
    began = at(now, days=-10, hour=7)
    course = courses.create_course(
        session,
        code=COURSE,
        title="Học tập, quán triệt Nghị quyết Đại hội lần thứ XVIII Đảng bộ thành phố Hà Nội",
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
    courses.choose_units(session, course, [top.id], by=by, now=began)
    courses.open_course(session, course, by=by, now=began)
    topics = [topic for topic in study.topics_of(session, module.resolution_id) if topic.slug != ESSAYS]
    return course, _exam(session, course, topics, by=by, now=began)


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
        attempt_id = attempts.start(session, exam.id, person.id, key=key, now=began)
        last = _answer(session, attempt_id, began, rng)
        ended = began + timedelta(minutes=rng.uniform(4, 18))
        finishing.submit(session, attempt_id, person.id, tab="demo", last_seq=last, key=key, now=ended)
        sat += 1
    return sat


def _with_units(session: Session, people: Sequence[Person]) -> list[tuple[Person, int]]:
    from lms.courses.models import Enrolment

    rows = session.execute(select(Enrolment.person_id, Enrolment.unit_id))
    units = {person_id: unit_id for person_id, unit_id in rows}  # noqa: C416 - rows are no plain tuples
    return [(person, units[person.id]) for person in people if person.id in units]


def _answer(session: Session, attempt_id: int, began: datetime, rng: random.Random) -> int:
    """Answer every slot; returns the number of the last event."""
    attempt = session.get_one(Attempt, attempt_id)
    knows = rng.uniform(*KNOWS)
    rows = []
    for slot in paper.load(session, attempt.paper_id).slots:
        at = began + timedelta(seconds=15 * slot.number)
        rows.append(
            {
                "attempt_id": attempt_id,
                "tab": "demo",
                "seq": slot.number,
                "slot": slot.number,
                "op": "set",
                "value": answer(slot.question, slot.order, right=rng.random() < knows, rng=rng),
                "client_ms": 15_000 * slot.number,
                "received_at": at,
                "epoch": 0,
                "status": "ok",
            }
        )
    session.execute(insert(AnswerEvent), rows)
    return len(rows)
