"""Answers of people who do not exist, as a browser would send them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from lms.questions.question import Question
from lms.questions.types import TYPES

Answer = object
TAB = "demo"  # of every event that no browser sent


def answer(question: Question, order: Sequence[int], *, right: bool, rng: random.Random) -> str:
    """JSON of an answer in displayed positions: the right one, or one that a hurried reader might give."""
    return json.dumps(ANSWERS[question.type](question, order, right, rng), ensure_ascii=False)


def event(attempt_id: int, slot: int, value: str, began: datetime, *, seconds: int) -> dict[str, object]:
    """A row of AnswerEvent: the slot is answered with `value` (JSON), so many seconds after the attempt began."""
    return {
        "attempt_id": attempt_id,
        "tab": TAB,
        "seq": slot,
        "slot": slot,
        "op": "set",
        "value": value,
        "client_ms": 1000 * seconds,
        "received_at": began + timedelta(seconds=seconds),
        "epoch": 0,
        "status": "ok",
    }


def _single(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    key = order.index(question.correct[0])
    return key if right else rng.choice([place for place in range(len(order)) if place != key])


def _multiple(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    key = sorted(order.index(place) for place in question.correct)
    return key if right else sorted(rng.sample(range(len(order)), max(1, len(key) - 1)))


def _true_false(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    return (question.correct[0] == 0) == right


def _group(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    truths = [question.statements[place].correct for place in order]
    return {str(n): truth if right or rng.random() < 0.5 else not truth for n, truth in enumerate(truths)}


def _text(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    return question.answers[0] if right else "không rõ"


def _number(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    return question.answers[0] if right else str(rng.randint(2, 99))


def _matching(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    key = TYPES["matching"].key(question, order)
    if right or not isinstance(key, dict):
        return key
    return dict(zip(key, [*list(key.values())[1:], *list(key.values())[:1]], strict=True))


def _ordering(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    key = TYPES["ordering"].key(question, order)
    return key if right or not isinstance(key, list) else key[::-1]


def _cloze(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    key = TYPES["cloze"].key(question, order)
    if right or not isinstance(key, dict):
        return key
    return {
        row: said if n or isinstance(said, int) else "không rõ" for n, (row, said) in enumerate(key.items())
    }


def _essay(question: Question, order: Sequence[int], right: bool, rng: random.Random) -> Answer:
    return "Tôi tâm đắc nhất với mục tiêu hạnh phúc và sẽ làm tốt phần việc được giao ở chi bộ."


ANSWERS: dict[str, Callable[[Question, Sequence[int], bool, random.Random], Answer]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "true_false_group": _group,
    "short_answer": _text,
    "numeric": _number,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
}
