"""A text of several lines is to be written; a person marks it by the rubric.

Until then its score is 0 and says so (`Score.waits`). Words are counted as is usual for Vietnamese texts: what stands
between blanks. The limits are told to whoever writes, they refuse nothing.
"""

import random
from decimal import Decimal

from lms.questions import score
from lms.questions.answer import Answer, only, read_lines
from lms.questions.common import ask_shared, check_shared, in_order
from lms.questions.problem import Problem, error
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Score
from lms.vietnamese.numbers import NumberUnreadable, parse_number
from lms.vietnamese.text import clean

LONGEST = 20_000  # characters; about 4,500 words, ten pages
FILE_TYPES = ("docx", "pdf", "jpg", "png", "odt")
_FIELDS = ("rubric", "least_words", "most_words", "file_types", "guide")


class Essay:
    name = "essay"

    def check(self, q: Question) -> list[Problem]:
        return [*check_shared(q, _FIELDS), *_check_rubric(q), *_check_words(q), *_check_files(q)]

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        return ()

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        in_order((), arrangement)
        return ask_shared(q, least_words=q.least_words, most_words=q.most_words, file_types=q.file_types)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        return read_lines(raw, LONGEST)

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        return self.read_answer(asked, only(values))

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        text = self.read_answer(self.ask(q, arrangement), answer)
        return score.NOT_ANSWERED if text is None else score.TO_BE_MARKED

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        return None

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        text = self.read_answer(self.ask(q, arrangement), answer)
        return tuple(text.split("\n")) if isinstance(text, str) else ()

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(f"{line.text} ({line.points})" for line in q.rubric)


def count_words(text: str) -> int:
    """What stands between blanks."""
    return len(text.split())


def _check_rubric(q: Question) -> list[Problem]:
    empty = [error("empty_criterion", "rubric", i) for i, line in enumerate(q.rubric) if not clean(line.text)]
    return empty + [
        error("bad_criterion_points", "rubric", i, text=line.points[:40])
        for i, line in enumerate(q.rubric)
        if _points(line.points) <= 0
    ]


def _points(text: str) -> Decimal:
    """Points in Vietnamese notation; 0 for what is no number."""
    try:
        return Decimal(0) if "%" in text else parse_number(text)
    except NumberUnreadable:
        return Decimal(0)


def _check_words(q: Question) -> list[Problem]:
    limits = {"least_words": q.least_words, "most_words": q.most_words}
    problems = [error("bad_word_limit", field) for field, count in limits.items() if count < 0]
    if 0 < q.most_words < q.least_words:
        problems.append(error("word_limits_turned", "most_words", least=q.least_words, most=q.most_words))
    if 2 * q.least_words > LONGEST:  # a word has a letter and a blank at the least
        problems.append(error("word_limit_too_high", "least_words", least=q.least_words, longest=LONGEST))
    return problems


def _check_files(q: Question) -> list[Problem]:
    problems = []
    for i, kind in enumerate(q.file_types):
        if kind not in FILE_TYPES:
            known = ", ".join(FILE_TYPES)
            problems.append(error("unknown_file_type", "file_types", i, text=kind[:40], known=known))
        elif kind in q.file_types[:i]:
            problems.append(error("repeated_file_type", "file_types", i, text=kind))
    return problems
