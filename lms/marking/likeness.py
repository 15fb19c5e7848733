"""Texts that share many runs of words: found without comparing every text with every other, pure.

A run is five folded words that follow each other (a shingle): marks, case and punctuation do not matter. How alike two
texts are is the share of the shorter one's runs that the other has, too. Runs of the question itself (its stem and its
shared text) do not count, because everybody may quote them.

An inverted index leads from each run to the texts that have it. A run that very many have (a sentence of the resolution
that all quote) pairs each of them with the first only, so that the work grows with the length of the texts and not with
the square of their number; a text that was copied often is still found beside the first that has it. What the index
suggests is then compared exactly.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Generic, TypeVar

from lms.vietnamese.text import fold_words

RUN = 5  # words
LEAST = Decimal("0.3")  # share from which two texts are worth a look (house rule)
FEWEST_RUNS = 20  # of a text that is compared: of shorter ones chance says as much as copying
MOST_HOLDERS = 12  # texts that are paired with each other by one run
MOST_ALIKE = 10  # of one text; more are no help
MOST_INDEXED = 2_000_000  # runs in the index, about 300 MB; of many texts only some runs of each are indexed
FEWEST_INDEXED = 64  # runs of a text that are indexed however many texts there are
_SUSPECT = 0.05  # share of runs that the index must find before two texts are compared exactly
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Pair(Generic[Place]):
    """Two texts; `share` is of the shorter one's runs, 0 to 1, to ten-thousandths."""

    first: Place
    second: Place
    share: Decimal


def words_of(text: str) -> list[tuple[str, int]]:
    """The folded words of a text, each with the number of the piece between blanks from which it comes."""
    return [(word, n) for n, piece in enumerate(text.split()) for word in fold_words(piece).split()]


def runs_of(text: str) -> list[int]:
    """The runs of a text in its order, as numbers of 64 bits that are the same on every machine."""
    words = [word for word, _piece in words_of(text)]
    return [_number(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def _number(words: Sequence[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest())


def alike(
    texts: Iterable[tuple[Place, str]],
    asked: str = "",
    least: Decimal = LEAST,
    tick: Callable[[], None] = lambda: None,
) -> list[Pair[Place]]:
    """The pairs of texts that share at least `least` of the shorter one's runs, the most alike first.

    `asked`: the question's own words. At most MOST_ALIKE pairs name the same text as their later one. `tick` is called
    now and then, so that a long search can show that it lives.
    """
    quoted = frozenset(runs_of(asked))
    places: list[Place] = []
    runs: list[array[int]] = []
    for place, text in texts:
        own = array("Q", sorted(set(runs_of(text)) - quoted))
        if len(own) >= FEWEST_RUNS:
            places.append(place)
            runs.append(own)
    found = sorted((-share, one, other) for share, one, other in _pairs(runs, least, tick))
    return [Pair(places[one], places[other], -share) for share, one, other in found]


def _pairs(
    runs: Sequence[array[int]], least: Decimal, tick: Callable[[], None]
) -> Iterator[tuple[Decimal, int, int]]:
    """(share, earlier, later) of every pair. Of each text its smallest runs are indexed, as many as there is room for:
    the same of two texts, because the numbers have nothing to do with what a run says."""
    room = max(MOST_INDEXED // max(len(runs), 1), FEWEST_INDEXED)
    holders: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(runs):
        common: Counter[int] = Counter()
        for run in own[:room]:
            earlier = holders[run]
            common.update(earlier if len(earlier) < MOST_HOLDERS else earlier[:1])
            if len(earlier) < MOST_HOLDERS:
                earlier.append(number)
        for share, one in _nearest(runs, number, common, room, least):
            yield share, one, number
        if number % 200 == 0:
            tick()


def _nearest(
    runs: Sequence[array[int]], number: int, common: Counter[int], room: int, least: Decimal
) -> list[tuple[Decimal, int]]:
    """What is as near as asked, compared exactly, the nearest first."""
    mine = frozenset(runs[number])
    found = []
    for one, count in common.items():
        shorter = min(len(runs[one]), len(mine))
        if count < _SUSPECT * min(shorter, room):
            continue
        share = (Decimal(len(mine.intersection(runs[one]))) / shorter).quantize(
            Decimal("0.0001"), rounding=ROUND_HALF_UP
        )
        if share >= least:
            found.append((share, one))
    return sorted(found, key=lambda each: (-each[0], each[1]))[:MOST_ALIKE]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text as it was written; `common`: it is part of runs that the other text has, too."""

    text: str
    common: bool


def side_by_side(one: str, other: str, asked: str = "") -> tuple[list[list[Part]], list[list[Part]]]:
    """Both texts by paragraphs, with the runs marked that they share and the question does not have."""
    shared = (set(runs_of(one)) & set(runs_of(other))) - set(runs_of(asked))
    return _marked(one, shared), _marked(other, shared)


def _marked(text: str, shared: set[int]) -> list[list[Part]]:
    words = words_of(text)
    common: set[int] = set()
    for at in range(len(words) - RUN + 1):
        stretch = words[at : at + RUN]
        if _number([word for word, _piece in stretch]) in shared:
            common.update(piece for _word, piece in stretch)
    return list(_paragraphs(text, common))


def _paragraphs(text: str, common: set[int]) -> Iterator[list[Part]]:
    number = 0
    for line in text.splitlines():
        pieces = line.split()
        marked = [(number + at in common, piece) for at, piece in enumerate(pieces)]
        number += len(pieces)
        if pieces:
            yield [
                Part(" ".join(piece for _is_common, piece in group), is_common)
                for is_common, group in groupby(marked, key=lambda each: each[0])
            ]
