"""Who was heard of: kept in the memory of each process, and written to the table now and then, for invigilators.

A page tells of itself when it saves and when it asks for news. Saves only note it here; a request that is allowed to
write does so for everybody heard of since the last time, in one statement. What a process did not write when it ended
is lost, which is no harm: the next news says it again.
"""

from __future__ import annotations

import json
import threading
import weakref
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.exc import DBAPIError

from lms.kit.db import Database

EVERY = timedelta(seconds=15)  # a process writes at most this often
_SOURCES = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS attempt_id, json_extract(value, '$[1]') AS seen_at"
    " FROM json_each(:heard)",
    "postgresql": "SELECT CAST(value ->> 0 AS bigint) AS attempt_id, CAST(value ->> 1 AS timestamptz) AS seen_at"
    " FROM json_array_elements(CAST(:heard AS json))",
}
_WRITE = """
INSERT INTO presence (attempt_id, seen_at)
SELECT heard.attempt_id, heard.seen_at FROM ({source}) AS heard
WHERE EXISTS (SELECT 1 FROM attempt WHERE attempt.id = heard.attempt_id)
ORDER BY heard.attempt_id
ON CONFLICT (attempt_id) DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at > presence.seen_at
"""
_STATEMENTS: dict[str, TextClause] = {
    dialect: text(_WRITE.format(source=source)).bindparams(bindparam("heard", type_=Text))
    for dialect, source in _SOURCES.items()
}
log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Heard:
    """The attempts heard of in a process since it last wrote, each with the latest moment."""

    at: dict[int, datetime] = field(default_factory=dict)
    written_at: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, now: datetime) -> dict[int, datetime]:
        """What is due to be written now, each to one taker only; empty if nothing is."""
        with self.lock:
            early = self.written_at is not None and abs(now - self.written_at) < EVERY
            if early or not self.at:
                return {}
            taken, self.at, self.written_at = self.at, {}, now
            return taken


_heard: weakref.WeakKeyDictionary[Database, _Heard] = weakref.WeakKeyDictionary()
_heard_lock = threading.Lock()


def _of(database: Database) -> _Heard:
    with _heard_lock:
        return _heard.setdefault(database, _Heard())


def heard(database: Database, attempt_id: int, now: datetime) -> None:
    """The page of an attempt that exists was heard of now. Nothing is written."""
    kept = _of(database)
    with kept.lock:
        kept.at[attempt_id] = max(now, kept.at.get(attempt_id, now))


def write(database: Database, now: datetime) -> int:
    """Write who was heard of, in a transaction of its own, unless this process did so a moment ago; returns how many.

    A database that is busy is no trouble of whoever asks: it is logged, and who was heard of is kept for the next time.
    """
    due = _of(database).take(now)
    if not due:
        return 0
    try:
        with database.write_engine.begin() as connection:
            connection.execute(
                _STATEMENTS[connection.dialect.name], {"heard": _json(due, connection.dialect.name)}
            )
    except DBAPIError as error:
        log.warning("presence_not_written", attempts=len(due), error=str(error.orig))
        for attempt_id, at in due.items():
            heard(database, attempt_id, at)
        return 0
    return len(due)


def _json(due: dict[int, datetime], dialect: str) -> str:
    """As the dialect keeps moments: SQLite as text without a zone, always with six digits of a second's fraction."""
    form = "%Y-%m-%d %H:%M:%S.%f" + ("" if dialect == "sqlite" else "+00:00")
    return json.dumps([[attempt_id, at.strftime(form)] for attempt_id, at in due.items()])
