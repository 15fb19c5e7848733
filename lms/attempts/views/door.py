"""The door of the attempts, and what its pages have in common."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from flask import abort, current_app, request

from lms.attempts import finishing, queries, rules
from lms.web import edge
from lms.web.guard import Door
from lms.web.viewer import viewer

door = Door("attempts", __name__)
WORKER = "/exam-sw.js"


def mine(attempt_id: int) -> Any:
    """The person's attempt; "not found" if it is not theirs. If its time is over it has been handed in by now."""
    row = queries.sitting(edge.session(), attempt_id, viewer().person_id)
    if row is None:
        abort(404)
    if row.state == "open" and rules.is_overdue(row.deadline_at, edge.now()):
        finish(attempt_id)
        row = queries.sitting(edge.session(), attempt_id, viewer().person_id)
    return row


def finish(attempt_id: int) -> None:
    """Hand in an overdue attempt: the reader does what the sweep has not done yet."""
    if request.method in edge.READS:
        edge.session().rollback()  # what was read before must not hide what is now written
        with edge.writing() as session:
            finishing.finish_overdue_one(session, attempt_id, **_as_reader())
    else:
        finishing.finish_overdue_one(edge.session(), attempt_id, **_as_reader())


def state_now(attempt_id: int, state: str, deadline_at: datetime) -> str:
    """The state of an attempt by now: if its time and the grace are over, it is handed in first."""
    if state != "open" or not rules.is_overdue(deadline_at, edge.now()):
        return state
    with edge.writing() as session:
        finishing.finish_overdue_one(session, attempt_id, **_as_reader())
    return "submitted"


def _as_reader() -> dict[str, Any]:
    return {"by": "reader", "key": receipt_key(), "now": edge.now()}


def finish_overdue() -> None:
    """The same for every attempt of the person."""
    for attempt_id in queries.overdue_of(edge.session(), viewer().person_id, edge.now()):
        finish(attempt_id)


def receipt_key() -> bytes:
    return rules.receipt_key(current_app.extensions["settings"].secret_key)


def remaining_ms(deadline_at: datetime) -> int:
    return int(rules.remaining(deadline_at, edge.now()).total_seconds() * 1000)


def form_tab() -> str:
    """The tab under which a browser without scripts saves: one for each sign-in, and nothing to be read from it."""
    return "form-" + hashlib.sha256(viewer().sign_in_id.encode()).hexdigest()[:24]
