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

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    Connection,
    Text,
    TextClause,
    TextualSelect,
    bindparam,
    case,
    select,
    text,
)
from sqlalchemy.orm import Session

from lms.accounts.models import SignIn
from lms.attempts import rules
from lms.attempts.models import AcceptedEvent, AnswerEvent, Attempt
from lms.attempts.rules import CONFLICT, GRACE, LATE, OK, Event
from lms.exams.models import Exam
from lms.kit.db import Moment, table_of
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
_THEIRS = {  # the attempt is of the person behind the sign-in
    "sign_in": """JOIN sign_in ON sign_in.person_id = attempt.person_id
JOIN person ON person.id = attempt.person_id""",
    "theirs": """AND sign_in.id = :sign_in AND sign_in.ended_at IS NULL AND sign_in.expires_at > :now
      AND person.disabled_at IS NULL""",
}
_ANYBODYS = {"sign_in": "", "theirs": ""}  # the caller has looked who asks
_SAVE = """
INSERT INTO answer_event (attempt_id, tab, seq, slot, op, value, client_ms, received_at, epoch, status)
SELECT attempt.id, :tab, said.seq, said.slot, said.op, said.value, said.ms, :now, attempt.epoch,
       CASE WHEN attempt.state <> 'open' OR attempt.deadline_at < :in_time THEN 'late'
            WHEN attempt.holder IS NULL OR attempt.holder = :tab THEN 'ok'
            ELSE 'conflict' END
FROM {source}
CROSS JOIN attempt
{sign_in}
WHERE attempt.id = :attempt {theirs}
{lock}
ON CONFLICT DO NOTHING
RETURNING seq, status, (SELECT deadline_at FROM attempt WHERE id = :attempt) AS deadline_at,
          (SELECT max(seq) FROM answer_event WHERE attempt_id = :attempt AND tab = :tab) AS high
"""
_STANDS = """
SELECT attempt.state, attempt.deadline_at, attempt.holder IS NULL OR attempt.holder = :tab AS holds,
       (SELECT max(seq) FROM answer_event WHERE attempt_id = :attempt AND tab = :tab) AS high
FROM attempt
{sign_in}
WHERE attempt.id = :attempt {theirs}
"""


def _with_parameters(words: str, *more: BindParameter[Any]) -> TextClause:
    known: tuple[BindParameter[Any], ...] = (
        bindparam("attempt", type_=BigInteger),
        bindparam("sign_in", type_=Text),
        bindparam("tab", type_=Text),
        bindparam("now", type_=Moment),
        *more,
    )
    return text(words).bindparams(*(one for one in known if f":{one.key}" in words))


def _save_statement(source: str, lock: str, whose: dict[str, str]) -> TextualSelect:
    words = _SAVE.format(source=source, lock=lock, **whose)
    more = (bindparam("events", type_=Text), bindparam("in_time", type_=Moment))
    return _with_parameters(words, *more).columns(
        seq=BigInteger, status=Text, deadline_at=Moment, high=BigInteger
    )


def _stands_statement(whose: dict[str, str]) -> TextualSelect:
    return _with_parameters(_STANDS.format(**whose)).columns(
        state=Text, deadline_at=Moment, holds=Boolean, high=BigInteger
    )


_SAVES = {
    (dialect, theirs): _save_statement(*parts, _THEIRS if theirs else _ANYBODYS)
    for dialect, parts in _SOURCES.items()
    for theirs in (True, False)
}
_STANDINGS = {True: _stands_statement(_THEIRS), False: _stands_statement(_ANYBODYS)}


