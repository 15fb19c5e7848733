"""The result page's questions: what was answered, how right it was, what to read again, and the key once released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

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
    return [item(slot, answers, rereads.get(slot.version_id, []), shown, given) for slot in paper.slots]


class Came(NamedTuple):
    """How the answer to a question came out: what Item says of it."""

    outcome: str
    points: Decimal | None
    most_points: Decimal
    changed: bool


def came(slot: Slot, answers: Answers, *, shown: Shown, given: grading.Given) -> Came:
    """The same as in the item of a slot; the own answers must be released."""
    judged = grading.judge(slot, answers.values, given)
    if not shown.score:
        return Came("", None, slot.points, changed=False)
    right = judged.score.correctness == 1 and judged.most_points and not judged.score.waits
    outcome = (
        "right" if right else _outcome(sheet.answer_in(slot, answers), judged)
    )  # most need no look at the answer
    return Came(outcome, judged.points.normalize(), judged.most_points, bool(judged.rulings))


def item(slot: Slot, answers: Answers, reread: list[Any], shown: Shown, given: grading.Given) -> Item:
    """One question after the attempt; the own answers must be released."""
    answer = sheet.answer_in(slot, answers)
    judged = grading.judge(slot, answers.values, given)
    ruled = given.rulings.get(slot.version_id, ())
    in_force = next(
        (one.question for one in reversed(ruled) if one.kind == "new_key" and one.question), slot.question
    )
    out = came(slot, answers, shown=shown, given=given)
    return Item(
        slot=slot.number,
        type=slot.question.type,
        asked=slot.asked,
        answer=answer,
        outcome=out.outcome,
        points=out.points,
        most_points=out.most_points,
        key=slot.type.key(in_force, slot.order) if shown.key else None,
        parts=judged.score.parts if shown.key else (),
        explanation=slot.question.explanation or None if shown.explanation else None,
        reread=reread if shown.score else [],
        changed=out.changed,
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
