"""Storing a paper that was written by hand, as a clerk enters it.

Like the test sat for somebody (`proxy`) it is an ordinary attempt: answer events in the same table, handed in and
graded by the same core, counted like any other. What tells them apart is `medium` and `entered_by`, a note in the
attempt's story and a line in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts import actions, finishing, queries
from lms.attempts.entry.rules import PAPER, EntryRefused, as_json, why_not_at
from lms.attempts.entry.storing import add_events, chance_of, put_on_record
from lms.attempts.models import Attempt
from lms.attempts.rules import SET, Change
from lms.courses.models import Course
from lms.exams.models import Exam, Paper
from lms.questions.answer import Answer


def enter_paper(
    session: Session,
    exam_id: int,
    person_id: int,
    *,
    paper_id: int,
    number: int,
    at: datetime,
    answered: Mapping[int, Answer],
    by: int,
    key: bytes,
    now: datetime,
) -> int:
    """Store a paper written at `at` as the person's attempt `number`, handed in and graded; returns its id.

    `number` is the attempt that the clerk's sheet was drawn for: whoever enters the same paper at the same time, or
    sends the form twice, is refused. Raises LookupError (no such exam or paper, or the clerk's own), EntryRefused.
    """
    chance = chance_of(session, exam_id, person_id, by=by, key=key, now=now)
    _must_be_free(session, exam_id, person_id, chance, number)
    _must_be_then(session, exam_id, paper_id, at, now)
    attempt_id = _insert(session, exam_id, person_id, paper_id, chance, at=at, by=by)
    if attempt_id is None:
        raise EntryRefused("meanwhile")
    if not chance.enrolment_started:
        actions.note_first(session, chance.enrolment_id, now)
    values = {slot: answer for slot, answer in sorted(answered.items()) if answer is not None}
    changes = [Change(slot, SET, as_json(answer)) for slot, answer in values.items()]
    add_events(session, attempt_id, f"paper-{attempt_id}", changes, now=now)
    finishing.finish_entered(session, attempt_id, at=at, key=key, now=now)
    code = session.scalar(select(Paper.number).where(Paper.id == paper_id))
    detail = {"medium": PAPER, "paper": code, "written_at": at.isoformat(), "answered": len(values)}
    put_on_record(session, exam_id, attempt_id, chance.unit_id, detail, by=by, now=now)
    return attempt_id


def _must_be_free(
    session: Session, exam_id: int, person_id: int, chance: queries.Chance, number: int
) -> None:
    """A paper that was entered wrongly and declared void may be entered again: it was written once."""
    if chance.used + 1 != number:
        raise EntryRefused("meanwhile")
    void = session.scalar(
        select(func.count()).where(
            Attempt.exam_id == exam_id,
            Attempt.person_id == person_id,
            Attempt.medium == PAPER,
            Attempt.state == "void",
        )
    )
    if chance.used - (void or 0) >= chance.policy.attempts_allowed:
        raise EntryRefused("no_attempts", allowed=chance.policy.attempts_allowed)


def _must_be_then(session: Session, exam_id: int, paper_id: int, at: datetime, now: datetime) -> None:
    found = session.execute(
        select(Course.opens_at, Course.closes_at)
        .join(Exam, Exam.course_id == Course.id)
        .join(Paper, Paper.exam_id == Exam.id)
        .where(Exam.id == exam_id, Paper.id == paper_id)
    ).first()
    if found is None:
        raise LookupError(f"no paper {paper_id} of exam {exam_id}")
    wrong = why_not_at(at, found.opens_at, found.closes_at, now)
    if wrong:
        raise EntryRefused(wrong, opens=found.opens_at, closes=found.closes_at)


def _insert(
    session: Session,
    exam_id: int,
    person_id: int,
    paper_id: int,
    chance: queries.Chance,
    *,
    at: datetime,
    by: int,
) -> int | None:
    """The attempt, open until it is handed in by the same transaction; None if another one came first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    attempt_id: int | None = session.scalar(
        dialect.insert(Attempt)
        .values(
            exam_id=exam_id,
            person_id=person_id,
            enrolment_id=chance.enrolment_id,
            unit_id=chance.unit_id,
            paper_id=paper_id,
            number=chance.used + 1,
            state="open",
            started_at=at,
            deadline_at=at,
            epoch=0,
            medium=PAPER,
            entered_by=by,
        )
        .on_conflict_do_nothing()
        .returning(Attempt.id)
    )
    return attempt_id