def save(
    connection: Connection,
    *,
    attempt_id: int,
    sign_in_id: str | None,
    tab: str,
    events: Sequence[Said],
    now: datetime,
) -> Saved:
    """Add the events; the caller commits, then acknowledges `statuses`. Raises SignedOut or NotTheirs.

    `sign_in_id` None: an officer brings them; the caller has made sure that it is for the officer to do.
    """
    who: dict[str, Any] = {"attempt": attempt_id, "sign_in": sign_in_id, "tab": tab, "now": now}
    if sign_in_id is None:
        del who["sign_in"]
    rows: Sequence[Any] = ()
    if events:
        batch = {"events": _json(events), "in_time": now - GRACE}
        rows = connection.execute(_SAVES[connection.dialect.name, sign_in_id is not None], who | batch).all()
    statuses = {row.seq: row.status for row in rows}
    if events and len(statuses) == len(events) and LATE not in statuses.values():
        high = max(rows[0].high or 0, *statuses)
        return Saved(statuses, "open", rows[0].deadline_at, CONFLICT not in statuses.values(), high)
    return _look_again(connection, who, {event.seq for event in events})


def _look_again(connection: Connection, who: dict[str, Any], seqs: set[int]) -> Saved:
    """The same answer for a batch with repeats, late events or nothing in it."""
    stands = connection.execute(_STANDINGS["sign_in" in who], who).first()
    if stands is None:
        if "sign_in" in who:
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


_SIGN_INS, _PEOPLE = table_of(SignIn).c, table_of(Person).c
_SIGNED_IN = (
    select(_SIGN_INS.person_id)
    .join_from(table_of(SignIn), table_of(Person), _PEOPLE.id == _SIGN_INS.person_id)
    .where(
        _SIGN_INS.id == bindparam("sign_in"),
        _SIGN_INS.ended_at.is_(None),
        _SIGN_INS.expires_at > bindparam("now"),
        _PEOPLE.disabled_at.is_(None),
    )
)


def check_sign_in(connection: Connection, sign_in_id: str, now: datetime) -> int:
    """The person behind a sign-in that is still good. Raises SignedOut."""
    person_id: int | None = connection.scalar(_SIGNED_IN, {"sign_in": sign_in_id, "now": now})
    if person_id is None:
        raise SignedOut
    return person_id


def events_of(session: Session, attempt_id: int) -> list[Event]:
    """Every event of an attempt, for `rules.derive`; what an officer lets count is "ok" like what came in time, and
    what goes back where the exam only goes forward is "back"."""
    return events_of_each(session, [attempt_id])[attempt_id]


def events_of_each(session: Session, attempt_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The same for several attempts in one query."""
    session.flush()
    found: dict[int, list[Event]] = {attempt_id: [] for attempt_id in attempt_ids}
    forward: dict[
        int, set[tuple[str, int]]
    ] = {}  # attempts that only go forward, and what an officer lets count
    asked = {"attempts": list(attempt_ids)}
    for attempt_id, only_forward, accepted, *event in session.connection().execute(_EVENTS, asked):
        found[attempt_id].append(Event._make(event))
        if only_forward:
            free = forward.setdefault(attempt_id, set())
            if accepted:
                free.add((event[0], event[1]))
    for attempt_id, free in forward.items():
        found[attempt_id] = rules.only_forward(found[attempt_id], free)
    return found


_EVENT, _ACCEPTED = table_of(AnswerEvent).c, table_of(AcceptedEvent).c
_ATTEMPT, _EXAM = table_of(Attempt).c, table_of(Exam).c
_EVENTS = (
    select(
        _EVENT.attempt_id,
        ((_EXAM.navigation == "forward") & (_ATTEMPT.medium == "online")).label("only_forward"),
        _ACCEPTED.seq.is_not(None).label("accepted"),
        _EVENT.tab,
        _EVENT.seq,
        _EVENT.slot,
        _EVENT.op,
        _EVENT.value,
        _EVENT.epoch,
        case((_ACCEPTED.seq.is_not(None), OK), else_=_EVENT.status).label("status"),
        _EVENT.received_at,
    )
    .join_from(table_of(AnswerEvent), table_of(Attempt), _ATTEMPT.id == _EVENT.attempt_id)
    .join(table_of(Exam), _EXAM.id == _ATTEMPT.exam_id)
    .outerjoin(
        table_of(AcceptedEvent),
        (_ACCEPTED.attempt_id == _EVENT.attempt_id)
        & (_ACCEPTED.tab == _EVENT.tab)
        & (_ACCEPTED.seq == _EVENT.seq),
    )
    .where(_EVENT.attempt_id.in_(bindparam("attempts", expanding=True)))
)
