"""The keys of questions that are answered by typing, from weighed answers of a file."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lms.questions.formats.shared.plain_numbers import read_plain, spelled
from lms.questions.formats.shared.weights import FULL, Weighed, listed
from lms.questions.problem import Problem, warning
from lms.questions.question import Question

_RANGE = re.compile(r"(.+?)\.\.(.+)", re.DOTALL)


def typed_answers(held: Sequence[Weighed], found: list[Problem]) -> tuple[str, ...]:
    """The texts that are fully right. What else had a weight is said; `*` alone is anything, `\\*` a star."""
    rest = [answer for answer in held if answer.text == "*"]
    held = [answer for answer in held if answer.text != "*"]
    if any(answer.weight > 0 for answer in rest):
        found.append(warning("any_answer_right", "answers"))
    part = [answer for answer in held if 0 < answer.weight < FULL]
    if part:
        found.append(warning("partial_answers_left_out", "answers", text=listed(part)))
    right = [answer.text for answer in held if answer.weight >= FULL]
    for place, text in enumerate(right):
        if re.search(r"(?<!\\)\*", text):
            found.append(warning("wildcard_not_kept", "answers", place, text=text[:80]))
    return tuple(text.replace("\\*", "*") for text in right)


def numeric_key(q: Question, held: Sequence[Weighed], found: list[Problem]) -> Question:
    """The question with the numbers that are fully right. A text is "1822", "1822:5" or "1..5"."""
    if any(answer.text == "*" and answer.weight > 0 for answer in held):
        found.append(warning("any_answer_right", "answers"))
    held = [answer for answer in held if answer.text not in {"*", ""}]
    part = [answer for answer in held if 0 < answer.weight < FULL]
    if part:
        found.append(warning("partial_answers_left_out", "answers", text=listed(part)))
    numbers = _numbers([answer.text for answer in held if answer.weight >= FULL], found)
    if not numbers:
        return q
    smallest = min(tolerance for _, tolerance in numbers)
    if any(tolerance != smallest for _, tolerance in numbers):
        found.append(warning("tolerances_differ", "tolerance", tolerance=spelled(smallest)))
    return replace(q, answers=tuple(spelled(value) for value, _ in numbers), tolerance=spelled(smallest))


def _numbers(texts: Sequence[str], found: list[Problem]) -> list[tuple[Decimal, Decimal]]:
    numbers = []
    for text in texts:
        number = number_of(text)
        if number is None:
            found.append(warning("answer_without_number", "answers", text=text[:80]))
        else:
            numbers.append(number)
    return numbers


def number_of(text: str) -> tuple[Decimal, Decimal] | None:
    """Value and tolerance of "1822", "1822:5" or "1..5"."""
    bounds = _RANGE.fullmatch(text)
    if bounds:
        least, most = read_plain(bounds[1]), read_plain(bounds[2])
        if least is None or most is None or least > most:
            return None
        return (least + most) / 2, (most - least) / 2
    number, colon, around = text.partition(":")
    value, tolerance = read_plain(number), read_plain(around) if colon and around.strip() else Decimal(0)
    return None if value is None or tolerance is None else (value, abs(tolerance))
