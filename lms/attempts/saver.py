"""Saving in transactions of its own: the statement alone on PostgreSQL, one for all that wait on SQLite.

On PostgreSQL the statement is its own transaction (autocommit) on connections kept for this: it comes back committed,
in one round trip. Should the server have gone meanwhile, it is said again on a new connection: repeats are harmless.

SQLite lets one write at a time and waits for the disk at every commit. So the saves that arrive in a process while
another one commits are put into one transaction: whoever gets the lock next does the work of all who wait. Each is
answered after that commit, as if it had been its own.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError

from lms.attempts.answers import NotTheirs, Said, Saved, SignedOut, save
from lms.kit.db import Database

CONNECTIONS = 8  # as many as a process has threads that answer


@dataclass(eq=False, slots=True)
class Turn:
    """One save that waits for its commit, and what came of it."""

    attempt_id: int
    sign_in_id: str
    tab: str
    events: Sequence[Said]
    now: datetime
    saved: Saved | None = None
    error: Exception | None = None


def save_now(database: Database, turn: Turn) -> Saved:
    """Save and commit; what comes back may be acknowledged. Raises SignedOut, NotTheirs, or what the database does."""
    _way_of(database).save(turn)
    if turn.error is not None:
        raise turn.error
    if turn.saved is None:
        raise RuntimeError("a save came out of its transaction without a result")
    return turn.saved


class _Way(Protocol):
    """How saves are committed in a database."""

    def save(self, turn: Turn) -> None:
        """Fill the turn's result or error, committed."""


@dataclass(eq=False, slots=True)
class _Alone:
    """Each statement for itself."""

    engine: Engine

    def save(self, turn: Turn) -> None:
        try:
            _commit(self.engine, [turn])
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            _commit(self.engine, [turn])


@dataclass(eq=False, slots=True)
class _Together:
    """Those who wait in this process to write into one database."""

    engine: Engine
    waiting: deque[Turn] = field(default_factory=deque)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def save(self, turn: Turn) -> None:
        self.waiting.append(turn)
        with self.lock:
            if turn.saved is None and turn.error is None:  # nobody has done it along with their own
                self._take([self.waiting.popleft() for _ in range(len(self.waiting))])

    def _take(self, turns: list[Turn]) -> None:
        try:
            _commit(self.engine, turns)
        except Exception as error:  # noqa: BLE001 - it is handed to each whose save it was
            for turn in turns:  # nothing of it is committed
                turn.saved, turn.error = None, error
            if len(turns) == 1:
                return
            for turn in turns:  # one's trouble is not everybody's
                turn.error = None
                self._take([turn])


def _commit(engine: Engine, turns: Sequence[Turn]) -> None:
    """Save all of them in one transaction. A refusal is that turn's own; any other error is everybody's."""
    with engine.begin() as connection:
        for turn in turns:
            try:
                turn.saved = save(
                    connection,
                    attempt_id=turn.attempt_id,
                    sign_in_id=turn.sign_in_id,
                    tab=turn.tab,
                    events=turn.events,
                    now=turn.now,
                )
            except (SignedOut, NotTheirs) as refusal:
                turn.error = refusal


_ways: weakref.WeakKeyDictionary[Database, _Way] = weakref.WeakKeyDictionary()
_ways_lock = threading.Lock()


def _way_of(database: Database) -> _Way:
    with _ways_lock:
        if database not in _ways:
            sqlite = database.engine.dialect.name == "sqlite"
            _ways[database] = _Together(database.write_engine) if sqlite else _Alone(_own_engine(database))
        return _ways[database]


def _own_engine(database: Database) -> Engine:
    """Connections for saves only: committing by themselves, and not asked before each use whether they still live."""
    engine = create_engine(
        database.engine.url, isolation_level="AUTOCOMMIT", pool_size=CONNECTIONS, max_overflow=0
    )
    weakref.finalize(database, engine.dispose)
    return engine
