"""Handing in: an attempt's one change of state, its grade, and all that is counted by it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from lms.attempts import answers, grading, past, regrading, returned, rules, standing
from lms.attempts.models import Attempt
from lms.audit.actions import record
from lms.courses.counting import count_attempt
from lms.kit.db import table_of

_ATTEMPT = table_of(Attempt)
_HAND_IN = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("of_attempt"), _ATTEMPT.c.state == "open")
    .values(state="submitted")
)


@dataclass(frozen=True, slots=True)
class Ending:
    """What handing in came to: the receipt's code, or else the numbers of events that never arrived."""

    receipt: str | None
    missing: tuple[int, ...] = ()


def submit(
    session: Session, attempt_id: int, person_id: int, *, tab: str, last_seq: int, key: bytes, now: datetime
) -> Ending:
    """Hand in, once everything the tab has numbered up to `last_seq` is there; repeating gives the same receipt.

    Raises LookupError when the person has no such attempt. When time and grace are over, what is missing cannot count
    any more, so the attempt ends with what there is.
    """
    row = regrading.locked(session, attempt_id)
    if row is None or row.person_id != person_id:
        raise LookupError(f"no attempt {attempt_id} of person {person_id}")
    if row.state != "open":
        return Ending(row.receipt)
    if rules.is_overdue(row.deadline_at, now):
        return Ending(
            _finish(session, row, _events(session, row), by="reader", at=row.deadline_at, key=key, now=now)
        )
    events = _events(session, row)
    lacking = rules.missing(events, tab, last_seq)
    if lacking:
        return Ending(None, tuple(lacking))
    return Ending(_finish(session, row, events, by="candidate", at=now, key=key, now=now))


def finish_overdue_one(
    session: Session, attempt_id: int, *, by: str, key: bytes, now: datetime, wait: bool = True
) -> bool:
    """Hand in an attempt whose time and grace are over, with the answers that were saved; False if it is not so.

    Without `wait` an attempt that somebody else is just finishing is left to them.
    """
    row = regrading.locked(session, attempt_id, wait=wait)
    if row is None or row.state != "open" or not rules.is_overdue(row.deadline_at, now):
        return False
    _finish(session, row, _events(session, row), by=by, at=row.deadline_at, key=key, now=now)
    return True


def finish_entered(session: Session, attempt_id: int, *, at: datetime, key: bytes, now: datetime) -> None:
    """Hand in, as of `at`, an open attempt whose answers a clerk entered; one that is over is left as it is."""
    row = regrading.locked(session, attempt_id)
    if row is not None and row.state == "open":
        _finish(session, row, _events(session, row), by="clerk", at=at, key=key, now=now)


def finish_now(session: Session, attempt_id: int, *, by: str, key: bytes, now: datetime) -> bool:
    """Hand in an open attempt for the candidate with the answers that were saved; False if it is not open."""
    row = regrading.locked(session, attempt_id)
    if row is None or row.state != "open":
        return False
    _finish(session, row, _events(session, row), by=by, at=min(now, row.deadline_at), key=key, now=now)
    return True


def _events(session: Session, row: Any) -> list[rules.Event]:
    return answers.events_of(session, row.id)


def _finish(
    session: Session, row: Any, events: list[rules.Event], *, by: str, at: datetime, key: bytes, now: datetime
) -> str:
    """Score what holds and record it; returns the receipt's code. The row must be locked and open."""
    held = rules.derive(events)
    receipt = rules.receipt_code(key, row.id, held, at)
    result = regrading.result_of(session, row, held.values)
    if at < now:  # until now every report said otherwise
        past.keep(session, row.id, now, **({"state": past.ABSENT} if by == "clerk" else {}))
    session.connection().execute(
        _HAND_IN, {"of_attempt": row.id, "submitted_at": at, "finished_by": by, "receipt": receipt}
    )
    regrading.add_grade(session, row.id, result, reason="submitted", now=now)
    _count(session, row, result, at, now)
    record(
        session,
        "attempt.submit",
        "attempt",
        row.id,
        actor_id=row.person_id if by == "candidate" else None,
        now=now,
        unit_id=row.unit_id,
        by=by,
        percent=str(result.percent),
    )
    return receipt


def _count(session: Session, row: Any, result: grading.Result, at: datetime, now: datetime) -> None:
    """The standing, and in the counts of the unit an attempt more, and the course finished if this was the last exam
    to pass."""
    rewritten = row.number > 1 and returned.is_rewriting(session, row)  # then the one before counts no more
    earlier = row.number > 1 and at < now  # than what counts by now, perhaps
    if row.counts != "best" or rewritten or earlier:
        standing.settle(session, row, attempts=1, now=now)
        return
    standing.raised(session, row, result, at)
    more: dict[str, int] = {}
    if result.passed and row.finished_at is None:
        more = standing.finish_if_passed(session, row, now)
    count_attempt(
        session, row.course_id, attempt_unit=row.unit_id, unit=row.counted_unit_id, attempts=1, **more
    )
