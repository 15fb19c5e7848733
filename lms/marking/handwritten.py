"""Essays written by hand on an answer sheet: the clerk who entered the paper brings photos or scans of them.

Nobody can be marked before that, so it is possible after the paper is handed in, too, as long as no marker has the
answer. The files belong to the person's attempt; its story says who brought them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.attempts import files, regrading
from lms.attempts.entry import queries
from lms.attempts.entry.rules import PAPER
from lms.attempts.handed import FileRefused, Taken
from lms.attempts.models import Attempt, HandedFile
from lms.kit.storage import Storage
from lms.marking.models import MarkingTask
from lms.marking.rules import MARKED, RETURNED, TAKEN

KINDS = ("jpg", "png", "pdf")


def is_read(session: Session, attempt_id: int, slot: int) -> bool:
    """Whether a marker has the answer, or had it and decided."""
    read = exists().where(
        MarkingTask.attempt_id == attempt_id,
        MarkingTask.slot == slot,
        MarkingTask.state.in_((TAKEN, MARKED, RETURNED)),
    )
    return bool(session.scalar(select(read)))


def hand_in(
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
    """Keep a photo or scan of the answer. Raises LookupError when the clerk entered no such answer written by hand,
    FileRefused when a marker has it or there are too many files."""
    attempt = _free(session, attempt_id, slot, by)
    return files.keep(session, storage, attempt, slot=slot, taken=taken, name=name, by=by, now=now)


def take_back(session: Session, attempt_id: int, slot: int, file_id: int, *, by: int, now: datetime) -> None:
    """Take one back; done twice it is done once. Raises LookupError, FileRefused as `hand_in` does."""
    attempt = _free(session, attempt_id, slot, by)
    file = files.file_of(session, attempt_id, file_id)
    if file is not None and file.slot == slot:
        files.drop(session, attempt, file_id, by=by, now=now)


def _free(session: Session, attempt_id: int, slot: int, by: int) -> Any:
    """The attempt as `files.keep` wants it, locked so that no marker takes the answer meanwhile."""
    regrading.locked(session, attempt_id)
    attempt = session.execute(
        select(*files.ATTEMPT).where(
            Attempt.id == attempt_id,
            Attempt.medium == PAPER,
            Attempt.entered_by == by,
            Attempt.state == "submitted",
        )
    ).first()
    if attempt is None or slot not in queries.handwritten(session, [attempt_id]).get(attempt_id, []):
        raise LookupError(f"no answer by hand to {slot} in a paper {attempt_id} entered by {by}")
    if is_read(session, attempt_id, slot):
        raise FileRefused("files_read")
    return attempt
