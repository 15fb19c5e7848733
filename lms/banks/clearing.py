"""Clearing away what nobody comes back for: unsaved edits, pictures that no question names, files of old transfers.

All of it can be repeated. A file goes before the row that names it is changed: interrupted in between, a page says
that the file is gone, which is true, and the next sweep changes the row; the other way round the file would stay for
ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.banks.models import Picture, QuestionImport, QuestionVersion, UnsavedEdit
from lms.banks.transfer.exports import JOB_EXPORT
from lms.banks.transfer.papers import JOB_PAPER
from lms.kit.db import Database
from lms.kit.jobs import CLEARED, Job
from lms.kit.seldom import Seldom
from lms.kit.storage import Storage

EDITS_KEPT = timedelta(days=30)
PICTURES_KEPT = timedelta(days=7)  # unnamed: uploaded into an editor whose question was never stored
FILES_KEPT = timedelta(days=30)
PAUSE = timedelta(days=1)  # between two looks through all questions for the pictures they name
_LOOK = Seldom(PAUSE)
_NAME = re.compile(r"[0-9a-f]{64}\.(?:png|jpg|webp)")
_BATCH = 200


def drop_old_edits(database: Database, now: datetime) -> int:
    """Forget what stood in editors and was not touched for EDITS_KEPT; returns how many."""
    with database.writing() as session:
        old = delete(UnsavedEdit).where(UnsavedEdit.updated_at < now - EDITS_KEPT).returning(UnsavedEdit.id)
        return len(session.scalars(old).all())


def drop_unnamed_pictures(database: Database, now: datetime) -> int:
    """Delete pictures that no version of a question and no editor names, PICTURES_KEPT after their last upload.

    Every version counts, not only those in force. At most once in PAUSE for each process, because it reads all
    questions with pictures; returns how many were deleted.
    """
    if not _LOOK.is_due(database, now):
        return 0
    with database.reading() as session:
        unnamed = _old_pictures(session, now)
        if unnamed:
            unnamed -= _named(session)
    deleted = 0
    for some in _batches(sorted(unnamed)):
        with database.writing() as session:
            gone = delete(Picture).where(Picture.name.in_(some), Picture.created_at < now - PICTURES_KEPT)
            deleted += len(session.scalars(gone.returning(Picture.name)).all())
    return deleted


def drop_transfer_files(database: Database, storage: Storage, now: datetime) -> int:
    """Delete uploads and results of imports, exports and papers after FILES_KEPT; returns how many were settled.

    An import that is still open then is put aside: without its file nothing can be stored of it any more.
    """
    return _drop_import_files(database, storage, now) + _drop_results(database, storage, now)


def _drop_import_files(database: Database, storage: Storage, now: datetime) -> int:
    with database.reading() as session:
        old = session.execute(
            select(QuestionImport.id, QuestionImport.file_key, QuestionImport.reading_key).where(
                QuestionImport.created_at < now - FILES_KEPT,
                or_(QuestionImport.file_key != "", QuestionImport.reading_key.is_not(None)),
            )
        ).all()
    for import_id, file_key, reading_key in old:
        for key in filter(None, (file_key, reading_key)):
            storage.remove(key)
        with database.writing() as session:
            one = update(QuestionImport).where(QuestionImport.id == import_id)
            session.execute(one.values(file_key="", reading_key=None))
            still_open = QuestionImport.state.in_(("reading", "read"))
            session.execute(one.where(still_open).values(state="dropped", settled_at=now))
    return len(old)


def _drop_results(database: Database, storage: Storage, now: datetime) -> int:
    with database.reading() as session:
        jobs = session.scalars(
            select(Job).where(Job.kind.in_((JOB_EXPORT, JOB_PAPER)), Job.finished_at < now - FILES_KEPT)
        ).all()
    old = [(job.id, job.result) for job in jobs if job.result and "file" in job.result]
    for job_id, result in old:
        storage.remove(result["file"])
        with database.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(result={CLEARED: True}))
    return len(old)


def _old_pictures(session: Session, now: datetime) -> set[str]:
    return set(session.scalars(select(Picture.name).where(Picture.created_at < now - PICTURES_KEPT)))


def _named(session: Session) -> set[str]:
    """Every picture's name that stands in a version or in an editor."""
    return {
        name
        for column in (QuestionVersion.body, UnsavedEdit.fields)
        for text in _texts_with_pictures(session, column)
        for name in _NAME.findall(text)
    }


def _texts_with_pictures(session: Session, column: InstrumentedAttribute[dict[str, object]]) -> Iterable[str]:
    text = cast(column, String)
    some = or_(*(text.contains(ending) for ending in (".png", ".jpg", ".webp")))
    return session.scalars(select(text).where(some).execution_options(yield_per=_BATCH))


def _batches(names: list[str]) -> Iterable[list[str]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))
