"""Wrong answers alike beyond chance, by unit. A hint at how an exam was held, never a verdict on anybody.

That two people are both right says nothing; that both choose the same wrong option says a little, the more the rarer it
is (Bellezza & Bellezza, Teaching of Psychology 16, 1989: error similarity; Angoff, Journal of the American Statistical
Association 69, 1974). For every question and unit, among those who are wrong, the pairs with the same wrong option are
counted and compared with what is expected if each took its wrong option as people of the other units do, with the
shares p of the options:

    m wrong answers make m(m - 1)/2 pairs; expected alike: that times Σp²;
    variance: m(m - 1)/2 · Σp²(1 - Σp²) + m(m - 1)(m - 2) · (Σp³ - (Σp²)²)

(mean and variance of the number of coinciding pairs of a multinomial sample). Summed over questions, which are taken
as independent given who is wrong; people who learned the same mistake together raise the figure without any copying.
Only sums over a unit leave this module: no pair of people is ever looked at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lms.questions.quality.results import Floats, Ints, Papers, Results, layout_of

_HALF = 0.5  # added to every wrong option elsewhere, so that none is impossible
FEWEST_ELSEWHERE = 20  # wrong answers of other units that a question needs to count


@dataclass(frozen=True, slots=True)
class Alike:
    """A unit: pairs of wrong answers to the same question, how many are the same and how many are expected.

    `beyond` is the difference in standard deviations; None when nothing can be expected.
    """

    unit: int
    attempts: int
    pairs: int
    same: int
    expected: float
    beyond: float | None

    @property
    def ratio(self) -> float | None:
        """Same pairs for each that is expected."""
        return self.same / self.expected if self.expected else None


def alike_by_unit(papers: Papers, results: Results, units: Ints) -> list[Alike]:
    """`units`: the unit of each attempt. Wrong answers to questions with one key whose choice is known count.

    Raises ValueError when `units` or the choices do not fit the attempts.
    """
    if results.chosen is None or units.shape != results.papers.shape:
        raise ValueError("likeness needs the chosen options and the unit of every attempt")
    names, of_unit = np.unique(units, return_inverse=True)
    sums = np.zeros((len(names), 4))
    for at, choice in _wrong_choices(papers, results):
        table = _table(of_unit[at], choice, len(names))
        sums += _compared(table)
    attempts = np.bincount(of_unit, minlength=len(names))
    return [_alike(int(name), int(n), row) for name, n, row in zip(names, attempts, sums, strict=True)]


def _alike(unit: int, attempts: int, sums: Floats) -> Alike:
    pairs, same, expected, variance = (float(one) for one in sums)
    beyond = (same - expected) / math.sqrt(variance) if variance > 0 else None
    return Alike(unit, attempts, round(pairs), round(same), expected, beyond)


def _wrong_choices(papers: Papers, results: Results) -> Sequence[tuple[Ints, Ints]]:
    """By question: the attempts that are wrong by one chosen option, and which."""
    ids, at = np.unique(results.papers, return_inverse=True)
    layout = layout_of(papers, ids, results.scores.shape[1])
    assert results.chosen is not None  # noqa: S101 - the caller looked
    single = (results.chosen > 0) & (results.chosen & (results.chosen - 1) == 0)
    attempt, slot = np.nonzero(single & (results.scores == 0))
    question, choice = layout.questions[at[attempt], slot], results.chosen[attempt, slot]
    order = np.argsort(question, kind="stable")
    ends = np.searchsorted(question[order], np.arange(len(layout.names) + 1))
    return [
        (attempt[order[start:end]], choice[order[start:end]])
        for start, end in pairwise(ends.tolist())
        if end - start > 1
    ]


def _table(unit: Ints, choice: Ints, units: int) -> Floats:
    """Unit × wrong option: how often."""
    options, place = np.unique(choice, return_inverse=True)
    counts = np.bincount(unit * len(options) + place, minlength=units * len(options))
    return counts.reshape(units, len(options)).astype(np.float64)


def _compared(table: Floats) -> Floats:
    """Unit × (pairs, same, expected, variance) of one question; nothing where the others say too little."""
    m = table.sum(axis=1)
    elsewhere = table.sum(axis=0) - table
    enough = (elsewhere.sum(axis=1) >= FEWEST_ELSEWHERE) & (table.shape[1] > 1)
    shares = elsewhere + _HALF
    shares /= shares.sum(axis=1, keepdims=True)
    two, three = (shares**2).sum(axis=1), (shares**3).sum(axis=1)
    pairs = m * (m - 1) / 2
    variance = pairs * two * (1 - two) + m * (m - 1) * (m - 2) * (three - two**2)
    same = (table * (table - 1) / 2).sum(axis=1)
    return np.where(enough[:, None], np.stack([pairs, same, pairs * two, variance], axis=1), 0.0)
