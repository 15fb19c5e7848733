"""A word or a few are to be typed; any of the accepted answers is right.

Case, punctuation, spaces and the place of the tone (Hoà/Hòa) never count. With `fold` diacritics do not
count either (đ = d). Where the accepted answer is a number, numbers are compared (12.000 = 12000, 11% = 11,
and the unit may stand behind), never by their digits alone: 1,5 is not 15.
"""

import re
from collections.abc import Sequence
from itertools import combinations

from lms.questions import score
from lms.questions.answer import Answer
from lms.questions.common import check_shared
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.question_type import VIETNAMESE, Arrangement, TruthWords
from lms.questions.score import Score
from lms.questions.typed_answer import TypedAnswer
from lms.questions.typed_numbers import read_number
from lms.vietnamese.numbers import NumberUnreadable
from lms.vietnamese.text import exact_words, fold_words

LONGEST = 300
_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_SPACE_NOT_IN_NUMBER = re.compile(r"(?<!\d) | (?!\d)")


class ShortAnswer(TypedAnswer):
    name = "short_answer"
    longest = LONGEST

    def check(self, q: Question) -> list[Problem]:
        problems = check_shared(q, ("answers", "fold", "unit"))
        if not q.answers:
            problems.append(error("no_key", "answers"))
        for i, text in enumerate(q.answers):
            if len(text) > LONGEST:
                problems.append(error("answer_too_long", "answers", i, longest=LONGEST))
            if not comparable(text, q.fold, q.unit):
                problems.append(error("empty_answer", "answers", i))
        keys = [comparable(text, q.fold, q.unit) for text in q.answers]
        problems += [
            warning("equal_answers", "answers", j, other=i + 1)
            for i, j in combinations(range(len(keys)), 2)
            if keys[i] and keys[i] == keys[j]
        ]
        return problems

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        text = self.typed(q, arrangement, answer)
        if text is None:
            return score.NOT_ANSWERED
        return score_words(text, q.answers, q.fold, q.unit)

    def describe(
        self,
        q: Question,
        arrangement: Arrangement,
        answer: Answer,
        words: TruthWords = VIETNAMESE,
    ) -> tuple[str, ...]:
        text = self.typed(q, arrangement, answer)
        return () if text is None else (text,)

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return q.answers


def score_words(text: str, answers: Sequence[str], fold: bool, unit: str = "") -> Score:
    """Whether what was typed is one of the accepted answers."""
    accepted = {comparable(key, fold, unit) for key in answers} - {""}
    return score.RIGHT if comparable(text, fold, unit) in accepted else score.WRONG


def comparable(text: str, fold: bool, unit: str = "") -> str:
    """What of a typed answer is compared: a number's value, or the letters and digits that count."""
    try:
        return f"={read_number(text, unit).normalize():f}"
    except NumberUnreadable:
        plain = _THOUSANDS.sub("", text)
        return _SPACE_NOT_IN_NUMBER.sub("", fold_words(plain) if fold else exact_words(plain))
