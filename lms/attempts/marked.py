"""What people said about the answers of an attempt, for whoever gave them: marks, comments, what was sent back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts import returned
from lms.attempts.models import SlotMark
from lms.attempts.words import WORD_NAMES, word_of
from lms.exams.paper import LoadedPaper


@dataclass(frozen=True, slots=True)
class Marked:
    """What was said about one answer. `word`: an English msgid, "" while it is not marked."""

    word: str = ""
    comment: str = ""
    criteria: tuple[
        tuple[str, Decimal, str], ...
    ] = ()  # what was looked for ("": not shown), points, of how many
    sent_back: str = ""  # why


def marked_of(session: Session, sat: LoadedPaper, attempt_id: int, *, key: bool) -> dict[int, Marked]:
    """By slot what was said. What was looked for is part of the key, its points are not: `key` says it is released."""
    if not sat.by_person:
        return {}
    found = {slot: Marked(sent_back=why) for slot, why in returned.reasons_of(session, attempt_id).items()}
    for mark in session.scalars(select(SlotMark).where(SlotMark.attempt_id == attempt_id)):
        rubric = sat.slots[mark.slot - 1].question.rubric
        lines = zip(rubric, mark.criteria, strict=False)  # one without a rubric has no criteria
        found[mark.slot] = Marked(
            word=WORD_NAMES[word_of(mark.correctness)],
            comment=mark.comment,
            criteria=tuple(
                (line.text if key else "", Decimal(points), line.points) for line, points in lines
            ),
        )
    return found
