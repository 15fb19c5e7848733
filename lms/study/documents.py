"""Documents: a file becomes an edition, is compared with the one in force, and is applied passage by passage."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.kit import jobs
from lms.kit.storage import Storage
from lms.study import queries, workshop_queries
from lms.study.actions import keep_text, text_hash
from lms.study.models import UPLOADED, Document, Edition, Passage, Resolution
from lms.study.reading.document import DocumentReading
from lms.study.reading.editions import Change, PassageText, compare, counts, stored_ids
from lms.study.reading.wire import reading_from_json, reading_to_json
from lms.study.topics import suggest_for
from lms.vietnamese.text import ascii_letters

JOB_READ = "documents.read"


class EditionGone(Exception):
    """The edition is not (or no longer) in a state in which this can be done; nothing was changed."""


def slug_of(title: str, fallback: str) -> str:
    """A slug made of the letters of a title: "Nghị quyết Đại hội" gives "nghi_quyet_dai_hoi"."""
    letters = re.sub(r"[^a-z0-9]+", "_", ascii_letters(title).lower()).strip("_")
    return letters[:40].strip("_") or fallback


def start_resolution(session: Session, *, title: str, term: str, by: int, now: datetime) -> Resolution:
    """A new resolution, behind all others."""
    taken = set(session.scalars(select(Resolution.slug)))
    last = session.scalar(select(func.max(Resolution.position))) or 0
    resolution = Resolution(
        slug=_free(slug_of(title, "nghi_quyet"), taken), title=title, term=term, position=last + 1
    )
    session.add(resolution)
    session.flush()
    record(session, "resolution.start", "resolution", resolution.id, actor_id=by, now=now, title=title)
    return resolution


def start_document(
    session: Session, resolution: Resolution, *, title: str, by: int, now: datetime
) -> Document:
    """A document without any passages yet; its title is taken from the file when it is empty."""
    taken = set(session.scalars(select(Document.slug).where(Document.resolution_id == resolution.id)))
    document = Document(
        resolution_id=resolution.id,
        slug=_free(slug_of(title, "van_ban"), taken),
        title=title,
        notice="",
        kind=UPLOADED,
        edition=0,
    )
    session.add(document)
    session.flush()
    record(session, "document.start", "document", document.id, actor_id=by, now=now, title=title)
    return document


def _free(wanted: str, taken: set[str]) -> str:
    """The slug itself, or with the first number that nobody has."""
    numbered = (f"{wanted}_{n}" for n in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def begin_edition(
    session: Session, document: Document, *, file_name: str, file_key: str, back: str, by: int, now: datetime
) -> Edition:
    """Take a file in; a job reads it."""
    edition = Edition(
        document_id=document.id,
        state="reading",
        file_name=file_name,
        file_key=file_key,
        counts={},
        created_by=by,
        created_at=now,
    )
    session.add(edition)
    session.flush()
    edition.job_id = jobs.ask_for(session, JOB_READ, {"edition": edition.id, "back": back}, by=by, now=now).id
    record(session, "edition.begin", "edition", edition.id, actor_id=by, now=now, file=file_name)
    return edition


def keep(storage: Storage, reading: DocumentReading) -> str:
    """Write what a file gave into the storage; its key."""
    with storage.writing() as (key, file):
        file.write(json.dumps(reading_to_json(reading), ensure_ascii=False).encode())
    return key


def kept(storage: Storage, key: str) -> DocumentReading:
    """The same again. Raises KeyError when it is no longer there."""
    return reading_from_json(json.loads(storage.path(key).read_bytes()))


def changes_of(session: Session, document: Document, reading: DocumentReading) -> list[Change]:
    """What the reading would change of the document as it is now."""
    stored = workshop_queries.passages_in_force(session, document.id)
    old = [PassageText(passage.slug, passage.heading, passage.body) for passage in stored]
    prefix = _prefix(session, document, reading)
    new = [PassageText(prefix + passage.id, passage.heading, passage.text) for passage in reading.passages]
    return compare(old, new)


def _prefix(session: Session, document: Document, reading: DocumentReading) -> str:
    """Slugs are unique in a resolution, because questions cite by them: a second document puts its own before."""
    ids = [passage.id for passage in reading.passages]
    others = (
        select(func.count())
        .select_from(Passage)
        .join(Document, Document.id == Passage.document_id)
        .where(
            Document.resolution_id == document.resolution_id,
            Document.id != document.id,
            Passage.slug.in_(ids),
        )
    )
    mine = select(func.count()).where(
        Passage.document_id == document.id, Passage.slug.startswith(f"{_dashed(document)}-")
    )
    return f"{_dashed(document)}-" if session.scalar(others) or session.scalar(mine) else ""


def _dashed(document: Document) -> str:
    return document.slug.replace("_", "-")


def was_read(
    session: Session, edition_id: int, *, reading_key: str, reading: DocumentReading, now: datetime
) -> None:
    """Keep what the file gave. An edition that was dropped meanwhile stays dropped."""
    edition = session.get_one(Edition, edition_id)
    told = {"passages": len(reading.passages)}
    if not reading.unreadable:
        told |= _counted(changes_of(session, edition.document, reading))
    session.execute(
        update(Edition)
        .where(Edition.id == edition_id, Edition.state == "reading")
        .values(state="unreadable" if reading.unreadable else "read", reading_key=reading_key, counts=told)
    )


def drop(session: Session, edition: Edition, *, by: int, now: datetime) -> None:
    """Give an edition up before it was applied. Raises EditionGone."""
    _settle(session, edition, ("reading", "read", "unreadable"), "dropped", by=by, now=now)


def apply(
    session: Session, edition: Edition, reading: DocumentReading, *, by: int, now: datetime
) -> dict[str, int]:
    """Put the edition in force; how many passages of each kind. Raises EditionGone.

    Passages keep their identity where the comparison recognised them. What people read changes only when the modules
    are published again; questions that cite a changed or vanished passage are to be checked from now on.
    """
    _settle(session, edition, ("read",), "applied", by=by, now=now)
    document = edition.document
    changes = changes_of(session, document, reading)
    _store_passages(session, document, reading, changes, now)
    document.edition = (document.edition or 0) + 1
    document.title = document.title or reading.title
    edition.number, edition.applied_at = document.edition, now
    edition.counts = {"passages": len(reading.passages)} | _counted(changes)
    session.flush()
    return _counted(changes)


def _counted(changes: Sequence[Change]) -> dict[str, int]:
    return {str(kind): number for kind, number in counts(changes).items()}


def _store_passages(
    session: Session, document: Document, reading: DocumentReading, changes: Sequence[Change], now: datetime
) -> None:
    known = queries.passages_by_slug(session, document.id)
    prefix, ids = _prefix(session, document, reading), stored_ids(changes)
    topics = queries.topics_of(session, document.resolution_id)
    about = workshop_queries.topics_of_passages(session, [passage.id for passage in known.values()])
    kept_slugs = set()
    for position, told in enumerate(reading.passages):
        slug = ids[prefix + told.id]
        kept_slugs.add(slug)
        passage = known.get(slug) or Passage(document_id=document.id, slug=slug)
        passage.number, passage.reference = told.number, told.reference
        passage.heading, passage.body, passage.headings = told.heading, told.text, list(told.headings)
        passage.source, passage.source_date = document.title or reading.title, ""
        passage.content_hash = text_hash(passage.heading, passage.body, passage.source, "")
        passage.position, passage.withdrawn_at = position, None
        session.add(passage)
        session.flush()
        keep_text(session, passage, now)
        suggest_for(session, passage, told, known=about.get(passage.id, []), topics=topics, now=now)
    for slug, passage in known.items():
        if slug not in kept_slugs and passage.withdrawn_at is None:
            passage.withdrawn_at = now
    session.flush()


def _settle(
    session: Session, edition: Edition, before: Sequence[str], after: str, *, by: int, now: datetime
) -> None:
    moved = session.execute(
        update(Edition)
        .where(Edition.id == edition.id, Edition.state.in_(before))
        .values(state=after)
        .returning(Edition.id)
    ).first()
    if moved is None:
        raise EditionGone(f"edition {edition.id} is no longer {' or '.join(before)}")
    session.refresh(edition)
    record(session, f"edition.{after}", "edition", edition.id, actor_id=by, now=now, file=edition.file_name)
