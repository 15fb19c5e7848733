"""The regular sweep: attempts whose time is over are handed in, whether or not anybody looks at them."""

from __future__ import annotations

from datetime import datetime

import structlog

from lms.attempts import finishing, queries, rules
from lms.kit.db import Database

BATCH = 200
log = structlog.get_logger(__name__)


def finish_overdue(database: Database, now: datetime, *, secret: str) -> int:
    """Hand in every attempt whose deadline and grace are over, with its saved answers; returns how many.

    Each in a transaction of its own; one that another sweep or a reader is just finishing is left to them. An attempt
    that cannot be finished is logged and does not hold up the others.
    """
    key, done, failed = rules.receipt_key(secret), 0, 0
    while True:
        with database.reading() as session:
            ids = queries.overdue(session, now, BATCH + failed)
        finished = [attempt_id for attempt_id in ids if _finish(database, attempt_id, key, now)]
        failed = len(ids) - len(finished)
        done += len(finished)
        if not finished:
            return done


def _finish(database: Database, attempt_id: int, key: bytes, now: datetime) -> bool:
    try:
        with database.writing() as session:
            return finishing.finish_overdue_one(session, attempt_id, by="sweep", key=key, now=now, wait=False)
    except Exception:
        log.exception("attempt_not_finished", attempt=attempt_id)
        return False
