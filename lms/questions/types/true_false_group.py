"""Several statements on one matter, each to be judged true or false.

Scoring: of four statements 1, 2, 3, 4 judged rightly give 0.1, 0.25, 0.5 and 1, as in part II of the
national examination from 2025. Any other number of statements has no such scale: each counts an equal
share. A statement that was not judged is not right.
"""

import random
from decimal import Decimal
from itertools import combinations

from lms.questions import score
from lms.questions.answer import Answer, AnswerRefused, read_form_rows, read_rows
from lms.questions.common import ask_shared, check_shared, in_order
from lms.questions.options import same_words
from lms.questions.problem import Problem, error, warning
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Reason, Score

MOST_STATEMENTS = 10
SCALE_OF_FOUR = (Decimal(0), Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), Decimal(1))
_FORM = {"true": True, "false": False}


class TrueFalseGroup:
    name = "true_false_group"

    def check(self, q: Question) -> list[Problem]:
        said = [same_words(statement.text) for statement in q.statements]
        empty = [error("empty_statement", "statements", i) for i, words in enumerate(said) if not words]
        equal = [
            error("equal_statements", "statements", j, other=i + 1)
            for i, j in combinations(range(len(said)), 2)
            if said[i] and said[i] == said[j]
        ]
        return [*check_shared(q, ("statements",)), *_check_number(len(said)), *empty, *equal]

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        indices = range(len(q.statements))
        return tuple(rng.sample(indices, len(indices))) if shuffle else tuple(indices)

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        statements = in_order([statement.text for statement in q.statements], arrangement)
        return ask_shared(q, statements=statements)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        return read_rows(raw, len(asked.statements), lambda _row, value: _read_truth(value))

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        rows = read_form_rows(values)
        if not _FORM.keys() >= set(rows.values()):
            raise AnswerRefused("wrong_kind")
        return self.read_answer(asked, {row: _FORM[truth] for row, truth in rows.items()})

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        judged = self._judged(q, arrangement, answer)
        if not judged:
            return score.NOT_ANSWERED
        right = sum(q.statements[index].correct is truth for index, truth in judged.items())
        count = len(q.statements)
        earned = SCALE_OF_FOUR[right] if count == 4 else score.share(right, count)
        return Score(earned, (Reason("statements_right", {"right": right, "of": count}),))

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        return {str(place): q.statements[index].correct for place, index in enumerate(arrangement)}

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        judged = self._judged(q, arrangement, answer)
        return tuple(
            f"{q.statements[index].text}: {words.of(judged[index])}"
            for index in arrangement
            if index in judged
        )

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(f"{statement.text}: {words.of(statement.correct)}" for statement in q.statements)

    def _judged(self, q: Question, arrangement: Arrangement, answer: Answer) -> dict[int, bool]:
        judged = self.read_answer(self.ask(q, arrangement), answer)
        if not isinstance(judged, dict):
            return {}
        return {arrangement[int(position)]: truth is True for position, truth in judged.items()}


def _read_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise AnswerRefused("wrong_kind")
    return value


def _check_number(count: int) -> list[Problem]:
    if count < 2:
        return [error("too_few_statements", "statements", count=count)]
    if count > MOST_STATEMENTS:
        return [error("too_many_statements", "statements", count=count, most=MOST_STATEMENTS)]
    return [] if count == 4 else [warning("not_four_statements", "statements", count=count)]
