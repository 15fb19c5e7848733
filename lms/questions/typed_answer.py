"""What types have in common whose answer is typed: nothing to arrange, one short text to read."""

from __future__ import annotations

import random
from typing import ClassVar

from lms.questions.answer import Answer, only, read_text
from lms.questions.common import ask_typed
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import Arrangement, Key


class TypedAnswer:
    """The part of a QuestionType that does not depend on how the text is judged."""

    longest: ClassVar[int]  # letters

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        return ()

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        return ask_typed(q, arrangement)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        """Any short text: what is still being typed ("-", "12.") is saved too and judged at the end."""
        return read_text(raw, self.longest)

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        return self.read_answer(asked, only(values))

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        return q.answers

    def typed(self, q: Question, arrangement: Arrangement, answer: Answer) -> str | None:
        """The text of an answer, None for no answer."""
        text = self.read_answer(self.ask(q, arrangement), answer)
        return text if isinstance(text, str) else None
