"""Reading what trainers work on: documents, editions, passages to choose from, modules in the making."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lms.organisation.models import Person
from lms.study.models import (
    UPLOADED,
    Document,
    Edition,
    Module,
    ModulePassage,
    ModuleVersion,
    Passage,
    PassageTopic,
    Resolution,
    Topic,
)
from lms.vietnamese.text import fold_words

PAGE = 30


def resolutions(session: Session) -> Sequence[Resolution]:
    """Every resolution in its order."""
    return session.scalars(select(Resolution).order_by(Resolution.position, Resolution.id)).all()


def all_modules(session: Session) -> Sequence[Module]:
    """Every module, published or not, in the order of the resolutions."""
    return session.scalars(
        select(Module)
        .join(Resolution, Resolution.id == Module.resolution_id)
        .options(joinedload(Module.resolution))
        .order_by(Resolution.position, Module.id)
    ).all()


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document with how many passages are in force."""

    document: Document
    passages: int


def documents(session: Session) -> list[DocumentLine]:
    """Every document that has an edition of its own: shipped texts and uploaded ones."""
    in_force = func.count(Passage.id).filter(Passage.withdrawn_at.is_(None))
    rows = session.execute(
        select(Document, in_force)
        .join(Resolution, Resolution.id == Document.resolution_id)
        .outerjoin(Passage, Passage.document_id == Document.id)
        .where(Document.kind != "own")
        .group_by(Document.id, Resolution.position, Resolution.id)
        .order_by(Resolution.position, Resolution.id, Document.id)
        .options(joinedload(Document.resolution))
    )
    return [DocumentLine(document, count) for document, count in rows]


def passages_in_force(session: Session, document_id: int) -> Sequence[Passage]:
    """The passages of a document's edition in force, in reading order."""
    return session.scalars(
        select(Passage)
        .where(Passage.document_id == document_id, Passage.withdrawn_at.is_(None))
        .order_by(Passage.position)
    ).all()


def passages_of_uploads(session: Session, resolution_id: int) -> Sequence[Passage]:
    """The passages in force of all documents that were uploaded for a resolution."""
    return session.scalars(
        select(Passage)
        .join(Document, Document.id == Passage.document_id)
        .where(
            Document.resolution_id == resolution_id,
            Document.kind == UPLOADED,
            Passage.withdrawn_at.is_(None),
        )
        .order_by(Document.id, Passage.position)
    ).all()


def editions_of(session: Session, document_id: int) -> Sequence[Edition]:
    """The editions of a document, the newest upload first."""
    return session.scalars(
        select(Edition).where(Edition.document_id == document_id).order_by(Edition.id.desc()).limit(50)
    ).all()


@dataclass(frozen=True, slots=True)
class Page:
    """Some passages, and the position to go on from (None at the end)."""

    items: Sequence[Passage]
    after: int | None


def choosable(
    session: Session, resolution_id: int, *, words: str = "", topic_id: int = 0, after: int = 0
) -> Page:
    """Passages in force of a resolution's documents, found by words and topic, by id."""
    wanted = (
        select(Passage)
        .join(Document, Document.id == Passage.document_id)
        .where(Document.resolution_id == resolution_id, Passage.withdrawn_at.is_(None), Passage.id > after)
        .options(joinedload(Passage.document))
    )
    for word in fold_words(words).split():
        wanted = wanted.where(Passage.search_text.contains(word, autoescape=True))
    if topic_id:
        about = select(PassageTopic.passage_id).where(
            PassageTopic.topic_id == topic_id, PassageTopic.state != "refused"
        )
        wanted = wanted.where(Passage.id.in_(about))
    found = session.scalars(wanted.order_by(Passage.id).limit(PAGE + 1)).all()
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def topics_of_passages(session: Session, passage_ids: Sequence[int]) -> dict[int, list[PassageTopic]]:
    """What is known of the topics of passages, in one query."""
    found: dict[int, list[PassageTopic]] = {passage_id: [] for passage_id in passage_ids}
    rows = session.scalars(
        select(PassageTopic)
        .join(Topic, Topic.id == PassageTopic.topic_id)
        .where(PassageTopic.passage_id.in_(passage_ids))
        .order_by(Topic.position)
    )
    for row in rows:
        found[row.passage_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Published:
    """A published version of a module and who published it ("" when it was loaded from a file)."""

    number: int
    title: str
    passages: int
    by: str
    at: datetime


def versions_of(session: Session, module_id: int) -> list[Published]:
    """The published versions, the newest first."""
    rows = session.execute(
        select(ModuleVersion, Person.full_name)
        .outerjoin(Person, Person.id == ModuleVersion.published_by)
        .where(ModuleVersion.module_id == module_id)
        .order_by(ModuleVersion.number.desc())
        .limit(50)
    )
    return [
        Published(version.number, version.title, len(version.passages), name or "", version.published_at)
        for version, name in rows
    ]


def modules_with(session: Session, passage_ids: Sequence[int]) -> list[Module]:
    """The published modules in which any of these passages stands."""
    return list(
        session.scalars(
            select(Module)
            .where(
                Module.id.in_(
                    select(ModulePassage.module_id).where(ModulePassage.passage_id.in_(passage_ids))
                )
            )
            .order_by(Module.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A passage of a published module that holds the words searched for."""

    module_slug: str
    module_title: str
    passage: Passage


MOST_FOUND = 60


def search(session: Session, words: str) -> list[Found]:
    """Passages of published modules that hold all the words, with or without diacritics."""
    sought = fold_words(words).split()
    if not sought:
        return []
    wanted = (
        select(Module.slug, Module.title, Passage)
        .join(ModulePassage, ModulePassage.module_id == Module.id)
        .join(Passage, Passage.id == ModulePassage.passage_id)
        .where(Module.version > 0)
    )
    for word in sought:
        wanted = wanted.where(Passage.search_text.contains(word, autoescape=True))
    rows = session.execute(wanted.order_by(Module.id, ModulePassage.position).limit(MOST_FOUND))
    return [Found(slug, title, passage) for slug, title, passage in rows]
