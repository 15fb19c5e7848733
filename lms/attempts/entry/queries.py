"""What a clerk may look at: exams in which people of their units take part, those people, and the attempts there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.entry.rules import HANDWRITTEN, PAPER, PROXY, as_json
from lms.attempts.models import AnswerEvent, Attempt, AttemptNote
from lms.courses.models import Course, Enrolment
from lms.courses.participants import Participant, Seen, enrolment_seen, participants
from lms.exams.models import Exam, Paper
from lms.organisation.models import Person
from lms.organisation.queries import below

MOST_EXAMS = 100
A_PAGE = 50

_EXAM = (
    Exam.id,
    Exam.title,
    Exam.course_id,
    Exam.opens_at,
    Exam.closes_at,
    Exam.access_code,
    Exam.attempts_allowed,
    Course.title.label("course"),
    Course.opens_at.label("course_opens_at"),
    Course.closes_at.label("course_closes_at"),
)


def _known(units: Sequence[int], now: datetime) -> ColumnElement[bool]:
    """That somebody of these units or below takes part in the exam of a statement, and that it has opened."""
    theirs = exists().where(Enrolment.course_id == Exam.course_id, Enrolment.unit_id.in_(below(units)))
    return (Exam.state != "draft") & (Course.state != "draft") & (Exam.opens_at <= now) & theirs


def exams(session: Session, units: Sequence[int], now: datetime) -> Sequence[Any]:
    """Exams for which papers can be entered, the one that opened last on top."""
    return session.execute(
        select(*_EXAM)
        .join(Course, Course.id == Exam.course_id)
        .where(_known(units, now))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
        .limit(MOST_EXAMS)
    ).all()


def exam(session: Session, exam_id: int, units: Sequence[int], now: datetime) -> Any:
    """One of them, or None."""
    return session.execute(
        select(*_EXAM).join(Course, Course.id == Exam.course_id).where(Exam.id == exam_id, _known(units, now))
    ).first()


def people(session: Session, course_id: int, units: Sequence[int], name: str) -> list[Participant]:
    """People of these units in the course by part of a name (with or without marks); one more than A_PAGE tells that
    there are more."""
    return participants(session, course_id, Seen(False, tuple(units)), name=name, most=A_PAGE)


def person(
    session: Session, course_id: int, enrolment_id: int, units: Sequence[int], clerk_id: int
) -> Participant | None:
    """One of them, but never the clerk."""
    found = enrolment_seen(session, course_id, enrolment_id, Seen(False, tuple(units)))
    return found if found and found.enrolment.person_id != clerk_id else None


@dataclass(frozen=True, slots=True)
class Made:
    """An attempt of a person, and who entered it if somebody did."""

    handwritten: Sequence[int]  # slots whose answer is written by hand on a sheet
    id: int
    number: int
    state: str
    medium: str
    started_at: datetime
    submitted_at: datetime | None
    entered_by: int | None
    clerk: str | None


def attempts(session: Session, exam_id: int, person_ids: Sequence[int]) -> dict[int, list[Made]]:
    """By person their attempts at the exam."""
    clerk = aliased(Person)
    rows: Sequence[Any] = session.execute(
        select(
            Attempt.person_id,
            Attempt.id,
            Attempt.number,
            Attempt.state,
            Attempt.medium,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.entered_by,
            clerk.full_name.label("clerk"),
        )
        .outerjoin(clerk, clerk.id == Attempt.entered_by)
        .where(Attempt.exam_id == exam_id, Attempt.person_id.in_(person_ids))
        .order_by(Attempt.number)
    ).all()
    by_hand = handwritten(session, [row.id for row in rows if row.medium == PAPER])
    found: dict[int, list[Made]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(Made(by_hand.get(row.id, ()), *row[1:]))
    return found


def paper_id(session: Session, exam_id: int, number: int) -> int | None:
    """The exam's paper with this code (mã đề)."""
    return session.scalar(select(Paper.id).where(Paper.exam_id == exam_id, Paper.number == number))


def proxy(session: Session, attempt_id: int, clerk_id: int, units: Sequence[int]) -> Any:
    """An attempt that the clerk started for somebody who is still of their units; None for any other."""
    return session.execute(
        select(
            Attempt.id,
            Attempt.exam_id,
            Attempt.paper_id,
            Attempt.person_id,
            Attempt.enrolment_id,
            Attempt.state,
            Attempt.deadline_at,
            Attempt.receipt,
            Exam.title,
            Person.full_name.label("name"),
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.id == attempt_id,
            Attempt.medium == PROXY,
            Attempt.entered_by == clerk_id,
            Attempt.person_id != clerk_id,
            Enrolment.unit_id.in_(below(units)),
        )
    ).first()


def reason_of(session: Session, attempt_id: int) -> str:
    """Why an attempt was entered for somebody, as the clerk said."""
    return (
        session.scalar(
            select(AttemptNote.text)
            .where(AttemptNote.attempt_id == attempt_id, AttemptNote.kind == "entered")
            .order_by(AttemptNote.id)
            .limit(1)
        )
        or ""
    )


def handwritten(session: Session, attempt_ids: Sequence[int]) -> dict[int, list[int]]:
    """By attempt that was entered from paper the slots whose answer is written by hand on the sheet."""
    if not attempt_ids:
        return {}
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.slot)
        .where(AnswerEvent.attempt_id.in_(attempt_ids), AnswerEvent.value == as_json(HANDWRITTEN))
        .order_by(AnswerEvent.slot)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for attempt_id, slot in rows:
        found[attempt_id].append(slot)
    return found


def entered_paper(session: Session, attempt_id: int, clerk_id: int, units: Sequence[int]) -> Any:
    """A stored paper that the clerk entered for somebody who is still of their units; None for any other."""
    return session.execute(
        select(Attempt.id, Attempt.exam_id, Attempt.number, Exam.title, Person.full_name.label("name"))
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.id == attempt_id,
            Attempt.medium == PAPER,
            Attempt.entered_by == clerk_id,
            Attempt.person_id != clerk_id,
            Attempt.state == "submitted",
            Enrolment.unit_id.in_(below(units)),
        )
    ).first()
