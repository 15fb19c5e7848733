"""Near-duplicates: questions that say almost the same, found by the words they share, rare words counting most.

The measure is the weighted Jaccard index: the weight of the words that both questions have, divided by the weight of
the words that either has. A word is a folded syllable of stem, stimulus, options, statements, pairs or answers, or two
that stand beside each other (Vietnamese words mostly have two); its weight is ln(1 + N / n) when n of N different
questions have it. 1 is the same words, 0 none in common.

All pairs at or above a threshold are found without comparing all: of two questions with at least the share t in
common, the rarest words that make up more than 1 - t of one's weight must hold a word of the other's (prefix
filtering), so only those few words are indexed; and of those who share one, few can still reach t with what is left of
both (positional filtering). Nothing is approximate. Of questions with wholly the same words only
the first is compared with the others, so that a bank full of copies costs no more.

Figures decide: "43 chỉ tiêu" and "20 chỉ tiêu" are near by their words and may be two facts. `numbers_differ` says so.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Generic, TypeVar

from lms.questions.question import Question
from lms.vietnamese.text import fold_words

THRESHOLD = 0.6
MOST_ALIKE = 20  # of one question; more are no help
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near two questions are. The words are single syllables as they are written, in the order of the text."""

    degree: float  # 0 to 1
    shared: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    numbers_differ: bool  # the questions ask with other figures


@dataclass(frozen=True, slots=True)
class Pair(Generic[Place]):
    first: Place
    second: Place
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class _Text:
    """A question as words: folded syllable -> as written, and everything that is compared."""

    written: dict[str, str]
    features: frozenset[str]
    numbers: frozenset[str]  # of the stem


class Index(Generic[Place]):
    """Questions in which near-duplicates of others are looked for. Everything at or above `threshold` is found."""

    def __init__(self, questions: Iterable[tuple[Place, Question]], threshold: float = THRESHOLD) -> None:
        """Raises ValueError for a threshold that is not above 0 and at most 1."""
        if not 0 < threshold <= 1:
            raise ValueError(f"a threshold lies above 0 and up to 1, not at {threshold}")
        self.threshold = threshold
        self.places: list[Place] = []
        self.texts: list[_Text] = []
        for place, question in questions:
            self.places.append(place)
            self.texts.append(_text_of(question))
        different = {text.features for text in self.texts}
        counts = Counter(feature for features in different for feature in features)
        self._weights = {word: math.log(1 + len(different) / n) for word, n in counts.items()}
        self._unknown = math.log(1 + max(len(different), 1))
        self._sums = [self._weight(text.features) for text in self.texts]
        self._copies: dict[frozenset[str], list[int]] = defaultdict(list)
        self._holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, text in enumerate(self.texts):
            copies = self._copies[text.features]
            copies.append(number)
            if len(copies) == 1:
                for feature, rest in self._rarest(text, self._sums[number]):
                    self._holders[feature].append((number, rest))

    def like(self, question: Question) -> list[tuple[Place, Likeness]]:
        """What of the index is near a question that is not in it, the nearest first, at most MOST_ALIKE."""
        text = _text_of(question)
        found = sorted(self._near(text, self._weight(text.features)), key=lambda near: (-near[1], near[0]))
        everyone = ((n, degree) for first, degree in found for n in self._copies[self.texts[first].features])
        return [
            (self.places[n], _compare(text, self.texts[n], degree))
            for n, degree in islice(everyone, MOST_ALIKE)
        ]

    def pairs(self) -> list[Pair[Place]]:
        """Every near pair of the index once, the nearest first; copies are paired with the first of them."""
        firsts = [copies[0] for features, copies in self._copies.items() if features]
        found = [
            (degree, n, other)
            for n in firsts
            for other, degree in self._near(self.texts[n], self._sums[n], before=n)
        ]
        found += [
            (1.0, n, copies[0]) for features, copies in self._copies.items() if features for n in copies[1:]
        ]
        found.sort(key=lambda pair: (-pair[0], pair[2], pair[1]))
        return [
            Pair(self.places[other], self.places[n], _compare(self.texts[other], self.texts[n], degree))
            for degree, n, other in found
        ]

    def _near(self, text: _Text, whole: float, before: int | None = None) -> Iterator[tuple[int, float]]:
        """(number, degree) of everything near; of the questions in front of `before` only."""
        for n in self._candidates(text, whole, before):
            shared = self._weight(text.features & self.texts[n].features)
            degree = shared / (whole + self._sums[n] - shared)
            if degree >= self.threshold:
                yield n, min(degree, 1.0)

    def _candidates(self, text: _Text, whole: float, before: int | None) -> Iterator[int]:
        """What may be near: words are taken from the rarest on in both, so what two may still have in common after one
        that they share is at most what is left of either; who cannot reach the threshold any more is dropped."""
        common: dict[int, float] = {}
        sums, share = self._sums, self.threshold / (1 + self.threshold) * (1 - 1e-9)
        end = len(self.texts) if before is None else before
        for feature, rest in self._rarest(text, whole):
            weight = self._weights.get(feature, self._unknown)
            for n, others_rest in self._holders.get(feature, ()):
                if n >= end:
                    break
                had = common.get(n, 0.0)
                if had < 0:
                    continue
                most = had + weight + (rest if rest < others_rest else others_rest)
                common[n] = had + weight if most >= share * (whole + sums[n]) else -1.0
        return (n for n, had in common.items() if had > 0)

    def _weight(self, features: Iterable[str]) -> float:
        return math.fsum(self._weights.get(feature, self._unknown) for feature in features)

    def _rarest(self, text: _Text, whole: float) -> list[tuple[str, float]]:
        """The rarest words, each with the weight of all after it; the rest weighs less than the threshold, so it
        alone cannot be enough."""
        weights, unknown = self._weights, self._unknown
        ordered = sorted(text.features, key=lambda word: (-weights.get(word, unknown), word))
        left, needed = whole, self.threshold * whole * (1 - 1e-9)
        taken: list[tuple[str, float]] = []
        for word in ordered:
            if left < needed:
                break
            left -= weights.get(word, unknown)
            taken.append((word, left))
        return taken


