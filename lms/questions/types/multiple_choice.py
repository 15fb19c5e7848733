"""Any number of the options is right.

Scoring: `all_or_nothing` asks for exactly the right ones; `partial` gives (right − wrong) / number of right
options, never below 0, so that ticking everything does not pay.
"""

import random

from lms.questions import score
from lms.questions.answer import Answer, AnswerRefused, read_digits, read_position
from lms.questions.common import ask_options, check_shared, places
from lms.questions.options import check_options, shuffled, wording
from lms.questions.problem import Problem, warning
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Reason, Score


class MultipleChoice:
    name = "multiple_choice"

    def check(self, q: Question) -> list[Problem]:
        problems = check_shared(q, ("options", "correct", "scoring")) + check_options(q)
        if len(q.options) > 1 and set(q.correct) == set(range(len(q.options))):
            problems.append(warning("all_options_right", "correct"))
        return problems

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        return shuffled(q.options, rng) if shuffle else tuple(range(len(q.options)))

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        return ask_options(q, arrangement)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        if raw is None:
            return None
        if not isinstance(raw, list):
            raise AnswerRefused("wrong_kind")
        positions = [read_position(item, len(asked.choices)) for item in raw[: len(asked.choices) + 1]]
        if len(set(positions)) < len(raw):
            raise AnswerRefused("repeated")
        return sorted(positions) or None

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        return self.read_answer(asked, [read_digits(value) for value in values if value])

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        chosen = self._chosen(q, arrangement, answer)
        if not chosen:
            return score.NOT_ANSWERED
        key = set(q.correct)
        if chosen == key:
            return score.RIGHT
        right, wrong = len(chosen & key), len(chosen - key)
        reason = Reason("options_right", {"right": right, "of": len(key), "wrong": wrong})
        earned = score.share(right - wrong, len(key)) if q.scoring == "partial" else score.ZERO
        return Score(earned, (reason,))

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        place = places(arrangement)
        return sorted(place[index] for index in q.correct)

    def describe(
        self,
        q: Question,
        arrangement: Arrangement,
        answer: Answer,
        words: TruthWords = VIETNAMESE,
    ) -> tuple[str, ...]:
        chosen = self._chosen(q, arrangement, answer)
        return tuple(wording(q.options[index]) for index in arrangement if index in chosen)

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(wording(q.options[index]) for index in sorted(q.correct))

    def _chosen(self, q: Question, arrangement: Arrangement, answer: Answer) -> set[int]:
        positions = self.read_answer(self.ask(q, arrangement), answer)
        return {arrangement[position] for position in positions} if isinstance(positions, list) else set()
