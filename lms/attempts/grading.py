"""Scoring an attempt: pure, and the same for the same paper and answers on every day and machine.

An answer that a person has to mark (an essay) is worth nothing until then. So a result only grows by marking: who
passes without it has passed, and nobody passes by an answer that nobody has read.

A question that turned out wrong is scored by what was ruled about it (lms.exams.rulings), in the order of the rulings:
a new key takes the place of the old one, a second key stands beside it, full marks are for everybody whose paper has
the question, and what is dropped is worth nothing, for nobody: the paper is worth less then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from lms.attempts import rules
from lms.attempts.rules import USUAL_BANDS, Bands
from lms.exams.paper import LoadedPaper, Slot
from lms.exams.rulings import NONE, Decision, Rulings
from lms.questions import score
from lms.questions.answer import AnswerRefused
from lms.questions.question import Question
from lms.questions.score import Score

ENGINE = 1  # goes up when the same answers to the same paper would be worth something else
_GRAIN = Decimal("0.0001")  # points and correctness are kept in ten-thousandths


@dataclass(frozen=True, slots=True)
class Given:
    """What counts besides the answers: rulings, what markers gave (correctness by slot), slots with files handed in."""

    rulings: Rulings = field(default_factory=dict)
    marks: Mapping[int, Decimal] = field(default_factory=dict)
    files: frozenset[int] = frozenset()
    bands: Bands = USUAL_BANDS


NOTHING_ELSE = Given(NONE)


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


class Judged(NamedTuple):
    """One slot: how right its answer is, what it can be worth (nothing once it is dropped), and by which rulings."""

    score: Score
    most_points: Decimal
    rulings: tuple[int, ...] = ()

    @property
    def points(self) -> Decimal:
        """To ten-thousandths."""
        return (self.most_points * self.score.correctness).quantize(_GRAIN, rounding=ROUND_HALF_UP)


_LONGEST_KEPT = 200  # characters of a value: choices and short texts, which many people give alike
_MOST_KEPT = 500  # of a question in one order


def judge(slot: Slot, values: Mapping[int, Any], given: Given = NOTHING_ELSE) -> Judged:
    """What the answer to a slot is worth. What is no answer to its question counts as none."""
    decisions = given.rulings.get(slot.version_id, ())
    found = _known(slot, values.get(slot.number), decisions)
    if slot.number in given.files and not found.waits:
        found = score.TO_BE_MARKED
    if slot.number in given.marks and found.waits:
        found = Score(given.marks[slot.number])
    if not decisions:
        return Judged(found, slot.points)
    kinds = {decision.kind for decision in decisions}
    if "full_marks" in kinds:
        found = score.RIGHT
    return Judged(
        found,
        Decimal(0) if "drop" in kinds else slot.points,
        tuple(decision.ruling_id for decision in decisions),
    )


def score_slot(slot: Slot, values: Mapping[int, Any], given: Given = NOTHING_ELSE) -> Score:
    """How right the answer to a slot is."""
    return judge(slot, values, given).score


def _known(slot: Slot, value: Any, decisions: tuple[Decision, ...]) -> Score:
    """The same answer to the same question by the same rulings is worth the same: it is scored once."""
    said = repr(value)
    if len(said) > _LONGEST_KEPT:
        return _by_keys(slot, value, decisions)
    key = (said, decisions)
    found = slot.known.get(key)
    if found is None:
        if len(slot.known) >= _MOST_KEPT:
            slot.known.clear()
        found = slot.known[key] = _by_keys(slot, value, decisions)
    return found


def _by_keys(slot: Slot, value: Any, decisions: tuple[Decision, ...]) -> Score:
    """By the key in force; where there are several the one that is best for the person."""
    keys: list[Question] = [slot.question]
    for decision in decisions:
        if decision.question is not None:
            keys = [decision.question] if decision.kind == "new_key" else [*keys, decision.question]
    try:
        answer = slot.type.read_answer(slot.asked, value)
        found = [slot.type.score(question, slot.order, answer) for question in keys]
    except AnswerRefused:
        return score.NOT_ANSWERED
    return max(found, key=lambda each: each.correctness)


def grade(
    paper: LoadedPaper, values: Mapping[int, Any], pass_percent: Decimal, given: Given = NOTHING_ELSE
) -> Result:
    """The result of these values by slot; values of slots that the paper does not have are ignored."""
    judged = [judge(slot, values, given) for slot in paper.slots]
    points = sum((each.most_points * each.score.correctness for each in judged), Decimal(0))
    waiting = sum((each.most_points for each in judged if each.score.waits), Decimal(0))
    points = points.quantize(_GRAIN, rounding=ROUND_HALF_UP)
    most_points = sum((each.most_points for each in judged), Decimal(0))
    percent = rules.percent_of(points, most_points)
    passed = rules.has_passed(points, most_points, pass_percent)
    undecided = rules.has_passed(points + waiting, most_points, pass_percent)
    return Result(
        points=points,
        most_points=most_points,
        percent=percent,
        passed=passed,
        right=sum(each.score.correctness == 1 for each in judged),
        band=rules.band(percent, passed, undecided=undecided, bands=given.bands),
        scores=[None if each.score.waits else _ten_thousandths(each.score.correctness) for each in judged],
    )


def _ten_thousandths(correctness: Decimal) -> int:
    return int((correctness * 10_000).to_integral_value(ROUND_HALF_UP))
