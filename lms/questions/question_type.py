"""What every type of question can do. One file in `types/` implements it for each type."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from lms.questions.answer import Answer
from lms.questions.problem import Problem
from lms.questions.question import AskedQuestion, Question
from lms.questions.score import Score

Arrangement = Sequence[int]
# The wholly right answer: an Answer, but with every accepted text where one is typed; None: nobody but a marker knows.
Key: TypeAlias = bool | int | list[int] | tuple[str, ...] | Mapping[str, bool | int | tuple[str, ...]] | None


@dataclass(frozen=True, slots=True)
class TruthWords:
    """The words for true and false; pages pass them in the reader's language."""

    true: str = "Đúng"
    false: str = "Sai"

    def of(self, truth: bool) -> str:
        return self.true if truth else self.false


VIETNAMESE = TruthWords()


class QuestionType(Protocol):
    """The contract of a type. All methods are pure; the same arguments give the same result.

    An arrangement maps displayed positions to original indices, e.g. (2, 0, 1): the third option is
    displayed first. It is drawn once, kept with the paper, and empty for types that display no list.
    What the list is: options; the statements of a group; the choices of a matching (its distinct right sides,
    sorted); for a cloze the options of all its choice blanks, one blank after the other, each within its own.
    `ask`, `score`, `describe` and `key` raise ValueError for an arrangement that does not fit the question.
    """

    @property
    def name(self) -> str:
        """The key in TYPES, the `type` of its questions and the name of its templates."""

    def check(self, q: Question) -> list[Problem]:
        """What is wrong with the question; without errors every other method works on it."""

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        """An order to display; options that must stay in place do.

        Without `shuffle` as written; an ordering, whose written order is the key, is shuffled always.
        """

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        """What the candidate's page may know."""

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        """The answer in canonical form from decoded JSON. Raises AnswerRefused."""

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        """The same from the values of an HTML form field. Raises AnswerRefused."""

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        """How right a canonical answer is. Raises AnswerRefused for one that is none."""

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        """The wholly right answer in displayed positions, as reviews show it. Only for after the release of the key."""

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        """The given answer in words, one entry a line; empty when nothing was chosen."""

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        """The right answer in words, one entry a line. Only for after the release of the key."""
