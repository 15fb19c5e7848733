"""Exams: policy, blueprint, and the pool of papers drawn before opening."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.courses.models import Course
from lms.kit.db import Base
from lms.study.models import Topic


class Exam(Base):
    """An exam (bài kiểm tra) of a course and its policy."""

    __tablename__ = "exam"
    __table_args__ = (CheckConstraint("state IN ('draft', 'published', 'closed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    minutes: Mapped[int]
    attempts_allowed: Mapped[int] = mapped_column(default=1)
    pass_percent: Mapped[Decimal] = mapped_column(default=Decimal(50))
    shuffle: Mapped[bool] = mapped_column(default=True)  # order of questions and of options
    release: Mapped[str] = mapped_column(default="after_attempt")  # of key and explanations; or "after_close"
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()


class BlueprintCell(Base):
    """How many questions of a topic and level a paper has, and what each is worth (ô của ma trận đề)."""

    __tablename__ = "blueprint_cell"
    __table_args__ = (Index("uq_blueprint_cell", "exam_id", "topic_id", "level", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    level: Mapped[str] = mapped_column(default="")  # "" takes any level
    count: Mapped[int]
    points: Mapped[Decimal]

    topic: Mapped[Topic] = relationship()


class Paper(Base):
    """A paper (đề): question versions, their order and the order of their options, pinned for good."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    seed: Mapped[str]
    slots: Mapped[list[Any]]  # [{"version": id, "order": [displayed -> original], "points": "0.25"}, ...]
    created_at: Mapped[datetime]
