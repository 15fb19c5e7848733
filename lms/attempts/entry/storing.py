"""What every way of entering for somebody does: whether the person may, the answers as events, and the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, insert, select
from sqlalchemy.orm import Session

from lms.attempts import finishing, queries, rules
from lms.attempts.entry.rules import PAPER, EntryRefused
from lms.attempts.models import AnswerEvent, Attempt, AttemptNote
from lms.attempts.rules import GRACE, LATE, OK, Change
from lms.audit.actions import record


def chance_of(
    session: Session, exam_id: int, person_id: int, *, by: int, key: bytes, now: datetime
) -> queries.Chance:
    """What the person can do; an attempt whose time is over is handed in first. Never for oneself."""
    found = queries.chance(session, exam_id, person_id, starting=True)
    if found is None or person_id == by:
        raise LookupError(f"no exam {exam_id} in which {by} enters for {person_id}")
    if found.open_id and rules.is_overdue(found.open_deadline, now):
        finishing.finish_overdue_one(session, found.open_id, by="reader", key=key, now=now)
    elif found.open_id:
        raise EntryRefused("open")
    return found


def put_on_record(
    session: Session,
    exam_id: int,
    attempt_id: int,
    unit_id: int,
    detail: dict[str, Any],
    *,
    by: int,
    now: datetime,
    reason: str = "",
) -> None:
    """A line in the attempt's story, and one in the audit trail."""
    session.add(
        AttemptNote(
            exam_id=exam_id,
            attempt_id=attempt_id,
            kind="entered",
            text=reason,
            detail=detail,
            by=by,
            at=now,
        )
    )
    record(
        session,
        "attempt.enter",
        "attempt",
        attempt_id,
        actor_id=by,
        now=now,
        unit_id=unit_id,
        **detail,
        **({"reason": reason} if reason else {}),
    )


def add_events(
    session: Session, attempt_id: int, tab: str, changes: Sequence[Change], *, now: datetime
) -> None:
    """Add events to a locked open attempt whose lease the tab holds or nobody does: in time, or late.

    A paper's are in time however long ago it was written: what matters is that it was within the course.
    """
    if not changes:
        return
    late = (Attempt.medium != PAPER) & (Attempt.deadline_at < now - GRACE)
    epoch, status = session.execute(
        select(Attempt.epoch, case((late, LATE), else_=OK)).where(Attempt.id == attempt_id)
    ).one()
    last = session.scalar(
        select(func.max(AnswerEvent.seq)).where(AnswerEvent.attempt_id == attempt_id, AnswerEvent.tab == tab)
    )
    session.execute(
        insert(AnswerEvent),
        [
            {
                "attempt_id": attempt_id,
                "tab": tab,
                "seq": seq,
                "slot": change.slot,
                "op": change.op,
                "value": change.value,
                "client_ms": int(now.timestamp() * 1000),
                "received_at": now,
                "epoch": epoch,
                "status": status,
            }
            for seq, change in enumerate(changes, (last or 0) + 1)
        ],
    )
