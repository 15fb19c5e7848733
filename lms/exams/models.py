"""Exams: policy, blueprint, and the pool of papers drawn before opening."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.courses.models import Course
from lms.kit.db import Base, sparse_index
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
    minutes: Mapped[int]  # for one attempt; 0: as long as the exam is open (a bài thu hoạch with a deadline)
    attempts_allowed: Mapped[int] = mapped_column(default=1)
    pass_percent: Mapped[Decimal] = mapped_column(default=Decimal(50))
    shuffle: Mapped[bool] = mapped_column(default=True)  # order of questions and of options
    release: Mapped[str] = mapped_column(default="after_last")  # of the key: one of policy.RELEASES
    release_score: Mapped[str] = mapped_column(default="after_attempt")
    release_answers: Mapped[str] = mapped_column(default="after_attempt")  # one's own, question by question
    release_explanation: Mapped[str] = mapped_column(default="after_last")
    counts: Mapped[str] = mapped_column(default="best")  # which attempt counts: best · last · first · mean
    excellent_percent: Mapped[Decimal] = mapped_column(default=Decimal(90))  # least for "Giỏi"
    good_percent: Mapped[Decimal] = mapped_column(default=Decimal(75))  # least for "Khá"
    wait_minutes: Mapped[int] = mapped_column(default=0)  # between two attempts
    navigation: Mapped[str] = mapped_column(
        default="free"
    )  # free · forward: neither page nor server goes back
    access_code: Mapped[str] = mapped_column(default="")  # said aloud in the room; "": none is asked for
    networks: Mapped[list[Any]] = mapped_column(default=list)  # CIDR, where attempts may start; []: anywhere
    requires_reading: Mapped[bool] = mapped_column(
        default=False
    )  # the course's modules, before the first start
    papers_kind: Mapped[str] = mapped_column(default="random")  # random · parallel · fixed
    parallel_papers: Mapped[int] = mapped_column(default=0)  # how many parallel papers are built beforehand
    blind_marking: Mapped[bool] = mapped_column(default=True)  # markers see no names
    second_marker: Mapped[bool] = mapped_column(default=False)
    marking_due_at: Mapped[datetime | None]
    has_overrides: Mapped[bool] = mapped_column(default=False)  # so that a start need not look for them
    has_rulings: Mapped[bool] = mapped_column(default=False)  # so that scoring need not look for them
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()


class BlueprintCell(Base):
    """How many questions of a topic, level and type a paper has, and what each is worth (ô của ma trận đề)."""

    __tablename__ = "blueprint_cell"
    __table_args__ = (Index("uq_blueprint_cell", "exam_id", "topic_id", "level", "type", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    level: Mapped[str] = mapped_column(default="")  # "" takes any level
    type: Mapped[str] = mapped_column(default="")  # "" takes any type
    count: Mapped[int]
    points: Mapped[Decimal]

    topic: Mapped[Topic] = relationship()


class FixedQuestion(Base):
    """A question that the organiser picked by hand for a fixed paper, and what it is worth."""

    __tablename__ = "fixed_question"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    position: Mapped[int]
    points: Mapped[Decimal]


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
    expected: Mapped[Decimal | None]  # mean expected correctness, 0 to 1, as known when it was drawn


class Override(Base):
    """What is different for one person, one unit with all below it, or one label; also for attempts under way."""

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint(
            "(person_id IS NOT NULL AND unit_id IS NULL AND label = '')"
            " OR (person_id IS NULL AND unit_id IS NOT NULL AND label = '')"
            " OR (person_id IS NULL AND unit_id IS NULL AND label <> '')",
            name="one_target",
        ),
        Index("ix_override_exam", "exam_id"),
        sparse_index("ix_override_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    label: Mapped[str] = mapped_column(default="")
    extra_minutes: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]  # instead of the exam's
    closes_at: Mapped[datetime | None]
    reason: Mapped[str]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class Ruling(Base):
    """A decision on a question of an exam that turned out wrong: how every answer to it is scored instead."""

    __tablename__ = "ruling"
    __table_args__ = (
        CheckConstraint("kind IN ('drop', 'second_key', 'full_marks', 'new_key')", name="kind"),
        CheckConstraint(
            "state IN ('proposed', 'refused', 'approved', 'applied', 'undoing', 'undone')", name="state"
        ),
        Index("ix_ruling_exam", "exam_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    kind: Mapped[str]
    body: Mapped[dict[str, Any] | None]  # the question with the second or the new key (Question.to_json)
    reason: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # never who proposed it
    decided_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="")  # why it was refused or undone
    effects: Mapped[dict[str, Any]]  # of the dry run that was approved: counts by name
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
