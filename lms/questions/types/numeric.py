"""A number is to be typed, in Vietnamese notation, with or without its unit (lms/vietnamese/numbers.py).

Right is what lies within `tolerance` (absolute, 0 by default) of one of the accepted numbers.
"""

from collections.abc import Sequence
from decimal import Decimal

from lms.questions import score
from lms.questions.answer import Answer
from lms.questions.common import check_shared
from lms.questions.problem import Problem, error
from lms.questions.question import Question
from lms.questions.question_type import VIETNAMESE, Arrangement, TruthWords
from lms.questions.score import Reason, Score
from lms.questions.typed_answer import TypedAnswer
from lms.questions.typed_numbers import read_number
from lms.vietnamese.numbers import NumberUnreadable, parse_number

LONGEST = 60


class Numeric(TypedAnswer):
    name = "numeric"
    longest = LONGEST

    def check(self, q: Question) -> list[Problem]:
        problems = check_shared(q, ("answers", "tolerance", "unit"))
        if not q.answers:
            problems.append(error("no_key", "answers"))
        for i, text in enumerate(q.answers):
            if not is_number(text, q.unit):
                problems.append(error("answer_not_number", "answers", i, text=text))
        if not is_tolerance(q.tolerance):
            problems.append(error("bad_tolerance", "tolerance", text=q.tolerance))
        return problems

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        text = self.typed(q, arrangement, answer)
        if text is None:
            return score.NOT_ANSWERED
        return score_number(text, q.answers, q.tolerance, q.unit)

    def describe(
        self,
        q: Question,
        arrangement: Arrangement,
        answer: Answer,
        words: TruthWords = VIETNAMESE,
    ) -> tuple[str, ...]:
        text = self.typed(q, arrangement, answer)
        return () if text is None else (_with_unit(text, q.unit),)

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return number_words(q.answers, q.tolerance, q.unit)


def score_number(text: str, answers: Sequence[str], tolerance: str, unit: str) -> Score:
    """Whether what was typed is a number near enough to one of the accepted ones, all of which are well-formed."""
    given = _number(text, unit)
    if given is None:
        return Score(score.ZERO, (Reason("not_a_number"),))
    gap = min(abs(given - read_number(key, unit)) for key in answers)
    if gap > parse_number(tolerance):
        return score.WRONG
    return score.RIGHT if gap == 0 else Score(score.ONE, (Reason("within_tolerance"),))


def number_words(answers: Sequence[str], tolerance: str, unit: str) -> tuple[str, ...]:
    """The accepted numbers as they are told: "12.000 ± 5 USD"."""
    around = "" if parse_number(tolerance) == 0 else f" ± {tolerance}"
    return tuple(_with_unit(key + around, unit) for key in answers)


def _with_unit(text: str, unit: str) -> str:
    """The unit is added once, without a space before a per cent sign."""
    if not unit or not text[-1].isdigit():
        return text
    return text + unit if unit.startswith("%") else f"{text} {unit}"


def _number(text: str, unit: str) -> Decimal | None:
    try:
        return read_number(text, unit)
    except NumberUnreadable:
        return None


def is_number(text: str, unit: str) -> bool:
    """Whether an accepted answer can be read."""
    return _number(text, unit) is not None


def is_tolerance(text: str) -> bool:
    """Whether it is a number from 0 up."""
    try:
        return "%" not in text and parse_number(text) >= 0
    except NumberUnreadable:
        return False
