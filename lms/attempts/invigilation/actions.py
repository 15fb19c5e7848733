"""What invigilators do: more time, reopening, declaring void and taking that back, ending, messages, incidents, late
answers accepted.

Each deed leaves a note in the attempt's story and a row in the audit trail, in the transaction of the deed. The attempt
is locked first, and with it the enrolment, so that deeds, saves and handing in go one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, bindparam, delete, func, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.attempts import finishing, overrides, past, regrading, standing
from lms.attempts.invigilation import rules
from lms.attempts.invigilation.rules import DeedRefused
from lms.attempts.invigilation.sight import Sight
from lms.attempts.models import AcceptedEvent, AnswerEvent, Attempt, AttemptNote, SlotMark
from lms.audit.actions import record
from lms.exams.models import Exam
from lms.exams.overrides import of_person
from lms.exams.policy import Different
from lms.kit.db import Moment
from lms.vietnamese.text import tidy

# ------------------------------------------------------------------------------------------------ time


def extend(
    session: Session, attempt_id: int, *, minutes: int, reason: str, by: int, now: datetime
) -> datetime:
    """Give an open attempt more minutes; returns its new deadline, which may lie beyond the exam's closing.

    Whose time is over but not yet ended gets the minutes from now on. Raises LookupError, DeedRefused.
    """
    row = _for("extend", session, attempt_id, by)
    [(_id, deadline)] = _move(session, Attempt.id == row.id, minutes, now)
    detail = {"minutes": minutes, "after": deadline.isoformat()}
    _put_on_record(session, "extended", row, reason, detail, by=by, now=now)
    return deadline


def extend_all(
    session: Session, seen: Sight, *, minutes: int, reason: str, by: int, now: datetime
) -> list[datetime]:
    """The same for every open attempt in sight, but for one's own: one statement. Returns the new deadlines."""
    _lock_exam(session, seen.exam)
    moved = _move(
        session,
        (Attempt.exam_id == seen.exam.id) & (Attempt.person_id != by) & seen.of(Attempt.unit_id),
        minutes,
        now,
    )
    if moved:
        session.execute(
            insert(AttemptNote),
            [
                _note(
                    seen.exam.id, id_, "extended", reason,
                    {"minutes": minutes, "after": deadline.isoformat(), "all": True}, by=by, now=now,
                )
                for id_, deadline in moved
            ],
        )  # fmt: skip
    _record_exam(session, "exam.extend_all", seen, by, now, minutes=minutes, attempts=len(moved))
    return [deadline for _id, deadline in moved]


def _lock_exam(session: Session, exam: Exam) -> None:
    """Two who move many deadlines at once (here, or by an override) go one after the other."""
    session.flush()
    session.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update(key_share=True))


