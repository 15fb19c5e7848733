"""The edge of a request: its database session, its time, and the one commit.

A GET reads (SQLite: no write lock) and leaves nothing; every other method writes from the start: a view that returns
commits, one that raises (abort() too) leaves nothing. A GET that must write uses `writing()`, a transaction of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.storage import Storage

READS = ("GET", "HEAD", "OPTIONS")


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["database"]
    return found


def storage() -> Storage:
    """The application's storage of files."""
    found: Storage = current_app.extensions["storage"]
    return found


def session() -> Session:
    """The session of this request, opened when first asked for."""
    if "session" not in g:
        g.session = database().read_session() if request.method in READS else database().write_session()
    found: Session = g.session
    return found


def now() -> datetime:
    """The moment of this request: one for the whole of it."""
    if "now" not in g:
        g.now = clock.now()
    moment: datetime = g.now
    return moment


def commit_after(view: Callable[..., ResponseReturnValue], params: dict[str, Any]) -> ResponseReturnValue:
    """Run the view and commit what it wrote before its answer leaves."""
    answer = view(**params)
    if "session" in g and request.method not in READS:
        g.session.commit()
        announce(g.session)
    return answer


@contextlib.contextmanager
def writing() -> Iterator[Session]:
    """A writing transaction of its own inside a reading request."""
    with database().writing() as own:
        yield own
    announce(own)


def announce(committed: Session) -> None:
    """Tell the worker about the jobs this transaction added; a lost message is made up by its sweep."""
    for job_id in committed.info.pop(jobs.WAITING, []):
        current_app.extensions["announce_job"](job_id)


def close_session(_error: BaseException | None = None) -> None:
    """End of the request: whatever was not committed is rolled back."""
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        opened.close()
