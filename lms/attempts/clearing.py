"""Clearing away files handed in whose transaction failed: bytes in the storage that no row names.

Every file handed in is marked as such in the storage, so nothing else that lies there is ever touched. It can be
repeated: the file goes before its mark.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from lms.attempts.files import MARK
from lms.attempts.models import HandedFile
from lms.kit.db import Database
from lms.kit.seldom import Seldom
from lms.kit.storage import Storage

UNNAMED_KEPT = timedelta(days=7)
PAUSE = timedelta(days=1)  # between two looks, which read the names of all files in the storage
_LOOK = Seldom(PAUSE)
_BATCH = 200


def drop_unnamed_files(database: Database, storage: Storage, now: datetime) -> int:
    """Delete the bytes of files that were handed in UNNAMED_KEPT ago and that no row names, not even one that was taken
    back. At most once in PAUSE for each process; returns how many were deleted."""
    if not _LOOK.is_due(database, now):
        return 0
    old, deleted = storage.marked(MARK, now - UNNAMED_KEPT), 0
    for start in range(0, len(old), _BATCH):
        some = old[start : start + _BATCH]
        with database.reading() as session:
            named = set(session.scalars(select(HandedFile.file_key).where(HandedFile.file_key.in_(some))))
        for key in some:
            if key not in named:
                storage.remove(key)
                deleted += 1
            storage.unmark(MARK, key)
    return deleted
