"""Organising exams: make, correct, set the blueprint, publish (drawing the pool of papers), extend, close."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.exams import fixed, paper, queries, rules
from lms.exams.blueprint import Entry
from lms.exams.fixed import Pick
from lms.exams.models import BlueprintCell, Exam, FixedQuestion
from lms.exams.policy import Policy
from lms.exams.rules import Check

__all__ = ["ExamFixed", "NotReady", "Policy"]


class ExamFixed(ValueError):
    """The exam has been published: its blueprint and rules cannot change any more."""


class NotReady(ValueError):
    """Something stands in the way of publishing; `checks` is the whole check list."""

    def __init__(self, checks: Sequence[Check]) -> None:
        super().__init__("; ".join(check.message for check in checks if check.severity == "error"))
        self.checks = tuple(checks)


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
            exam_id=exam.id,
            topic_id=entry.topic,
            level=entry.level,
            type=entry.type,
            count=entry.count,
            points=entry.points,
        )
        session.add(cell)
        session.flush()
    questions = sum(entry.count for entry in entries)
    _record(session, "exam.blueprint", exam, by=by, now=now, cells=len(entries), questions=questions)


def set_papers_kind(
    session: Session, exam: Exam, kind: str, parallel_papers: int, *, by: int | None, now: datetime
) -> None:
    """Say how the papers are made: drawn at random, a number of parallel ones, or fixed by hand. Raises ExamFixed
    once it is published. The caller has checked `rules.papers_refusal`."""
    _must_be_draft(session, exam)
    wanted = (kind, parallel_papers if kind == "parallel" else 0)
    if (exam.papers_kind, exam.parallel_papers) != wanted:
        exam.papers_kind, exam.parallel_papers = wanted
        _record(session, "exam.papers_kind", exam, by=by, now=now, kind=kind, papers=wanted[1])


def pick_questions(
    session: Session, exam: Exam, picks: Sequence[Pick], *, by: int | None, now: datetime
) -> None:
    """Keep the questions of the fixed paper in this order. Raises ExamFixed once it is published."""
    _must_be_draft(session, exam)
    if list(picks) == fixed.picks_of(session, exam.id):
        return
    session.execute(delete(FixedQuestion).where(FixedQuestion.exam_id == exam.id))
    session.add_all(
        FixedQuestion(exam_id=exam.id, question_id=pick.question_id, position=position, points=pick.points)
        for position, pick in enumerate(picks, 1)
    )
    session.flush()
    _record(session, "exam.pick", exam, by=by, now=now, questions=len(picks))


def note_key_taken(
    session: Session,
    exam: Exam,
    codes: Sequence[str],
    format_: str,
    *,
    draft: bool,
    by: int | None,
    now: datetime,
) -> None:
    """Keep who took the key of printed papers."""
    _record(session, "exam.key", exam, by=by, now=now, codes=list(codes), format=format_, draft=draft)


def publish_exam(session: Session, exam: Exam, *, by: int | None, now: datetime) -> int:
    """Draw the pool of papers and show the exam to everybody in the course. Returns how many papers there are.

    Who had finished the course has an exam more to pass: they are finished no longer.

    Raises NotReady while something of `rules.checklist` stands in the way, ExamFixed when it is already published.
    """
    _must_be_draft(session, exam)
    facts = queries.publish_facts(session, exam, now)
    checks = rules.checklist(facts)
    if not rules.ready(checks):
        raise NotReady(checks)
    papers = paper.pool_size(exam, rules.pool_size(facts.people, exam.attempts_allowed))
    paper.fill_pool(session, exam, papers, now)
    exam.state, exam.published_at = "published", now
    courses.take_finished_back(session, exam.course_id, now=now)
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