def alike(questions: Iterable[tuple[Place, Question]], threshold: float = THRESHOLD) -> list[Pair[Place]]:
    """All pairs of the questions that are near, the nearest first. Raises ValueError for an impossible threshold."""
    return Index(questions, threshold).pairs()


def like(question: Question, index: Index[Place]) -> list[tuple[Place, Likeness]]:
    """What of the index is near the question, the nearest first: for an import, question by question."""
    return index.like(question)


def _text_of(question: Question) -> _Text:
    written: dict[str, str] = {}
    features: set[str] = set()
    for part in _parts(question):
        words = _words(part)
        for folded, surface in words:
            written.setdefault(folded, surface)
            features.add(folded)
        features.update(f"{one[0]} {two[0]}" for one, two in pairwise(words))
    stem = fold_words(question.stem).split()
    return _Text(written, frozenset(features), frozenset(word for word in stem if word[0].isdigit()))


def _parts(question: Question) -> Iterator[str]:
    yield question.stem
    if question.stimulus:
        yield question.stimulus.text
    yield from (option.text for option in question.options)
    yield from (statement.text for statement in question.statements)
    yield from (text for pair in question.pairs for text in (pair.left, pair.right))
    yield from question.answers
    yield from (text for blank in question.blanks for text in (*blank.answers, *blank.options))


def _words(text: str) -> Sequence[tuple[str, str]]:
    return [(folded, surface) for chunk in text.split() for folded, surface in _folded(chunk)]


@lru_cache(maxsize=65_536)
def _folded(chunk: str) -> tuple[tuple[str, str], ...]:
    """The folded syllables of what stands between two blanks, each with how it is written."""
    words = fold_words(chunk).split()
    if len(words) == 1:
        return ((words[0], chunk.strip(".,;:!?…()[]{}\"'“”‘’«»")),)
    return tuple((word, word) for word in words)


def _compare(one: _Text, other: _Text, degree: float) -> Likeness:
    return Likeness(
        degree,
        tuple(surface for word, surface in one.written.items() if word in other.written),
        tuple(surface for word, surface in one.written.items() if word not in other.written),
        tuple(surface for word, surface in other.written.items() if word not in one.written),
        one.numbers != other.numbers,
    )
