"""Each left side is matched with one of the right sides.

The right sides stand in one list to choose from, each wording once, with those that belong to nothing (distractors).
Unshuffled they are sorted, since the written order is the key. One right side may belong to several left ones.
Scoring: `all_or_nothing`, or with `partial` the share of left sides that are matched rightly.
"""

import random
from collections.abc import Mapping
from itertools import combinations

from lms.questions import score
from lms.questions.answer import Answer, read_digits, read_form_rows, read_position, read_rows
from lms.questions.common import ask_shared, check_shared, in_order, places
from lms.questions.options import same_words
from lms.questions.problem import Problem, error
from lms.questions.question import AskedQuestion, Pair, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Reason, Score

MOST_PAIRS = 20


class Matching:
    name = "matching"

    def check(self, q: Question) -> list[Problem]:
        return [
            *check_shared(q, ("pairs", "scoring")),
            *_check_number(q),
            *_check_lefts(q),
            *_check_rights(q),
        ]

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        indices = range(len(_choices(q)))
        return tuple(rng.sample(indices, len(indices))) if shuffle else tuple(indices)

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        choices = in_order(list(_choices(q).values()), arrangement)
        return ask_shared(q, statements=tuple(pair.left for pair in _rows(q)), choices=choices)

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        return read_rows(
            raw, len(asked.statements), lambda _row, value: read_position(value, len(asked.choices))
        )

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        return self.read_answer(
            asked, {row: read_digits(value) for row, value in read_form_rows(values).items()}
        )

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        matched = self._matched(q, arrangement, answer)
        if not matched:
            return score.NOT_ANSWERED
        key = _key(q)
        right = sum(key[row] == choice for row, choice in matched.items())
        if right == len(key):
            return score.RIGHT
        earned = score.share(right, len(key)) if q.scoring == "partial" else score.ZERO
        return Score(earned, (Reason("pairs_right", {"right": right, "of": len(key)}),))

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        place = places(arrangement)
        return {str(row): place[choice] for row, choice in _key(q).items()}

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        rows, choices = _rows(q), list(_choices(q).values())
        matched = self._matched(q, arrangement, answer)
        return tuple(f"{rows[row].left} → {choices[choice]}" for row, choice in matched.items())

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(f"{pair.left} → {pair.right}" for pair in _rows(q))

    def _matched(self, q: Question, arrangement: Arrangement, answer: Answer) -> dict[int, int]:
        """Row → original index of the choice."""
        read = self.read_answer(self.ask(q, arrangement), answer)
        said = read if isinstance(read, Mapping) else {}
        return {int(row): arrangement[place] for row, place in said.items() if isinstance(place, int)}


def _rows(q: Question) -> list[Pair]:
    return [pair for pair in q.pairs if same_words(pair.left)]


def _choices(q: Question) -> dict[str, str]:
    """The right sides by their words, each once and in its first writing. Their order tells nothing: it is sorted.

    Papers refer to it, so that it must never change; it is the plain order of letters.
    """
    found: dict[str, str] = {}
    for pair in q.pairs:
        found.setdefault(same_words(pair.right), pair.right)
    return dict(sorted(found.items()))


def _key(q: Question) -> dict[int, int]:
    """Row → index of its choice."""
    index = {words: at for at, words in enumerate(_choices(q))}
    return {row: index[same_words(pair.right)] for row, pair in enumerate(_rows(q))}


def _check_number(q: Question) -> list[Problem]:
    if len(_rows(q)) < 2:
        return [error("too_few_pairs", "pairs", count=len(_rows(q)))]
    if len(q.pairs) > MOST_PAIRS:
        return [error("too_many_pairs", "pairs", count=len(q.pairs), most=MOST_PAIRS)]
    return [error("one_right", "pairs")] if len(_choices(q)) < 2 else []


def _check_lefts(q: Question) -> list[Problem]:
    said = [same_words(pair.left) for pair in q.pairs]
    return [
        error("equal_lefts", "pairs", j, other=i + 1)
        for i, j in combinations(range(len(said)), 2)
        if said[i] and said[i] == said[j]
    ]


def _check_rights(q: Question) -> list[Problem]:
    return [error("empty_right", "pairs", i) for i, pair in enumerate(q.pairs) if not same_words(pair.right)]
