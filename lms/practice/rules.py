"""Spaced repetition, pure: five boxes, each with a longer wait (Leitner). A right answer moves a card up, any other one
back to the first box."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from lms.questions.question import Question
from lms.questions.types import TYPES

WAITS = tuple(timedelta(days=days) for days in (1, 3, 7, 16, 35))  # by box, until the card is asked again
A_ROUND = 10  # questions


def box_after(box: int, right: bool) -> int:
    """The box of a card after an answer; from the last one nothing leads further up."""
    return min(box + 1, len(WAITS) - 1) if right else 0


def due_after(box: int, now: datetime) -> datetime:
    """When a card that has just come into a box is asked again."""
    return now + WAITS[box]


def order_of(question: Question, person_id: int, question_id: int, asked: int) -> tuple[int, ...]:
    """The order in which the options are displayed: another one each time, the same for the same card and time."""
    rng = random.Random(f"{person_id}-{question_id}-{asked}")  # noqa: S311 - nothing depends on its secrecy
    return TYPES[question.type].arrange(question, rng, True)
