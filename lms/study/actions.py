"""Keeping what people study: loading modules from files, and remembering who has read what."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.study import queries
from lms.study.models import (
    Document,
    Module,
    Passage,
    PassageRead,
    PassageText,
    Reading,
    Resolution,
    Topic,
)
from lms.study.publishing import publish
from lms.study.rules import ModuleReading, ReadPassage
from lms.vietnamese.text import fold_words

STUDY_TEXT = "study"  # slug of the document that a shipped module.md is


@dataclass(slots=True)
class Changes:
    """How many passages a loading added, changed and withdrew."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0


def store_module(
    session: Session, reading: ModuleReading, *, by: int | None, now: datetime
) -> tuple[Module, Changes]:
    """Store a module that was read from a file; doing it again changes only what differs."""
    resolution = _resolution(session, reading)
    _topics(session, resolution, reading)
    document = _document(session, resolution, reading)
    changes = _passages(session, document, reading.passages, now)
    module = _module(session, resolution, reading)
    _publish_as_read(session, module, document, reading, now)
    if changes.added or changes.changed or changes.withdrawn:
        record(
            session,
            "module.store",
            "module",
            module.id,
            actor_id=by,
            now=now,
            added=changes.added,
            changed=changes.changed,
            withdrawn=changes.withdrawn,
        )
    return module, changes


def _resolution(session: Session, reading: ModuleReading) -> Resolution:
    found = queries.resolution_by_slug(session, reading.resolution)
    if found is None:
        last = session.scalar(select(func.max(Resolution.position))) or 0
        found = Resolution(slug=reading.resolution, position=last + 1)
        session.add(found)
    found.title, found.term = reading.title, reading.term
    session.flush()
    return found


def _topics(session: Session, resolution: Resolution, reading: ModuleReading) -> None:
    known = {topic.slug: topic for topic in queries.topics_of(session, resolution.id)}
    for position, told in enumerate(reading.topics):
        topic = known.get(told.slug) or Topic(resolution_id=resolution.id, slug=told.slug)
        topic.name, topic.position = told.name, position
        session.add(topic)
    session.flush()


def _document(session: Session, resolution: Resolution, reading: ModuleReading) -> Document:
    found = session.scalar(
        select(Document).where(Document.resolution_id == resolution.id, Document.slug == STUDY_TEXT)
    ) or Document(resolution_id=resolution.id, slug=STUDY_TEXT)
    found.title, found.notice = reading.title, reading.notice
    session.add(found)
    session.flush()
    return found


def _passages(session: Session, document: Document, told: Sequence[ReadPassage], now: datetime) -> Changes:
    known, changes = queries.passages_by_slug(session, document.id), Changes()
    for position, passage in enumerate(told):
        stored, digest = known.pop(passage.id, None), content_hash(passage)
        if stored is None:
            stored, changes.added = Passage(document_id=document.id, slug=passage.id), changes.added + 1
        elif stored.content_hash != digest or stored.withdrawn_at:
            changes.changed += 1
        stored.number, stored.heading, stored.body = passage.number, passage.heading, passage.body_markdown
        stored.source, stored.source_date = passage.source, passage.source_date
        stored.position, stored.content_hash, stored.withdrawn_at = position, digest, None
        session.add(stored)
        session.flush()
        keep_text(session, stored, now)
    for gone in known.values():
        if gone.withdrawn_at is None:
            gone.withdrawn_at, changes.withdrawn = now, changes.withdrawn + 1
    session.flush()
    return changes


def content_hash(passage: ReadPassage) -> str:
    """What a citation remembers of a passage: changes with every word that can be read."""
    return text_hash(passage.heading, passage.body_markdown, passage.source, passage.source_date)


def text_hash(*texts: str) -> str:
    """The fingerprint of heading, body, source and its date."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def keep_text(session: Session, passage: Passage, now: datetime) -> None:
    """Remember what the passage says now, for modules published with it, and make it findable by words."""
    passage.search_text = f"{fold_words(passage.heading)} {fold_words(passage.body)}"
    kept = session.get(PassageText, (passage.id, passage.content_hash))
    if kept is None:
        told = ("content_hash", "heading", "body", "source", "source_date")
        kept = PassageText(
            passage_id=passage.id, since=now, **{name: getattr(passage, name) for name in told}
        )
        session.add(kept)
    kept.number, kept.reference = passage.number, passage.reference or ""  # numbers are no part of the text


def _module(session: Session, resolution: Resolution, reading: ModuleReading) -> Module:
    found = queries.module_by_slug(session, reading.resolution)
    if found is None:
        found = Module(slug=reading.resolution, resolution_id=resolution.id, title=reading.module)
        session.add(found)
        session.flush()
    return found


def _publish_as_read(
    session: Session, module: Module, document: Document, reading: ModuleReading, now: datetime
) -> None:
    """What the file says becomes what people read, unless a trainer published the module since."""
    last = queries.version_in_force(session, module)
    if last is not None and last.published_by is not None:
        return
    passages = queries.passages_by_slug(session, document.id)
    module.title, module.summary, module.notice = reading.module, reading.summary, reading.notice
    publish(session, module, [passages[told.id] for told in reading.passages], by=None, now=now)


def keep_place(session: Session, *, person_id: int, module_id: int, passage_id: int, now: datetime) -> None:
    """Remember the passage that was opened last."""
    place = session.get(Reading, (person_id, module_id)) or Reading(person_id=person_id, module_id=module_id)
    place.passage_id, place.updated_at = passage_id, now
    session.add(place)


def mark_read(session: Session, *, person_id: int, module_id: int, passage_id: int, now: datetime) -> None:
    """Mark a passage as read; when it was the last one missing, the module is finished."""
    if session.get(PassageRead, (person_id, passage_id)) is None:
        session.add(PassageRead(person_id=person_id, passage_id=passage_id, at=now))
    keep_place(session, person_id=person_id, module_id=module_id, passage_id=passage_id, now=now)
    session.flush()
    done = queries.progress(session, person_id, [module_id])[module_id]
    place = session.get_one(Reading, (person_id, module_id))
    if done.read == done.total and place.finished_at is None:
        place.finished_at = now


def take_mark_back(session: Session, *, person_id: int, passage_id: int) -> None:
    """The person wants to read the passage again; a module once finished stays finished."""
    session.execute(
        delete(PassageRead).where(PassageRead.person_id == person_id, PassageRead.passage_id == passage_id)
    )
