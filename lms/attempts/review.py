"""The result page's questions: what was answered, how right it was, what to read again, and the key once released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.attempts import grading, sheet
from lms.attempts.rules import Answers, Shown
from lms.exams.paper import LoadedPaper, Slot
from lms.questions.question import AskedQuestion


@dataclass(frozen=True, slots=True)
class Item:
    """One question of the result. What is not released yet is not in it: `outcome` "" and points None without the
    score, `key` and `explanation` None and `parts` empty without the key."""

    slot: int
    type: str
    asked: AskedQuestion
    answer: Any
    outcome: str  # right · partly · wrong · empty · waiting (for a person to mark it) · dropped
    points: Decimal | None
    most_points: Decimal
    key: Any
    parts: tuple[bool, ...]
    explanation: str | None
    reread: list[Any]
    changed: bool  # a ruling says how it is scored


def items(
    paper: LoadedPaper,
    answers: Answers,
    rereads: Mapping[int, list[Any]],
    *,
    shown: Shown,
    given: grading.Given = grading.NOTHING_ELSE,
) -> list[Item]:
    """The questions of a paper after the attempt; `rereads` per version what it cites. None at all while the own
    answers are not released. `given`: what counts besides the answers, as it was graded."""
    if not shown.answers:
        return []
    return [_item(slot, answers, rereads.get(slot.version_id, []), shown, given) for slot in paper.slots]


def _item(slot: Slot, answers: Answers, reread: list[Any], shown: Shown, given: grading.Given) -> Item:
    answer = sheet.answer_in(slot, answers)
    judged = grading.judge(slot, answers.values, given)
    ruled = given.rulings.get(slot.version_id, ())
    in_force = next(
        (one.question for one in reversed(ruled) if one.kind == "new_key" and one.question), slot.question
    )
    return Item(
        slot=slot.number,
        type=slot.question.type,
        asked=slot.asked,
        answer=answer,
        outcome=_outcome(answer, judged) if shown.score else "",
        points=judged.points.normalize() if shown.score else None,
        most_points=judged.most_points if shown.score else slot.points,
        key=slot.type.key(in_force, slot.order) if shown.key else None,
        parts=judged.score.parts if shown.key else (),
        explanation=slot.question.explanation or None if shown.explanation else None,
        reread=reread if shown.score else [],
        changed=shown.score and bool(judged.rulings),
    )


def _outcome(answer: Any, judged: grading.Judged) -> str:
    if not judged.most_points:
        return "dropped"
    if judged.score.waits:
        return "waiting"
    if judged.score.correctness == 1:
        return "right"
    if answer is None:
        return "empty"
    return "partly" if judged.score.correctness > 0 else "wrong"
