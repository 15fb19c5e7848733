"""Question banks: one per topic; questions whose every change is a new immutable version; citations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
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
    scheme: Mapped[str] = mapped_column(default="four")  # of levels: lms.banks.rules.SCHEMES

    topic: Mapped[Topic] = relationship()


class Question(Base):
    """A question as an identity; what it says is in its versions."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_review', 'approved', 'retired')", name="state"),
        Index("ix_question_bank_state", "bank_id", "state"),
        Index("ix_question_stimulus_key", "stimulus_key"),
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
    expires_on: Mapped[date | None]  # of that version: the last day on which a paper may draw it
    stimulus_key: Mapped[str] = mapped_column(default="")  # of that version: questions on one text
    search_text: Mapped[str] = mapped_column(default="")  # everything of that version, folded, for search
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


class QuestionTag(Base):
    """A word that trainers gave a question, to find and gather questions by."""

    __tablename__ = "question_tag"
    __table_args__ = (Index("ix_question_tag_tag", "tag"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class QuestionComment(Base):
    """What somebody said about a question while it was reviewed; settled ones stay to be read."""

    __tablename__ = "question_comment"
    __table_args__ = (Index("ix_question_comment_question", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    version: Mapped[int]  # number of the version that was in force
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Picture(Base):
    """The bytes of an image that question versions name; the name is the hash of the bytes, so it never changes."""

    __tablename__ = "picture"

    name: Mapped[str] = mapped_column(primary_key=True)  # "<sha256>.png"
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class UnsavedEdit(Base):
    """What stands in somebody's editor and is not stored as a version yet; kept while they write."""

    __tablename__ = "unsaved_edit"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[str]  # "question/12", or "new/<bank slug>/<type>"
    fields: Mapped[dict[str, Any]]  # the editor's form: name -> list of values
    updated_at: Mapped[datetime]


class BulkChange(Base):
    """One change to many questions at once, with what was before, so that it can be undone."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    kind: Mapped[str]
    before: Mapped[dict[str, Any]]  # question id -> what it was
    after: Mapped[dict[str, Any]]  # question id -> what it became
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class QuestionImport(Base):
    """A file of questions on its way into a bank: read, looked at and corrected, then stored, or undone again."""

    __tablename__ = "question_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading', 'unreadable', 'read', 'stored', 'undone', 'dropped')", name="state"
        ),
        Index("ix_question_import_bank", "bank_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    state: Mapped[str]
    file_name: Mapped[str]
    format: Mapped[str]
    file_key: Mapped[str]  # of the uploaded file in the storage
    reading_key: Mapped[str | None]  # of what was read, in the storage
    decisions: Mapped[dict[str, Any]]  # question number -> what the trainer set or left out
    counts: Mapped[dict[str, Any]]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when it was stored, undone or dropped

    bank: Mapped[Bank] = relationship()


class ImportedQuestion(Base):
    """A question that an import stored."""

    __tablename__ = "imported_question"

    import_id: Mapped[int] = mapped_column(ForeignKey("question_import.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    number: Mapped[int]  # in the file


class QuestionStatistic(Base):
    """How a question did in the attempts finished so far; shown beside it from 30 answers on."""

    __tablename__ = "question_statistic"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    answers: Mapped[int]
    facility: Mapped[Decimal]  # mean correctness, 0 to 1
    discrimination: Mapped[Decimal | None]  # correlation with the rest of the paper, -1 to 1
    flags: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as lms.questions.quality.flags packs them
    counted_at: Mapped[datetime]
