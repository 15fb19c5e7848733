"""One statement that is true (Đúng, key 0) or false (Sai, key 1)."""

import random

from lms.questions import score
from lms.questions.answer import Answer, AnswerRefused, only
from lms.questions.common import ask_typed, check_shared
from lms.questions.problem import Problem, error
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Score

TRUE, FALSE = (0,), (1,)
_FORM = {"true": True, "false": False}


class TrueFalse:
    name = "true_false"

    def check(self, q: Question) -> list[Problem]:
        problems = check_shared(q, ("correct",))
        if not q.correct:
            problems.append(error("no_key", "correct"))
        elif q.correct not in (TRUE, FALSE):
            problems.append(error("key_out_of_range", "correct", number=max(q.correct) + 1, count=2))
        return problems

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        return ()

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        return ask_typed(q, arrangement)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        if raw is None or isinstance(raw, bool):
            return raw
        raise AnswerRefused("wrong_kind")

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        value = only(values)
        if value is not None and value not in _FORM:
            raise AnswerRefused("wrong_kind")
        return None if value is None else _FORM[value]

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        judged = self.read_answer(self.ask(q, arrangement), answer)
        if judged is None:
            return score.NOT_ANSWERED
        return score.RIGHT if judged is (q.correct == TRUE) else score.WRONG

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        return q.correct == TRUE

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        judged = self.read_answer(self.ask(q, arrangement), answer)
        return (words.of(judged),) if isinstance(judged, bool) else ()

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return (words.of(q.correct == TRUE),)
