"""What people study: resolutions, their documents and passages, modules made of passages, and who has read what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base

UPLOADED = "uploaded"  # kind of a document that trainers bring


class Resolution(Base):
    """A resolution (nghị quyết) of a congress."""

    __tablename__ = "resolution"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    term: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class Topic(Base):
    """A topic (chủ đề) of a resolution: what a bank asks about and a blueprint counts."""

    __tablename__ = "topic"
    __table_args__ = (UniqueConstraint("resolution_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    slug: Mapped[str]
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)

    resolution: Mapped[Resolution] = relationship()


class Document(Base):
    """A text that passages come from: the shipped study text, later the resolution's own documents."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("resolution_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    slug: Mapped[str]
    title: Mapped[str]
    notice: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(
        default="study"
    )  # study: shipped · uploaded: a file · own: text of a module
    edition: Mapped[int] = mapped_column(default=1)  # number of the edition in force

    resolution: Mapped[Resolution] = relationship()


class Edition(Base):
    """A file that was read as an edition of a document; its passages are in force once it has been applied."""

    __tablename__ = "edition"
    __table_args__ = (
        CheckConstraint("state IN ('reading', 'unreadable', 'read', 'applied', 'dropped')", name="state"),
        Index("ix_edition_document", "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int | None]  # given when it is applied
    state: Mapped[str]
    file_name: Mapped[str]
    file_key: Mapped[str]  # of the uploaded file in the storage
    reading_key: Mapped[str | None]  # of what was read, in the storage
    counts: Mapped[dict[str, Any]]  # unchanged, reworded, moved, gone, new
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]

    document: Mapped[Document] = relationship()


class Passage(Base):
    """A numbered piece of a document that can be read, cited and asked about (đoạn)."""

    __tablename__ = "passage"
    __table_args__ = (UniqueConstraint("document_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    slug: Mapped[str]  # "p03", stable
    number: Mapped[str]  # "3", as people cite it
    heading: Mapped[str]
    body: Mapped[str]  # Markdown
    source: Mapped[str]
    source_date: Mapped[str]  # as the source gives it: "17/10/2025", "10/2025", "2025"
    position: Mapped[int]
    content_hash: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")  # how people cite it: "mục II.3"
    headings: Mapped[list[Any]] = mapped_column(
        default=list
    )  # of the sections around it, from the outside in
    search_text: Mapped[str] = mapped_column(default="")  # heading and body, folded, for search
    withdrawn_at: Mapped[datetime | None]  # gone from the latest edition, kept for what cites it

    document: Mapped[Document] = relationship()


class PassageText(Base):
    """What a passage said at one time. Modules show the text they were published with; citations name its hash."""

    __tablename__ = "passage_text"

    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    heading: Mapped[str]
    body: Mapped[str]
    source: Mapped[str]
    source_date: Mapped[str]
    reference: Mapped[str]
    since: Mapped[datetime]


class PassageTopic(Base):
    """A topic that a passage is about: suggested by a rule, or settled by a trainer."""

    __tablename__ = "passage_topic"
    __table_args__ = (
        CheckConstraint("state IN ('suggested', 'confirmed', 'refused')", name="state"),
        Index("ix_passage_topic_topic", "topic_id"),
    )

    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")  # the words that the rule found
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Module(Base):
    """A study module (chuyên đề): passages in an order, with a title."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    notice: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(
        default=0
    )  # number of the version that people read; 0: not published yet
    draft: Mapped[
        dict[str, Any] | None
    ]  # {title, summary, notice, passages: [id]}, while it differs from that

    resolution: Mapped[Resolution] = relationship()


class ModuleVersion(Base):
    """A module as it was published. Never changed."""

    __tablename__ = "module_version"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    notice: Mapped[str]
    passages: Mapped[list[Any]]  # [{"id", "hash"}] in reading order
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # nobody: loaded from a file
    published_at: Mapped[datetime]


class ModulePassage(Base):
    """The place of a passage in the published module, and which of its texts is read there ("": the text in force)."""

    __tablename__ = "module_passage"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    position: Mapped[int]
    content_hash: Mapped[str] = mapped_column(default="")

    passage: Mapped[Passage] = relationship()


class Reading(Base):
    """How far a person is in a module: the passage last opened, and when all were read."""

    __tablename__ = "reading"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"))
    updated_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class PassageRead(Base):
    """A person marked a passage as read."""

    __tablename__ = "passage_read"
    __table_args__ = (Index("ix_passage_read_passage", "passage_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    at: Mapped[datetime]
