"""Organising exams: make, correct, set the blueprint, publish (drawing the pool of papers), extend, close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses.models import Course
from lms.exams import paper, queries, rules
from lms.exams.blueprint import Entry
from lms.exams.models import BlueprintCell, Exam
from lms.exams.rules import Check


class ExamFixed(ValueError):
    """The exam has been published: its blueprint and rules cannot change any more."""


class NotReady(ValueError):
    """Something stands in the way of publishing; `checks` is the whole check list."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__("; ".join(check.message for check in checks if check.severity == "error"))
        self.checks = tuple(checks)


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organiser decides about an exam besides its blueprint."""

    code: str
    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts_allowed: int = 1
    pass_percent: Decimal = Decimal(50)
    shuffle: bool = True
    release: str = "after_attempt"  # one of rules.RELEASES

    def changes(self, exam: Exam) -> dict[str, object]:
        """The fields in which the exam differs, with their new values."""
        wanted = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in wanted.items() if getattr(exam, name) != value}


def create_exam(session: Session, course: Course, policy: Policy, *, by: int | None, now: datetime) -> Exam:
    """A new exam of the course, in preparation and with an empty blueprint."""
    exam = Exam(course_id=course.id, course=course, state="draft", created_by=by, created_at=now)
    for name, value in policy.changes(exam).items():
        setattr(exam, name, value)
    session.add(exam)
    session.flush()  # the blueprint and the audit row need the id
    _record(session, "exam.create", exam, by=by, now=now, title=exam.title)
    return exam


def update_exam(session: Session, exam: Exam, policy: Policy, *, by: int | None, now: datetime) -> None:
    """Correct an exam in preparation. Raises ExamFixed once it is published."""
    _must_be_draft(session, exam)
    changes = policy.changes(exam)
    for name, value in changes.items():
        setattr(exam, name, value)
    if changes:
        _record(session, "exam.update", exam, by=by, now=now, fields=sorted(changes))


def set_blueprint(
    session: Session, exam: Exam, entries: Sequence[Entry], *, by: int | None, now: datetime
) -> None:
    """Keep the blueprint as entered, even while the banks cannot fill it. Raises ExamFixed once it is published."""
    _must_be_draft(session, exam)
    if list(entries) == queries.entries_of(session, exam.id):
        return
    session.execute(delete(BlueprintCell).where(BlueprintCell.exam_id == exam.id))
    for entry in entries:  # one by one: their order is the order of a paper that is not shuffled
        cell = BlueprintCell(
            exam_id=exam.id, topic_id=entry.topic, level=entry.level, count=entry.count, points=entry.points
        )
        session.add(cell)
        session.flush()
    questions = sum(entry.count for entry in entries)
    _record(session, "exam.blueprint", exam, by=by, now=now, cells=len(entries), questions=questions)


def publish_exam(session: Session, exam: Exam, *, by: int | None, now: datetime) -> int:
    """Draw the pool of papers and show the exam to everybody in the course. Returns how many papers there are.

    Raises NotReady while something of `rules.checklist` stands in the way, ExamFixed when it is already published.
    """
    _must_be_draft(session, exam)
    facts = queries.publish_facts(session, exam, now)
    checks = rules.checklist(facts)
    if not rules.ready(checks):
        raise NotReady(checks)
    papers = rules.pool_size(facts.people, exam.attempts_allowed)
    paper.fill_pool(session, exam, papers, now)
    exam.state, exam.published_at = "published", now
    _record(session, "exam.publish", exam, by=by, now=now, people=facts.people, papers=papers)
    return papers


def extend_exam(session: Session, exam: Exam, *, closes_at: datetime, by: int, now: datetime) -> None:
    """Let a published exam close later. Attempts under way keep their deadline. The caller has checked
    `rules.extension_refusals`."""
    before, exam.closes_at = exam.closes_at, closes_at
    _record(
        session,
        "exam.extend",
        exam,
        by=by,
        now=now,
        before=before.isoformat(),
        after=closes_at.isoformat(),
    )


def close_exam(session: Session, exam: Exam, *, by: int, now: datetime) -> None:
    """No attempt may start any more; those under way go on to their deadline. Closing again changes nothing."""
    if _lock(session, exam) == "published":
        exam.state = "closed"
        _record(session, "exam.close", exam, by=by, now=now)


def _must_be_draft(session: Session, exam: Exam) -> None:
    state = _lock(session, exam)
    if state != "draft":
        raise ExamFixed(f"exam {exam.code} is {state}")


def _lock(session: Session, exam: Exam) -> str | None:
    """Lock the exam's row, so that changing, publishing and closing go one after the other; its state now."""
    session.flush()
    return session.scalar(select(Exam.state).where(Exam.id == exam.id).with_for_update())


def _record(
    session: Session, action: str, exam: Exam, *, by: int | None, now: datetime, **detail: object
) -> None:
    unit_id = exam.course.unit_id
    record(session, action, "exam", exam.id, actor_id=by, now=now, unit_id=unit_id, code=exam.code, **detail)
