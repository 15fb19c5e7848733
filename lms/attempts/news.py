"""What a running attempt is told between its saves: the time that is left, whether it goes on, and messages.

Asked by every open page about once a minute, so it is two statements made once; like a save it finds the attempt
through the sign-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from lms.accounts.models import SignIn
from lms.attempts.answers import NotTheirs, check_sign_in
from lms.attempts.models import Attempt, AttemptNote
from lms.kit.db import table_of
from lms.organisation.models import Person

MOST = 50  # messages at a time


@dataclass(frozen=True, slots=True)
class Message:
    """Words of the organisers to one candidate, or to all of an exam."""

    id: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """Where an attempt stands, and what was said to its candidate."""

    state: str
    deadline_at: datetime
    holder: bool  # the tab holds the lease, or nobody does
    messages: tuple[Message, ...]


_ATTEMPT, _NOTE = table_of(Attempt).c, table_of(AttemptNote).c
_SIGN_IN, _PERSON = table_of(SignIn).c, table_of(Person).c
_STANDS = (
    select(
        _ATTEMPT.exam_id,
        _ATTEMPT.state,
        _ATTEMPT.started_at,
        _ATTEMPT.deadline_at,
        or_(_ATTEMPT.holder.is_(None), _ATTEMPT.holder == bindparam("tab")).label("holds"),
    )
    .join_from(table_of(Attempt), table_of(SignIn), _SIGN_IN.person_id == _ATTEMPT.person_id)
    .join(table_of(Person), _PERSON.id == _ATTEMPT.person_id)
    .where(
        _ATTEMPT.id == bindparam("attempt"),
        _SIGN_IN.id == bindparam("sign_in"),
        _SIGN_IN.ended_at.is_(None),
        _SIGN_IN.expires_at > bindparam("now"),
        _PERSON.disabled_at.is_(None),
    )
)
_MESSAGES = (  # to all: what was said since this attempt began, not what earlier candidates were told
    select(_NOTE.id, _NOTE.text, _NOTE.at)
    .where(
        _NOTE.kind == "message",
        _NOTE.exam_id == bindparam("exam"),
        _NOTE.id > bindparam("since"),
        or_(
            _NOTE.attempt_id == bindparam("attempt"),
            _NOTE.attempt_id.is_(None) & (_NOTE.at >= bindparam("started")),
        ),
    )
    .order_by(_NOTE.id)
    .limit(MOST)
)


def news(
    connection: Connection, *, attempt_id: int, sign_in_id: str, tab: str, since: int, now: datetime
) -> News:
    """What is new since the message numbered `since`. Raises SignedOut or NotTheirs."""
    who = {"attempt": attempt_id, "sign_in": sign_in_id, "tab": tab, "now": now}
    row = connection.execute(_STANDS, who).first()
    if row is None:
        check_sign_in(connection, sign_in_id, now)
        raise NotTheirs(attempt_id)
    messages = messages_of(connection, attempt_id, row.exam_id, row.started_at, since)
    return News(row.state, row.deadline_at, row.holds, tuple(messages))


def messages_of(
    connection: Connection, attempt_id: int, exam_id: int, started_at: datetime, since: int = 0
) -> Sequence[Message]:
    """The messages to an attempt, the oldest first."""
    asked = {"attempt": attempt_id, "exam": exam_id, "started": started_at, "since": since}
    return [Message(*row) for row in connection.execute(_MESSAGES, asked)]
