"""The demonstration's bài thu hoạch: one ward writes about what it has studied, and part of that is marked already.

It has a course of its own, so that whoever passed the test of the first course has finished that one. There is no time
limit but the closing of the exam, so the room always has people at work.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.attempts import actions as attempts
from lms.attempts import files, finishing
from lms.attempts.handed import Taken
from lms.attempts.models import AnswerEvent
from lms.courses.models import Enrolment
from lms.demo.answers import TAB, event
from lms.demo.reflections import COMMENTS, reflection
from lms.demo.story import course_about
from lms.exams import actions as exams
from lms.exams.blueprint import Entry
from lms.exams.models import Exam
from lms.kit.storage import Storage
from lms.marking import marks, tasks
from lms.marking.models import MarkingTask
from lms.marking.rules import Given
from lms.organisation.models import Person, Unit
from lms.study import queries as study

COURSE, EXAM = "hn18-thu-hoach", "hn18-th"
TOPIC, LEVEL = "reflection", "analysis"  # the question with this level lets files be handed in
WROTE, WITH_FILE, MARKED, AT_WORK = 19, 2, 8, 6  # people; the files and marks are of those who wrote first


def open_course(session: Session, top: Unit, ward: Unit, *, by: int | None, now: datetime) -> Exam:
    """The course of the ward, with a published exam of one essay that can be handed in until it closes."""
    title = f"Viết bài thu hoạch Nghị quyết Đại hội XVIII – {ward.name}"
    course, module = course_about(session, COURSE, title, top, for_unit=ward, by=by, now=now)
    policy = exams.Policy(
        code=EXAM,
        title="Bài thu hoạch Nghị quyết Đại hội XVIII",
        opens_at=course.opens_at,
        closes_at=course.closes_at - timedelta(days=1),
        minutes=0,
    )
    topic = next(each for each in study.topics_of(session, module.resolution_id) if each.slug == TOPIC)
    exam = exams.create_exam(session, course, policy, by=by, now=course.opens_at)
    entries = [Entry(topic.id, LEVEL, 1, Decimal(10), "essay")]
    exams.set_blueprint(session, exam, entries, by=by, now=course.opens_at)
    exams.publish_exam(session, exam, by=by, now=course.opens_at)
    return exam


def write(
    session: Session,
    exam: Exam,
    people: Sequence[Person],
    *,
    storage: Storage,
    key: bytes,
    now: datetime,
    rng: random.Random,
) -> list[int]:
    """Let WROTE people of the ward hand in what they wrote, the last of them a copy of the first one's, and AT_WORK
    begin; the ids of the attempts still open."""
    wanted = select(Enrolment.person_id).where(Enrolment.course_id == exam.course_id)
    enrolled = set(session.scalars(wanted))
    writers = [person.id for person in people if person.id in enrolled]
    rng.shuffle(writers)
    for number, person_id in enumerate(writers[:WROTE]):
        began = exam.opens_at + (now - exam.opens_at) * rng.uniform(0.05, 0.9)
        text = reflection(number % (WROTE - 1))
        attempt_id = _begin(session, exam, person_id, text, key=key, now=began)
        ended = began + timedelta(minutes=rng.uniform(35, 90))
        if number < WITH_FILE:
            files.hand_in(
                session, storage, attempt_id, person_id, slot=1, taken=Taken("docx", _word(text)),
                name="bai-thu-hoach.docx", now=ended,
            )  # fmt: skip
        finishing.submit(session, attempt_id, person_id, tab=TAB, last_seq=1, key=key, now=ended)
    opened = []
    for number, person_id in enumerate(writers[WROTE : WROTE + AT_WORK], WROTE):
        text = reflection(number).partition("\n\n")[0]
        began = now - timedelta(minutes=number)
        opened.append(_begin(session, exam, person_id, text, key=key, now=began))
    return opened


def _begin(session: Session, exam: Exam, person_id: int, text: str, *, key: bytes, now: datetime) -> int:
    attempt_id = attempts.start(session, exam.id, person_id, key=key, now=now)
    said = json.dumps(text, ensure_ascii=False)
    session.execute(insert(AnswerEvent), [event(attempt_id, 1, said, now, seconds=120)])
    return attempt_id


def _word(text: str) -> bytes:
    """The text as a Word file."""
    from docx import Document  # heavy

    document, out = Document(), io.BytesIO()
    document.add_heading("Bài thu hoạch", 1)
    for paragraph in text.split("\n\n"):
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def mark(session: Session, exam: Exam, marker_id: int, *, now: datetime, rng: random.Random) -> None:
    """Let the marker mark the first MARKED of what was handed in."""
    tasks.make_due(session, now, exam_id=exam.id)
    waiting = select(MarkingTask).where(MarkingTask.exam_id == exam.id).order_by(MarkingTask.id).limit(MARKED)
    for task in session.scalars(waiting).all():
        tasks.take(session, task, marker_id, now - timedelta(minutes=30), reconciles=False)
        criteria = tuple(Decimal(most) - Decimal(rng.randint(0, 4)) / 2 for most in (4, 3, 3))
        given = Given(sum(criteria, Decimal(0)), criteria)
        marks.mark(
            session, task, given, rng.choice(["", *COMMENTS]), by=marker_id, now=now - timedelta(minutes=20)
        )
