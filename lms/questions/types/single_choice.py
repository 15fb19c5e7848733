"""Exactly one of several options is right."""

import random

from lms.questions import score
from lms.questions.answer import Answer, only, read_digits, read_position
from lms.questions.common import check_shared, in_order
from lms.questions.options import check_options, shuffled
from lms.questions.problem import Problem, error
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, TruthWords
from lms.questions.score import Score


class SingleChoice:
    name = "single_choice"

    def check(self, q: Question) -> list[Problem]:
        problems = check_shared(q, ("options", "correct")) + check_options(q)
        if len(set(q.correct)) > 1:
            problems.append(error("several_keys", "correct", count=len(set(q.correct))))
        return problems

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        return shuffled(q.options, rng) if shuffle else tuple(range(len(q.options)))

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        choices = in_order([option.text for option in q.options], arrangement)
        return AskedQuestion(type=q.type, stem=q.stem, choices=choices)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        return None if raw is None else read_position(raw, len(asked.choices))

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        value = only(values)
        return None if value is None else self.read_answer(asked, read_digits(value))

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        position = self.read_answer(self.ask(q, arrangement), answer)
        if not isinstance(position, int):
            return score.NOT_ANSWERED
        return score.RIGHT if arrangement[position] in q.correct else score.WRONG

    def describe(
        self,
        q: Question,
        arrangement: Arrangement,
        answer: Answer,
        words: TruthWords = VIETNAMESE,
    ) -> tuple[str, ...]:
        asked = self.ask(q, arrangement)
        position = self.read_answer(asked, answer)
        return (asked.choices[position],) if isinstance(position, int) else ()

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(q.options[index].text for index in q.correct)
