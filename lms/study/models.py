"""What people study: resolutions, their documents and passages, modules made of passages, and who has read what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base


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

    resolution: Mapped[Resolution] = relationship()


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
    withdrawn_at: Mapped[datetime | None]  # gone from the latest edition, kept for what cites it

    document: Mapped[Document] = relationship()


class Module(Base):
    """A study module (chuyên đề): passages in an order, with a title."""

    __tablename__ = "module"

    id: Mapped[int] = mapped_column(primary_key=True)
    resolution_id: Mapped[int] = mapped_column(ForeignKey("resolution.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    notice: Mapped[str] = mapped_column(default="")

    resolution: Mapped[Resolution] = relationship()


class ModulePassage(Base):
    """The place of a passage in a module."""

    __tablename__ = "module_passage"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    position: Mapped[int]

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
