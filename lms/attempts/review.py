"""The result page's questions: what was answered, how right it was, what to read again, and the key once released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms.attempts import grading, sheet
from lms.attempts.rules import Answers
from lms.exams.paper import LoadedPaper, Slot
from lms.questions.question import AskedQuestion
from lms.questions.score import Score


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the result. `key` and `explanation` are None and `parts` empty until they are released."""

    slot: int
    type: str
    asked: AskedQuestion
    answer: Any
    outcome: str  # right · partly · wrong · empty · waiting (for a person to mark it)
    points: Decimal
    most_points: Decimal
    key: Any
    parts: tuple[bool, ...]
    explanation: str | None
    reread: list[Any]


def items(
    paper: LoadedPaper, answers: Answers, rereads: Mapping[int, list[Any]], *, released: bool
) -> list[Item]:
    """The questions of a paper after the attempt; `rereads` per version what it cites."""
    return [_item(slot, answers, rereads.get(slot.version_id, []), released=released) for slot in paper.slots]


def _item(slot: Slot, answers: Answers, reread: list[Any], *, released: bool) -> Item:
    answer = sheet.answer_in(slot, answers)
    judged = grading.score_slot(slot, answers.values)
    return Item(
        slot=slot.number,
        type=slot.question.type,
        asked=slot.asked,
        answer=answer,
        outcome=_outcome(answer, judged),
        points=(slot.points * judged.correctness)
        .quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
        .normalize(),
        most_points=slot.points,
        key=slot.type.key(slot.question, slot.order) if released else None,
        parts=judged.parts if released else (),
        explanation=slot.question.explanation or None if released else None,
        reread=reread,
    )


def _outcome(answer: Any, judged: Score) -> str:
    if judged.waits:
        return "waiting"
    if judged.correctness == 1:
        return "right"
    if answer is None:
        return "empty"
    return "partly" if judged.correctness > 0 else "wrong"
