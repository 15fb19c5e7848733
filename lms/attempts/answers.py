"""Answer events: the one statement that saves them, and reading them back.

A save is one round trip. Its statement finds the attempt through the sign-in (still good, and the attempt theirs),
gives each event its status by the server's clock, the attempt's state and the lease, and adds it; what came before is
left alone. Rows that do not come back are repeats or were not admitted: only then a second look tells which. What is
acknowledged has been committed, so the acknowledgement must be sent after the transaction's end.

On PostgreSQL the attempt is locked in share mode: an event is either committed before the attempt is handed in, and
read by whoever scores it, or sees that it was handed in, and is late.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Text, TextualSelect, bindparam, select, text
from sqlalchemy.orm import Session

from lms.accounts.models import SignIn
from lms.attempts.models import AnswerEvent
from lms.attempts.rules import CONFLICT, GRACE, LATE, Event
from lms.kit.db import Moment
from lms.organisation.models import Person


class SignedOut(Exception):
    """The sign-in has ended, or there is none."""


class NotTheirs(LookupError):
    """There is no such attempt of this person."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event as a browser tells it, checked. `value` is JSON text."""

    seq: int
    slot: int
    op: str
    value: str | None
    ms: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What the server now knows: the status of each event of the batch that is stored, and where the attempt stands."""

    statuses: dict[int, str]
    state: str
    deadline_at: datetime
    holder: bool  # the tab holds the lease, or nobody does
    high: int  # the highest number that has arrived from the tab


_SOURCES = {  # the batch as rows, and the lock
    "sqlite": (
        """(SELECT json_extract(value, '$.seq') AS seq, json_extract(value, '$.slot') AS slot,
                   json_extract(value, '$.op') AS op, json_extract(value, '$.value') AS value,
                   json_extract(value, '$.ms') AS ms FROM json_each(:events)) AS said""",
        "",
    ),
    "postgresql": (
        """json_to_recordset(CAST(:events AS json))
           AS said(seq bigint, slot bigint, op text, value text, ms bigint)""",
        "FOR SHARE OF attempt",
    ),
}
_SAVE = """
INSERT INTO answer_event (attempt_id, tab, seq, slot, op, value, client_ms, received_at, epoch, status)
SELECT attempt.id, :tab, said.seq, said.slot, said.op, said.value, said.ms, :now, attempt.epoch,
       CASE WHEN attempt.state <> 'open' OR attempt.deadline_at < :in_time THEN 'late'
            WHEN attempt.holder IS NULL OR attempt.holder = :tab THEN 'ok'
            ELSE 'conflict' END
FROM {source}
CROSS JOIN attempt
JOIN sign_in ON sign_in.person_id = attempt.person_id
JOIN person ON person.id = attempt.person_id
WHERE attempt.id = :attempt AND sign_in.id = :sign_in AND sign_in.ended_at IS NULL AND sign_in.expires_at > :now
      AND person.disabled_at IS NULL
{lock}
ON CONFLICT DO NOTHING
RETURNING seq, status, (SELECT deadline_at FROM attempt WHERE id = :attempt) AS deadline_at,
          (SELECT max(seq) FROM answer_event WHERE attempt_id = :attempt AND tab = :tab) AS high
"""
_PARAMETERS = (
    bindparam("attempt", type_=BigInteger),
    bindparam("sign_in", type_=Text),
    bindparam("tab", type_=Text),
    bindparam("now", type_=Moment),
)


def _statement(source: str, lock: str) -> TextualSelect:
    clause = text(_SAVE.format(source=source, lock=lock))
    return clause.bindparams(
        *_PARAMETERS, bindparam("events", type_=Text), bindparam("in_time", type_=Moment)
    ).columns(seq=BigInteger, status=Text, deadline_at=Moment, high=BigInteger)


_STATEMENTS = {dialect: _statement(*parts) for dialect, parts in _SOURCES.items()}
_STANDS = (
    text(
        """
SELECT attempt.state, attempt.deadline_at, attempt.holder IS NULL OR attempt.holder = :tab AS holds,
       (SELECT max(seq) FROM answer_event WHERE attempt_id = :attempt AND tab = :tab) AS high
FROM attempt
JOIN sign_in ON sign_in.person_id = attempt.person_id
JOIN person ON person.id = attempt.person_id
WHERE attempt.id = :attempt AND sign_in.id = :sign_in AND sign_in.ended_at IS NULL AND sign_in.expires_at > :now
      AND person.disabled_at IS NULL
"""
    )
    .bindparams(*_PARAMETERS)
    .columns(state=Text, deadline_at=Moment, holds=Boolean, high=BigInteger)
)


def save(
    connection: Connection,
    *,
    attempt_id: int,
    sign_in_id: str,
    tab: str,
    events: Sequence[Said],
    now: datetime,
) -> Saved:
    """Add the events; the caller commits, then acknowledges `statuses`. Raises SignedOut or NotTheirs."""
    who = {"attempt": attempt_id, "sign_in": sign_in_id, "tab": tab, "now": now}
    rows: Sequence[Any] = ()
    if events:
        batch = {"events": _json(events), "in_time": now - GRACE}
        rows = connection.execute(_STATEMENTS[connection.dialect.name], who | batch).all()
    statuses = {row.seq: row.status for row in rows}
    if events and len(statuses) == len(events) and LATE not in statuses.values():
        high = max(rows[0].high or 0, *statuses)
        return Saved(statuses, "open", rows[0].deadline_at, CONFLICT not in statuses.values(), high)
    return _look_again(connection, who, {event.seq for event in events})


def _look_again(connection: Connection, who: dict[str, Any], seqs: set[int]) -> Saved:
    """The same answer for a batch with repeats, late events or nothing in it."""
    stands = connection.execute(_STANDS, who).first()
    if stands is None:
        check_sign_in(connection, who["sign_in"], who["now"])
        raise NotTheirs(who["attempt"])
    stored = connection.execute(
        select(AnswerEvent.seq, AnswerEvent.status).where(
            AnswerEvent.attempt_id == who["attempt"], AnswerEvent.tab == who["tab"], AnswerEvent.seq.in_(seqs)
        )
    )
    statuses = {row.seq: row.status for row in stored}
    return Saved(statuses, stands.state, stands.deadline_at, stands.holds, stands.high or 0)


def _json(events: Sequence[Said]) -> str:
    return json.dumps(
        [{"seq": e.seq, "slot": e.slot, "op": e.op, "value": e.value, "ms": e.ms} for e in events]
    )


def check_sign_in(connection: Connection, sign_in_id: str, now: datetime) -> int:
    """The person behind a sign-in that is still good. Raises SignedOut."""
    person_id = connection.scalar(
        select(SignIn.person_id)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            SignIn.id == sign_in_id,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            Person.disabled_at.is_(None),
        )
    )
    if person_id is None:
        raise SignedOut
    return person_id


def events_of(session: Session, attempt_id: int) -> list[Event]:
    """Every event of an attempt, for `rules.derive`."""
    rows = session.execute(
        select(
            AnswerEvent.tab,
            AnswerEvent.seq,
            AnswerEvent.slot,
            AnswerEvent.op,
            AnswerEvent.value,
            AnswerEvent.epoch,
            AnswerEvent.status,
            AnswerEvent.received_at,
        ).where(AnswerEvent.attempt_id == attempt_id)
    )
    return [Event(*row) for row in rows]
