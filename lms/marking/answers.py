"""An answer as a marker reads it: its question with rubric and guide, the text, the files, and what resembles it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.attempts import answers, files, rules
from lms.attempts.models import Attempt, HandedFile
from lms.attempts.sheet import answer_in
from lms.exams import paper
from lms.exams.models import Paper
from lms.exams.paper import Slot
from lms.kit.storage import Storage
from lms.marking.jobs import asked_words, last_texts
from lms.marking.likeness import Part, side_by_side
from lms.marking.models import Likeness, MarkingTask
from lms.marking.queries import Marker, organises, seen_by
from lms.marking.texts import FileTexts, joined, kept_texts
from lms.organisation.models import Person, Unit


@dataclass(frozen=True, slots=True)
class Answered:
    """What is to be marked. `name` and `unit` are to be shown only where marking is not blind."""

    slot: Slot
    text: str
    files: Sequence[HandedFile]
    code: str
    name: str
    unit: str


def code_of(seed: str, attempt_id: int) -> str:
    """What an attempt is called where nobody shall know whose it is. The seed of its paper is nobody's to know."""
    digest = hmac.digest(seed.encode(), f"marking|{attempt_id}".encode(), "sha256")
    return base64.b32encode(digest[:5]).decode()


def answered(session: Session, attempt_id: int, slot_number: int) -> Answered:
    """The answer to a slot of an attempt that was handed in."""
    paper_id, seed, name, unit = session.execute(
        select(Paper.id, Paper.seed, Person.full_name, Unit.name)
        .select_from(Attempt)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Unit, Unit.id == Attempt.unit_id)
        .where(Attempt.id == attempt_id)
    ).one()
    slot = paper.load(session, paper_id).slots[slot_number - 1]
    typed = answer_in(slot, rules.derive(answers.events_of(session, attempt_id)))
    handed = [file for file in files.files_of(session, attempt_id) if file.slot == slot_number]
    return Answered(
        slot, typed if isinstance(typed, str) else "", handed, code_of(seed, attempt_id), name, unit
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """An answer that resembles this one."""

    attempt_id: int
    slot: int
    code: str
    share: Decimal


def alike_to(session: Session, marker: Marker, task: MarkingTask) -> tuple[list[Alike], int]:
    """Answers that resemble the task's: those the marker may read, the most alike first, and how many others."""
    rows = session.execute(
        select(Likeness).where(
            or_(
                (Likeness.attempt_id == task.attempt_id) & (Likeness.slot == task.slot),
                (Likeness.other_attempt_id == task.attempt_id) & (Likeness.other_slot == task.slot),
            )
        )
    ).scalars()
    pairs = {_other(row, task): row.share for row in rows}
    if not pairs:
        return [], 0
    seen = session.execute(
        select(MarkingTask.attempt_id, MarkingTask.slot, Paper.seed)
        .join(Attempt, Attempt.id == MarkingTask.attempt_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .where(
            MarkingTask.attempt_id.in_({attempt_id for attempt_id, _slot in pairs}),
            or_(seen_by(marker), organises(marker) & (Attempt.person_id != marker.person_id)),
        )
        .distinct()
    )
    found = [
        Alike(attempt_id, slot, code_of(seed, attempt_id), pairs[attempt_id, slot])
        for attempt_id, slot, seed in seen
        if (attempt_id, slot) in pairs
    ]
    found.sort(key=lambda each: (-each.share, each.attempt_id))
    return found, len(pairs) - len(found)


def _other(row: Likeness, task: MarkingTask) -> tuple[int, int]:
    if (row.attempt_id, row.slot) == (task.attempt_id, task.slot):
        return row.other_attempt_id, row.other_slot
    return row.attempt_id, row.slot


Text = list[list[Part]]


def compared(
    session: Session, storage: Storage, exam_id: int, one: Answered, other: Answered
) -> tuple[Text, Text]:
    """Both texts with their common runs marked, files included as far as they have text."""
    known: dict[str, str] = {}
    if one.files or other.files:
        known = kept_texts(storage, last_texts(session, exam_id, before=None))
    of_files = FileTexts(storage, known)
    left, right = (joined(each.text, [of_files.text(file) for file in each.files]) for each in (one, other))
    return side_by_side(left, right, asked_words(one.slot))
