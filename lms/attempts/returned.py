"""Answers sent back to be written again (trả lại để viết lại): the note that says why, and how the next attempt begins.

The next attempt has the same paper and begins with everything that was answered and handed in before, as ordinary
answer events of a tab of its own: what the person leaves alone counts as it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from lms.attempts import answers, rules
from lms.attempts.models import AnswerEvent, Attempt, AttemptNote, HandedFile

KIND = "returned"  # of the note
TAB = rules.CARRIED


@dataclass(frozen=True, slots=True)
class Back:
    """An attempt that was sent back: its paper, and by slot why."""

    attempt_id: int
    paper_id: int
    reasons: dict[int, str]


def note(
    session: Session, attempt: Attempt, slot: int, reason: str, *, until: datetime, by: int, now: datetime
) -> None:
    """Say that the answer to a slot was sent back, why, and until when it may be written again."""
    session.add(
        AttemptNote(
            exam_id=attempt.exam_id,
            attempt_id=attempt.id,
            kind=KIND,
            text=reason,
            detail={"slot": slot, "until": until.isoformat()},
            by=by,
            at=now,
        )
    )


def reasons_of(session: Session, attempt_id: int) -> dict[int, str]:
    """Why answers of an attempt were sent back, by slot."""
    rows = session.execute(
        select(AttemptNote.detail, AttemptNote.text)
        .where(AttemptNote.attempt_id == attempt_id, AttemptNote.kind == KIND)
        .order_by(AttemptNote.id)
    )
    return {int(detail["slot"]): text for detail, text in rows}


def waiting_for(session: Session, exam_id: int, person_id: int) -> Back | None:
    """The person's last attempt at an exam, if it was sent back."""
    last = session.execute(
        select(Attempt.id, Attempt.paper_id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id == person_id)
        .order_by(Attempt.number.desc())
        .limit(1)
    ).first()
    reasons = reasons_of(session, last.id) if last else {}
    return Back(last.id, last.paper_id, reasons) if last and reasons else None


def waiting(session: Session, person_id: int) -> dict[int, dict[int, str]]:
    """By exam why answers of the person's last attempt were sent back, by slot; of every exam in one query."""
    later = aliased(Attempt)
    begun = exists().where(
        later.exam_id == Attempt.exam_id, later.person_id == person_id, later.number > Attempt.number
    )
    rows = session.execute(
        select(Attempt.exam_id, AttemptNote.detail, AttemptNote.text)
        .join(AttemptNote, AttemptNote.attempt_id == Attempt.id)
        .where(Attempt.person_id == person_id, AttemptNote.kind == KIND, ~begun)
        .order_by(AttemptNote.id)
    )
    found: dict[int, dict[int, str]] = {}
    for exam_id, detail, text in rows:
        found.setdefault(exam_id, {})[int(detail["slot"])] = text
    return found


def before(session: Session, attempt_id: int) -> Back | None:
    """The attempt before this one, if it was sent back: what the exam page says about it."""
    row = session.execute(
        select(Attempt.exam_id, Attempt.person_id, Attempt.number).where(Attempt.id == attempt_id)
    ).first()
    if row is None or row.number == 1:
        return None
    former = session.execute(
        select(Attempt.id, Attempt.paper_id).where(
            Attempt.exam_id == row.exam_id,
            Attempt.person_id == row.person_id,
            Attempt.number == row.number - 1,
        )
    ).first()
    reasons = reasons_of(session, former.id) if former else {}
    return Back(former.id, former.paper_id, reasons) if former and reasons else None


def is_rewriting(session: Session, row: Any) -> bool:
    """Whether the attempt before was sent back. `row`: exam_id, person_id and number of an attempt."""
    noted = (
        select(AttemptNote.id)
        .join(Attempt, Attempt.id == AttemptNote.attempt_id)
        .where(
            Attempt.exam_id == row.exam_id,
            Attempt.person_id == row.person_id,
            Attempt.number == row.number - 1,
            AttemptNote.kind == KIND,
        )
    )
    return session.scalar(noted.limit(1)) is not None


def superseded() -> ColumnElement[bool]:
    """That the attempt of a statement was sent back, and the next one, in which it was written again, is handed in."""
    rewriting = aliased(Attempt)
    sent_back = exists().where(AttemptNote.attempt_id == Attempt.id, AttemptNote.kind == KIND)
    written = exists().where(
        rewriting.exam_id == Attempt.exam_id,
        rewriting.person_id == Attempt.person_id,
        rewriting.number == Attempt.number + 1,
        rewriting.state == "submitted",
    )
    return sent_back & written


def carry_over(session: Session, back: Back, attempt_id: int, now: datetime) -> None:
    """Begin an attempt with the answers and files of the one that was sent back."""
    held = rules.derive(answers.events_of(session, back.attempt_id))
    rows = [
        _event(seq, slot, value, now) | {"attempt_id": attempt_id}
        for seq, (slot, value) in enumerate(held.values.items(), 1)
    ]
    if rows:
        session.execute(insert(AnswerEvent), rows)
    for file in session.scalars(
        select(HandedFile).where(HandedFile.attempt_id == back.attempt_id, HandedFile.removed_at.is_(None))
    ).all():
        copied = ("slot", "name", "media_type", "size", "sha256", "file_key", "handed_at")
        session.add(HandedFile(attempt_id=attempt_id, **{name: getattr(file, name) for name in copied}))
    session.flush()


def _event(seq: int, slot: int, value: Any, now: datetime) -> dict[str, Any]:
    return {
        "tab": TAB,
        "seq": seq,
        "slot": slot,
        "op": rules.SET,
        "value": json.dumps(value, ensure_ascii=False),
        "client_ms": int(now.timestamp() * 1000),
        "received_at": now,
        "epoch": 0,
        "status": rules.OK,
    }


def is_last(session: Session, attempt: Attempt) -> bool:
    """Whether the person has begun no other attempt at the exam since."""
    newest = session.scalar(
        select(func.max(Attempt.number)).where(
            Attempt.exam_id == attempt.exam_id, Attempt.person_id == attempt.person_id
        )
    )
    return newest == attempt.number
