"""Question banks: one per topic; questions whose every change is a new immutable version; citations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base
from lms.study.models import Passage, Topic


class Bank(Base):
    """A question bank (ngân hàng câu hỏi) on one topic."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)  # "<resolution>/<topic>"
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), unique=True)
    name: Mapped[str]

    topic: Mapped[Topic] = relationship()


class Question(Base):
    """A question as an identity; what it says is in its versions."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'approved', 'retired')", name="state"),
        Index("ix_question_bank_state", "bank_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    code: Mapped[str] = mapped_column(unique=True)  # "hn18-bt-01": stable, in files too
    state: Mapped[str]
    retired_from: Mapped[str | None]  # the state before, so that retiring can be undone
    retired_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # nobody: gone from its file
    version: Mapped[int]  # number of the version in force
    stem_key: Mapped[str] = mapped_column(
        index=True
    )  # folded stem of that version, for search and duplicates
    type: Mapped[str]  # of that version
    level: Mapped[str | None]  # of that version
    created_at: Mapped[datetime]

    bank: Mapped[Bank] = relationship()


class QuestionVersion(Base):
    """What a question says, key included. Never changed, never deleted."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]  # lms.questions.question.Question.to_json()
    content_hash: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # nobody: loaded from a file
    created_at: Mapped[datetime]

    question: Mapped[Question] = relationship()


class Citation(Base):
    """The passage that answers a question version (căn cứ), with the passage's text hash at that time."""

    __tablename__ = "citation"
    __table_args__ = (Index("ix_citation_passage", "passage_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    passage_hash: Mapped[str]

    passage: Mapped[Passage] = relationship()
