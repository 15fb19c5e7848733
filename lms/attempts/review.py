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


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the result. `key` and `explanation` are None until they are released."""

    slot: int
    type: str
    asked: AskedQuestion
    answer: Any
    outcome: str  # right · partly · wrong · empty
    points: Decimal
    most_points: Decimal
    key: Any
    explanation: str | None
    reread: list[Any]


def items(
    paper: LoadedPaper, answers: Answers, rereads: Mapping[int, list[Any]], *, released: bool
) -> list[Item]:
    """The questions of a paper after the attempt; `rereads` per version what it cites."""
    return [_item(slot, answers, rereads.get(slot.version_id, []), released=released) for slot in paper.slots]


def _item(slot: Slot, answers: Answers, reread: list[Any], *, released: bool) -> Item:
    answer = sheet.answer_in(slot, answers)
    correctness = grading.score_slot(slot, answers.values).correctness
    return Item(
        slot=slot.number,
        type=slot.question.type,
        asked=slot.asked,
        answer=answer,
        outcome=_outcome(answer, correctness),
        points=(slot.points * correctness).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP).normalize(),
        most_points=slot.points,
        key=key_of(slot) if released else None,
        explanation=slot.question.explanation or None if released else None,
        reread=reread,
    )


def _outcome(answer: Any, correctness: Decimal) -> str:
    if correctness == 1:
        return "right"
    if answer is None:
        return "empty"
    return "partly" if correctness > 0 else "wrong"


def key_of(slot: Slot) -> Any:
    """The wholly right answer as the review templates take it: displayed positions, or the accepted texts."""
    q, order = slot.question, slot.order
    if q.answers:
        return q.answers
    if q.statements:
        return {str(place): q.statements[index].correct for place, index in enumerate(order)}
    if not q.options:
        return q.correct == (0,)
    right = [place for place, index in enumerate(order) if index in q.correct]
    return right[0] if q.type == "single_choice" else right
