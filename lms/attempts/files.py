"""Files handed in for an essay: taken while the attempt is open, by its candidate or by who enters for them.

The bytes lie in the storage under a key that nobody can guess; the row says whose they are. A file that was taken back
stays on record, as everything does that somebody handed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.attempts import rules
from lms.attempts.handed import MEDIA_TYPES, FileRefused, Taken
from lms.attempts.models import Attempt, AttemptNote, HandedFile
from lms.audit.actions import record
from lms.exams.paper import LoadedPaper
from lms.kit.storage import Storage
from lms.vietnamese.text import tidy

MOST_FILES = 20  # for one question: ten sheets of paper, photographed on both sides
LONGEST_NAME = 120
MARK = "handed"  # in the storage, until lms.attempts.clearing has looked whether the row was committed
ATTEMPT = (
    Attempt.id,
    Attempt.exam_id,
    Attempt.person_id,
    Attempt.unit_id,
    Attempt.paper_id,
    Attempt.state,
    Attempt.deadline_at,
)


def slots_for_files(sat: LoadedPaper) -> dict[int, tuple[str, ...]]:
    """The slots of a paper for which files may be handed in, with the kinds."""
    return {slot.number: slot.asked.file_types for slot in sat.slots if slot.asked.file_types}


def files_of(session: Session, attempt_id: int) -> Sequence[HandedFile]:
    """What is handed in and not taken back, in the order of handing in."""
    return session.scalars(
        select(HandedFile)
        .where(HandedFile.attempt_id == attempt_id, HandedFile.removed_at.is_(None))
        .order_by(HandedFile.slot, HandedFile.id)
    ).all()


def file_of(session: Session, attempt_id: int, file_id: int) -> HandedFile | None:
    """One of them; whose attempt it is was looked at before."""
    return session.scalar(
        select(HandedFile).where(
            HandedFile.id == file_id, HandedFile.attempt_id == attempt_id, HandedFile.removed_at.is_(None)
        )
    )


def may_hand_in(row: Any, now: datetime) -> bool:
    """Whether the attempt (state, deadline_at) still takes files; what was on its way at the deadline counts."""
    return row.state == "open" and not rules.is_overdue(row.deadline_at, now)


def hand_in(
    session: Session,
    storage: Storage,
    attempt_id: int,
    person_id: int,
    *,
    slot: int,
    taken: Taken,
    name: str,
    now: datetime,
) -> HandedFile:
    """Keep a file that was looked at. The same file again is not kept twice.

    Raises LookupError when the attempt is not theirs, FileRefused when it is too late or there are too many.
    """
    attempt = open_one(session, attempt_id, now, Attempt.person_id == person_id)
    return keep(session, storage, attempt, slot=slot, taken=taken, name=name, by=person_id, now=now)


def take_back(session: Session, attempt_id: int, person_id: int, file_id: int, *, now: datetime) -> None:
    """Take a file back while the attempt is open; done twice it is done once.

    Raises LookupError when the attempt is not theirs, FileRefused when it is too late.
    """
    attempt = open_one(session, attempt_id, now, Attempt.person_id == person_id)
    drop(session, attempt, file_id, by=person_id, now=now)


def open_one(session: Session, attempt_id: int, now: datetime, whose: ColumnElement[bool]) -> Any:
    """The attempt as `keep` wants it, locked so that it is not handed in meanwhile.

    Raises LookupError when it is not `whose`, FileRefused when it takes no files any more.
    """
    row = session.execute(
        select(*ATTEMPT).where(Attempt.id == attempt_id, whose).with_for_update(key_share=True)
    ).first()
    if row is None:
        raise LookupError(f"no attempt {attempt_id} that would be theirs")
    if not may_hand_in(row, now):
        raise FileRefused("files_late")
    return row


def keep(
    session: Session,
    storage: Storage,
    attempt: Any,
    *,
    slot: int,
    taken: Taken,
    name: str,
    by: int,
    now: datetime,
) -> HandedFile:
    """Keep a file for an attempt (a row of ATTEMPT, locked) that takes it; what somebody else hands in for the person
    is a line in the attempt's story, too. The same file again is not kept twice. Raises FileRefused: too many."""
    there = [file for file in files_of(session, attempt.id) if file.slot == slot]
    sha256 = hashlib.sha256(taken.data).hexdigest()
    for file in there:
        if file.sha256 == sha256:
            return file
    if len(there) >= MOST_FILES:
        raise FileRefused("too_many_files", most=MOST_FILES)
    with storage.writing(MARK) as (key, out):
        out.write(taken.data)
    kept = HandedFile(
        attempt_id=attempt.id,
        slot=slot,
        name=kept_name(name, taken.kind),
        media_type=MEDIA_TYPES[taken.kind],
        size=len(taken.data),
        sha256=sha256,
        file_key=key,
        handed_at=now,
    )
    session.add(kept)
    session.flush()
    if by != attempt.person_id:
        _note(session, attempt, kept, by, now)
    _record(session, "attempt.file", attempt, kept, by=by, now=now, size=kept.size)
    return kept


def drop(session: Session, attempt: Any, file_id: int, *, by: int, now: datetime) -> None:
    """Take a file of an attempt (a row of ATTEMPT, locked) back; done twice it is done once."""
    file = file_of(session, attempt.id, file_id)
    if file is not None:
        file.removed_at = now
        _record(session, "attempt.file_back", attempt, file, by=by, now=now)


def _note(session: Session, attempt: Any, file: HandedFile, by: int, now: datetime) -> None:
    session.add(
        AttemptNote(
            exam_id=attempt.exam_id,
            attempt_id=attempt.id,
            kind="file",
            text="",
            detail={"slots": [file.slot], "name": file.name, "sha256": file.sha256},
            by=by,
            at=now,
        )
    )


def _record(
    session: Session, action: str, attempt: Any, file: HandedFile, *, by: int, now: datetime, **also: Any
) -> None:
    record(
        session,
        action,
        "attempt",
        attempt.id,
        actor_id=by,
        now=now,
        unit_id=attempt.unit_id,
        slot=file.slot,
        sha256=file.sha256,
        **also,
    )


def kept_name(name: str, kind: str) -> str:
    """The name a person gave, on one line, without a path, and with the ending of what the file is."""
    last = tidy(name.replace("\\", "/").rpartition("/")[2])
    line = "".join(" " if not sign.isprintable() else sign for sign in last).strip(" .")
    stem, dot, ending = line.rpartition(".")
    known = dot and ending.lower() in (kind, "jpeg" if kind == "jpg" else kind)
    base = (stem if known else line)[: LONGEST_NAME - 5].strip(" .")
    return f"{base or 'bai-lam'}.{kind}"
