"""Scoring an attempt: pure, and the same for the same paper and answers on every day and machine.

An answer that a person has to mark (an essay) is worth nothing until then. So a result only grows by marking: who
passes without it has passed, and nobody passes by an answer that nobody has read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms.attempts import rules
from lms.exams.paper import LoadedPaper, Slot
from lms.questions import score
from lms.questions.answer import AnswerRefused
from lms.questions.score import Score

ENGINE = 1  # goes up when the same answers to the same paper would be worth something else
_GRAIN = Decimal("0.0001")  # points and correctness are kept in ten-thousandths


@dataclass(frozen=True, slots=True)
class Result:
    """What a paper's answers are worth; `scores`: correctness per slot in ten-thousandths, None while it waits."""

    points: Decimal
    most_points: Decimal
    percent: Decimal
    passed: bool
    right: int
    band: str
    scores: list[int | None]


def score_slot(slot: Slot, values: Mapping[int, Any]) -> Score:
    """How right the answer to a slot is. What is no answer to its question counts as none."""
    try:
        answer = slot.type.read_answer(slot.asked, values.get(slot.number))
        return slot.type.score(slot.question, slot.order, answer)
    except AnswerRefused:
        return score.NOT_ANSWERED


def grade(paper: LoadedPaper, values: Mapping[int, Any], pass_percent: Decimal) -> Result:
    """The result of these values by slot; values of slots that the paper does not have are ignored."""
    judged = [(slot.points, score_slot(slot, values)) for slot in paper.slots]
    points = sum((most * found.correctness for most, found in judged), Decimal(0))
    waiting = sum((most for most, found in judged if found.waits), Decimal(0))
    points, most_points = points.quantize(_GRAIN, rounding=ROUND_HALF_UP), paper.most_points
    percent = rules.percent_of(points, most_points)
    passed = rules.has_passed(points, most_points, pass_percent)
    undecided = rules.has_passed(points + waiting, most_points, pass_percent)
    return Result(
        points=points,
        most_points=most_points,
        percent=percent,
        passed=passed,
        right=sum(found.correctness == 1 for _most, found in judged),
        band=rules.band(percent, passed, undecided=undecided),
        scores=[None if found.waits else _ten_thousandths(found.correctness) for _most, found in judged],
    )


def _ten_thousandths(correctness: Decimal) -> int:
    return int((correctness * 10_000).to_integral_value(ROUND_HALF_UP))
