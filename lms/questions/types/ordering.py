"""Several items are to be put in their right order.

Scoring: `all_or_nothing` asks for exactly the right order. `partial` gives the share of the items, but for the last
one, that are directly followed by the item that follows them in the right order: of n items each right neighbour is
worth 1/(n − 1). This is the grading "Relative to the next item (excluding last)", the default of Moodle's ordering
question (qtype_ordering, RELATIVE_NEXT_EXCLUDE_LAST): whoever misplaces one item does not lose all that follow it.
"""

import random
from itertools import pairwise

from lms.questions import score
from lms.questions.answer import Answer, AnswerRefused, read_digits, read_form_rows, read_position
from lms.questions.common import ask_options, check_shared, places
from lms.questions.options import check_list, wording
from lms.questions.problem import Problem
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Reason, Score


class Ordering:
    name = "ordering"

    def check(self, q: Question) -> list[Problem]:
        return [*check_shared(q, ("options", "scoring")), *check_list(q)]

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        indices = range(len(q.options))
        return tuple(rng.sample(indices, len(indices)))

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        return ask_options(q, arrangement)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        if raw is None or raw == []:
            return None
        if not isinstance(raw, list) or len(raw) > len(asked.choices):
            raise AnswerRefused("wrong_kind")
        order = [read_position(item, len(asked.choices)) for item in raw]
        if len(set(order)) < len(asked.choices):
            raise AnswerRefused("not_each_once")
        return order

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        """A form has a row for each item, with the place that the item is given."""
        count = len(asked.choices)
        place_of = {
            read_position(read_digits(item), count): read_position(read_digits(place), count)
            for item, place in read_form_rows(values).items()
        }
        if place_of and len(set(place_of.values())) < count:
            raise AnswerRefused("not_each_once")
        return self.read_answer(asked, sorted(place_of, key=place_of.__getitem__))

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        order = self._order(q, arrangement, answer)
        if not order:
            return score.NOT_ANSWERED
        if order == sorted(order):
            return score.RIGHT
        right, most = sum(after == item + 1 for item, after in pairwise(order)), len(order) - 1
        earned = score.share(right, most) if q.scoring == "partial" else score.ZERO
        return Score(earned, (Reason("neighbours_right", {"right": right, "of": most}),))

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        place = places(arrangement)
        return [place[index] for index in range(len(q.options))]

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        return tuple(wording(q.options[index]) for index in self._order(q, arrangement, answer))

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(wording(option) for option in q.options)

    def _order(self, q: Question, arrangement: Arrangement, answer: Answer) -> list[int]:
        """Original indices in the order that was given; empty for no answer."""
        order = self.read_answer(self.ask(q, arrangement), answer)
        return [arrangement[position] for position in order] if isinstance(order, list) else []
