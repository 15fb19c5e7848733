"""Sitting a test for somebody who is present: begun by a clerk, answered on a plain form, handed in by the clerk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from lms.attempts import actions, answers, files, finishing, rules
from lms.attempts.entry.rules import PROXY, EntryRefused
from lms.attempts.entry.storing import add_events, chance_of, put_on_record
from lms.attempts.handed import Taken
from lms.attempts.models import Attempt, HandedFile
from lms.attempts.rules import Change
from lms.audit.actions import record
from lms.kit.storage import Storage
from lms.vietnamese.text import tidy


def start_for(
    session: Session,
    exam_id: int,
    person_id: int,
    *,
    reason: str,
    by: int,
    key: bytes,
    now: datetime,
    address: str = "",
    access_code: str = "",
) -> int:
    """Start an attempt for somebody who is present; returns its id. Its limits and times are those of any attempt.

    Raises LookupError, EntryRefused while another attempt of the person is open, and what `actions.start` raises.
    """
    chance = chance_of(session, exam_id, person_id, by=by, key=key, now=now)
    attempt_id = actions.start(
        session, exam_id, person_id, key=key, now=now, address=address, access_code=access_code
    )
    marked = session.execute(  # unless the person, or another clerk, began it at this very moment
        update(Attempt)
        .where(
            Attempt.id == attempt_id,
            Attempt.entered_by.is_(None),
            Attempt.holder.is_(None),
            Attempt.started_at == now,
        )
        .values(medium=PROXY, entered_by=by)
        .returning(Attempt.id)
    ).first()
    if marked is None:
        raise EntryRefused("open")
    put_on_record(
        session,
        exam_id,
        attempt_id,
        chance.unit_id,
        {"medium": PROXY},
        by=by,
        now=now,
        reason=tidy(reason),
    )
    return attempt_id


def hold_for(session: Session, attempt_id: int, by: int) -> list[rules.Event] | None:
    """Keep everybody else from changing an open attempt that the clerk started, and read its events; None when it is
    over or not theirs."""
    found = session.scalar(
        select(Attempt.id)
        .where(
            Attempt.id == attempt_id,
            Attempt.medium == PROXY,
            Attempt.entered_by == by,
            Attempt.state == "open",
        )
        .with_for_update(key_share=True)
    )
    return None if found is None else answers.events_of(session, attempt_id)


def note_changes_for(
    session: Session, attempt_id: int, *, by: int, tab: str, changes: Sequence[Change], now: datetime
) -> None:
    """Save what the clerk's form changed; in the transaction of `hold_for`. The clerk's page takes the lease."""
    if not changes:
        return
    taken = session.scalar(
        update(Attempt)
        .where(Attempt.id == attempt_id, (Attempt.holder.is_(None)) | (Attempt.holder != tab))
        .values(holder=tab, holder_since=now, epoch=Attempt.epoch + 1)
        .returning(Attempt.epoch)
    )
    if taken and taken > 1:
        record(session, "attempt.take", "attempt", attempt_id, actor_id=by, now=now, epoch=taken)
    add_events(session, attempt_id, tab, changes, now=now)


def hand_in_for(session: Session, attempt_id: int, *, by: int, key: bytes, now: datetime) -> str | None:
    """Hand in an attempt that the clerk started; the receipt's code, the same when it is done twice.

    Raises LookupError when it is not theirs. One whose time is over ends as of its deadline, like any attempt.
    """
    row = session.execute(
        select(Attempt.deadline_at, Attempt.state).where(
            Attempt.id == attempt_id, Attempt.medium == PROXY, Attempt.entered_by == by
        )
    ).first()
    if row is None:
        raise LookupError(f"no attempt {attempt_id} entered by {by}")
    if row.state == "open" and rules.is_overdue(row.deadline_at, now):
        finishing.finish_overdue_one(session, attempt_id, by="reader", key=key, now=now)
    elif row.state == "open":
        finishing.finish_entered(session, attempt_id, at=now, key=key, now=now)
        record(session, "attempt.enter_submit", "attempt", attempt_id, actor_id=by, now=now)
    return session.scalar(select(Attempt.receipt).where(Attempt.id == attempt_id))


def hand_in_file_for(
    session: Session,
    storage: Storage,
    attempt_id: int,
    *,
    slot: int,
    taken: Taken,
    name: str,
    by: int,
    now: datetime,
) -> HandedFile:
    """Keep a file for the person in an open attempt that the clerk started. Raises LookupError, FileRefused."""
    attempt = files.open_one(session, attempt_id, now, _started_by(by))
    return files.keep(session, storage, attempt, slot=slot, taken=taken, name=name, by=by, now=now)


def take_file_back_for(session: Session, attempt_id: int, file_id: int, *, by: int, now: datetime) -> None:
    """Take a file back in an open attempt that the clerk started. Raises LookupError, FileRefused."""
    attempt = files.open_one(session, attempt_id, now, _started_by(by))
    files.drop(session, attempt, file_id, by=by, now=now)


def _started_by(by: int) -> ColumnElement[bool]:
    return (Attempt.medium == PROXY) & (Attempt.entered_by == by)