def _move(
    session: Session, which: ColumnElement[bool], minutes: int, now: datetime
) -> list[tuple[int, datetime]]:
    """Move the deadlines of the open attempts; returns which, and to when."""
    at: Any = bindparam("at_least", now, type_=Moment)
    later: Any
    latest: Any
    if session.get_bind().dialect.name == "postgresql":
        latest = type_coerce(func.greatest(Attempt.deadline_at, at), DateTime(timezone=True))
        later = latest + timedelta(minutes=minutes)
    else:  # to a thousandth of a second, in the form in which moments are kept
        latest = func.max(Attempt.deadline_at, at)
        later = func.strftime("%Y-%m-%d %H:%M:%f000", latest, f"+{minutes} minutes")
    rows = session.execute(
        update(Attempt)
        .where(which, Attempt.state == "open")
        .values(deadline_at=later)
        .returning(Attempt.id, Attempt.deadline_at)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted((row[0], row[1]) for row in rows)


# ------------------------------------------------------------------------------------------------ state


def reopen(
    session: Session,
    attempt_id: int,
    *,
    minutes: int,
    reason: str,
    by: int,
    now: datetime,
    key_shown: bool = False,
) -> datetime:
    """Let a person go on with an attempt that was handed in; returns its deadline.

    Its grade stays on record but does not count until it is handed in again, which adds another. What markers gave is
    of the text as it was: it is put on record and taken away, so that the text is read again. `key_shown`: that
    the person could already see right answers, for the record. Raises LookupError, DeedRefused.
    """
    row = _for("reopen", session, attempt_id, by)
    deadline = now + timedelta(minutes=minutes)
    past.keep(session, row.id, now)
    _open(session, row, deadline)
    marks = {str(slot): str(mark) for slot, mark in regrading.marks_of(session, row.id).items()}
    session.execute(delete(SlotMark).where(SlotMark.attempt_id == row.id))
    standing.settle(session, row, attempts=-1, now=now)
    detail = {
        "marks": marks,
        "minutes": minutes,
        "after": deadline.isoformat(),
        "receipt": row.receipt,
        "submitted_at": row.submitted_at.isoformat(),
        "key_shown": key_shown,
    }
    _put_on_record(session, "reopened", row, reason, detail, by=by, now=now)
    return deadline


def _open(session: Session, row: Any, deadline: datetime) -> None:
    """Make the attempt open again, with nobody holding it; a new epoch, so that what comes now counts more than what
    came before. The unique index has the last word about another open one."""
    others = select(Attempt.id).where(
        Attempt.exam_id == row.exam_id, Attempt.person_id == row.person_id, Attempt.state == "open"
    )
    if session.scalar(others) is not None:
        raise DeedRefused("another_open")
    try:
        with session.begin_nested():
            session.execute(
                update(Attempt)
                .where(Attempt.id == row.id)
                .values(
                    state="open",
                    deadline_at=deadline,
                    submitted_at=None,
                    finished_by=None,
                    receipt=None,
                    holder=None,
                    holder_since=None,
                    epoch=Attempt.epoch + 1,
                    **_NOT_VOID,
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as refused:
        raise DeedRefused("another_open") from refused


_NOT_VOID: dict[str, Any] = {"voided_by": None, "voided_at": None, "voided_reason": ""}


def void(
    session: Session, attempt_id: int, *, reason: str, by: int, now: datetime, again: bool = False
) -> None:
    """Declare an attempt void: it ends if it is open, and does not count. Nothing of it is deleted.

    `again`: the person gets one more attempt than before. Raises LookupError, DeedRefused.
    """
    if again:  # first, because it locks the exam, as whoever starts an attempt does
        _grant_another(session, attempt_id, reason, by, now)
    row = _for("void", session, attempt_id, by)
    session.execute(
        update(Attempt)
        .where(Attempt.id == row.id)
        .values(state="void", voided_by=by, voided_at=now, voided_reason=tidy(reason))
        .execution_options(synchronize_session=False)
    )
    if row.state == "submitted":
        standing.settle(session, row, attempts=-1, now=now)
    detail = {"was": row.state, "again": again}
    _put_on_record(session, "voided", row, reason, detail, by=by, now=now)


def _grant_another(session: Session, attempt_id: int, reason: str, by: int, now: datetime) -> None:
    """One attempt more than the overrides in force give the person: of several the most favourable counts."""
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise LookupError(f"there is no attempt {attempt_id}")
    given = of_person(session, [attempt.exam_id], attempt.person_id).get(attempt.exam_id, Different())
    overrides.add(
        session,
        session.get_one(Exam, attempt.exam_id),
        Different(extra_attempts=given.extra_attempts + 1),
        reason=reason,
        by=by,
        now=now,
        person_id=attempt.person_id,
    )


def restore(session: Session, attempt_id: int, *, reason: str, by: int, now: datetime) -> str:
    """Take back that an attempt was declared void; returns its state: handed in as it was, or open again with the
    time that was left. Another attempt that was granted meanwhile stays granted. Raises LookupError, DeedRefused."""
    row = _for("restore", session, attempt_id, by)
    voided_at = session.scalar(select(Attempt.voided_at).where(Attempt.id == row.id)) or now
    detail: dict[str, Any] = {"submitted": row.submitted_at is not None}
    past.keep(session, row.id, now)
    if row.submitted_at is None:
        deadline = rules.restored_deadline(row.deadline_at, voided_at, now)
        _open(session, row, deadline)
        detail["after"] = deadline.isoformat()
    else:
        session.execute(
            update(Attempt)
            .where(Attempt.id == row.id)
            .values(state="submitted", **_NOT_VOID)
            .execution_options(synchronize_session=False)
        )
        standing.settle(session, row, attempts=1, now=now)
        regrading.regrade(session, row.id, reason="policy", by=by, now=now)  # what was ruled on meanwhile
    _put_on_record(session, "restored", row, reason, detail, by=by, now=now)
    return "open" if row.submitted_at is None else "submitted"


def end(session: Session, attempt_id: int, *, reason: str, key: bytes, by: int, now: datetime) -> None:
    """Hand in an open attempt for the candidate, with the answers that were saved. Raises LookupError, DeedRefused."""
    row = _for("end", session, attempt_id, by)
    finishing.finish_now(session, row.id, by="officer", key=key, now=now)
    _put_on_record(session, "ended", row, reason, {}, by=by, now=now)


# ------------------------------------------------------------------------------------------------ words


def tell_one(session: Session, attempt_id: int, *, text: str, by: int, now: datetime) -> None:
    """A message that the page of an open attempt shows. Raises LookupError, DeedRefused."""
    row = _for("message", session, attempt_id, by)
    _put_on_record(session, "message", row, text, {}, by=by, now=now)


def tell_all(session: Session, seen: Sight, *, text: str, by: int, now: datetime) -> int:
    """The same to everybody at work. Of an officer only the own people hear it. Returns how many do now; to the whole
    exam it is also shown to who begins later."""
    among = (Attempt.exam_id == seen.exam.id, Attempt.state == "open", seen.of(Attempt.unit_id))
    heard = session.scalars(select(Attempt.id).where(*among)).all()
    to: Sequence[int | None] = [None] if seen.everybody else heard
    if to:
        session.execute(
            insert(AttemptNote),
            [_note(seen.exam.id, id_, "message", text, {"all": True}, by=by, now=now) for id_ in to],
        )
    _record_exam(session, "exam.message", seen, by, now, heard=len(heard))
    return len(heard)


def note_incident(
    session: Session, seen: Sight, attempt_id: int | None, *, text: str, by: int, now: datetime
) -> None:
    """Put on record what happened to a person, or (without an attempt) in the room."""
    if attempt_id is not None:
        row = _for("incident", session, attempt_id, by)
        _put_on_record(session, "incident", row, text, {}, by=by, now=now)
        return
    detail = {} if seen.everybody else {"units": list(seen.units)}
    session.execute(
        insert(AttemptNote), [_note(seen.exam.id, None, "incident", text, detail, by=by, now=now)]
    )
    _record_exam(session, "exam.incident", seen, by, now)


# ------------------------------------------------------------------------------------------------ late answers


def accept(
    session: Session,
    attempt_id: int,
    chosen: Iterable[tuple[str, int]],
    *,
    reason: str,
    by: int,
    now: datetime,
) -> tuple[int, regrading.Change | None]:
    """Let late or conflicting answer events (by tab and number) count, for good; returns how many, and what changed.

    Raises LookupError, DeedRefused.
    """
    row = _for("accept", session, attempt_id, by)
    wanted, done = set(chosen), _accepted(session, row.id)
    apart = session.execute(
        select(AnswerEvent.tab, AnswerEvent.seq, AnswerEvent.slot).where(
            AnswerEvent.attempt_id == row.id, AnswerEvent.status != "ok"
        )
    ).all()
    taken = [event for event in apart if (event.tab, event.seq) in wanted - done]
    if not taken:
        raise DeedRefused("nothing_chosen")
    session.execute(
        insert(AcceptedEvent),
        [
            {
                "attempt_id": row.id, "tab": event.tab, "seq": event.seq,
                "reason": tidy(reason), "by": by, "at": now,
            }
            for event in taken
        ],
    )  # fmt: skip
    detail = {"events": len(taken), "slots": sorted({event.slot for event in taken})}
    _put_on_record(session, "accepted", row, reason, detail, by=by, now=now)
    return len(taken), regrading.regrade(session, row.id, reason="accepted", by=by, now=now)


def _accepted(session: Session, attempt_id: int) -> set[tuple[str, int]]:
    rows = session.execute(
        select(AcceptedEvent.tab, AcceptedEvent.seq).where(AcceptedEvent.attempt_id == attempt_id)
    )
    return {(row.tab, row.seq) for row in rows}


# ------------------------------------------------------------------------------------------------ in common


def _for(deed: str, session: Session, attempt_id: int, by: int) -> Any:
    """The attempt, locked, if the deed is possible now."""
    row = regrading.locked(session, attempt_id)
    if row is None:
        raise LookupError(f"there is no attempt {attempt_id}")
    refused = rules.why_not(deed, row.state, own=row.person_id == by)
    if refused:
        raise DeedRefused(refused)
    return row


def _note(
    exam_id: int,
    attempt_id: int | None,
    kind: str,
    text: str,
    detail: dict[str, Any],
    *,
    by: int,
    now: datetime,
) -> dict[str, Any]:
    return {
        "exam_id": exam_id,
        "attempt_id": attempt_id,
        "kind": kind,
        "text": tidy(text),
        "detail": detail,
        "by": by,
        "at": now,
    }


def _put_on_record(
    session: Session, kind: str, row: Any, text: str, detail: dict[str, Any], *, by: int, now: datetime
) -> None:
    """The note of an attempt's story and the row of the audit trail. What was said to people stays in the note."""
    session.execute(insert(AttemptNote), [_note(row.exam_id, row.id, kind, text, detail, by=by, now=now)])
    record(session, f"attempt.{kind}", "attempt", row.id, actor_id=by, now=now, unit_id=row.unit_id, **detail)


def _record_exam(session: Session, action: str, seen: Sight, by: int, now: datetime, **detail: Any) -> None:
    where = {} if seen.everybody else {"units": list(seen.units)}
    record(
        session,
        action,
        "exam",
        seen.exam.id,
        actor_id=by,
        now=now,
        unit_id=seen.course.unit_id,
        code=seen.exam.code,
        **detail,
        **where,
    )
