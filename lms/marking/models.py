"""Marking: who reads which answer, challenges by candidates, and texts that resemble each other."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class MarkingTask(Base):
    """One reading of one answer: round 1, round 2 by another marker, round 3 where the two are reconciled."""

    __tablename__ = "marking_task"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'taken', 'marked', 'returned', 'dropped')", name="state"),
        Index("uq_marking_task", "attempt_id", "slot", "round", unique=True),
        Index("ix_marking_task_queue", "exam_id", "state", "unit_id"),
        Index("ix_marking_task_marker", "marker_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int]
    round: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # as of the attempt: markers by unit
    state: Mapped[str]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime | None]
    points: Mapped[Decimal | None]
    most_points: Mapped[Decimal]
    criteria: Mapped[list[Any]]  # points per criterion of the rubric, as text
    comment: Mapped[str] = mapped_column(default="")
    marked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Likeness(Base):
    """Two answers whose texts share many runs of words. A hint for markers, never a verdict."""

    __tablename__ = "essay_likeness"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    other_attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    other_slot: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[Decimal]  # of the shorter text's runs of words, 0 to 1
    found_at: Mapped[datetime]


class Challenge(Base):
    """A candidate's objection (đề nghị xem xét) to a question, to a result, or about answers that came late."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'late', 'result')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
        Index("ix_challenge_exam", "exam_id", "state"),
        Index("ix_challenge_attempt", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int | None]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id"))
    kind: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(default="")
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("ruling.id"))
