"""Attempts: who sits which paper until when, every answer event ever received, and the grades given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.exams.models import Exam, Paper
from lms.kit.db import Base


class Attempt(Base):
    """One attempt (lượt làm bài). `state` goes from open to submitted, once."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'submitted')", name="state"),
        Index("uq_attempt_number", "exam_id", "person_id", "number", unique=True),
        Index(
            "uq_attempt_open",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_overdue", "state", "deadline_at"),
        Index("ix_attempt_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # as of the start
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    number: Mapped[int]  # 1, 2, ... up to what the exam allows
    state: Mapped[str]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    finished_by: Mapped[str | None]  # candidate · sweep · reader
    receipt: Mapped[str | None]
    holder: Mapped[str | None]  # the tab that holds the lease
    holder_since: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(default=0)  # counts takeovers of the lease

    exam: Mapped[Exam] = relationship()
    paper: Mapped[Paper] = relationship()


class AnswerEvent(Base):
    """What a browser said about one slot. Insert-only; the latest accepted event of a slot is the answer."""

    __tablename__ = "answer_event"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - one tree to write for a save, not two

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    tab: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int]
    op: Mapped[str]  # set · clear · flag · unflag
    value: Mapped[str | None]  # JSON, as the page sent it
    client_ms: Mapped[int]
    received_at: Mapped[datetime]
    epoch: Mapped[int]
    status: Mapped[str]  # ok · late · conflict


class Grade(Base):
    """What an attempt is worth. Appended; the one with the highest number counts."""

    __tablename__ = "grade"
    __table_args__ = (Index("uq_grade_number", "attempt_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    points: Mapped[Decimal]
    most_points: Mapped[Decimal]
    percent: Mapped[Decimal]
    passed: Mapped[bool]
    right: Mapped[int]  # slots wholly right
    band: Mapped[str]
    scores: Mapped[list[Any]]  # per slot: correctness in ten-thousandths; None while a person is to mark it
    engine: Mapped[int]  # version of the scoring rules
    reason: Mapped[str]  # submitted · regraded ...
    at: Mapped[datetime]


class Standing(Base):
    """Where a person stands in an exam: attempts used and the best result so far."""

    __tablename__ = "standing"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    attempts: Mapped[int]  # submitted
    best_attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    best_percent: Mapped[Decimal]
    passed_at: Mapped[datetime | None]
