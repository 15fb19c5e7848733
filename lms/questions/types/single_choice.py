"""Exactly one of several options is right."""

import random

from lms.questions import score
from lms.questions.answer import Answer, only, read_digits, read_position
from lms.questions.common import ask_options, check_shared, places
from lms.questions.options import check_options, shuffled, wording
from lms.questions.problem import Problem, error
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
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
        return ask_options(q, arrangement)

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

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        return places(arrangement)[q.correct[0]]

    def describe(
        self,
        q: Question,
        arrangement: Arrangement,
        answer: Answer,
        words: TruthWords = VIETNAMESE,
    ) -> tuple[str, ...]:
        position = self.read_answer(self.ask(q, arrangement), answer)
        return (wording(q.options[arrangement[position]]),) if isinstance(position, int) else ()

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(wording(q.options[index]) for index in q.correct)
