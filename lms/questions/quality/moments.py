"""Means, spreads and correlations of values that occur several times; divisor n - 1 as Moodle's reports have it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lms.questions.quality.results import Floats, Ints

_NOTHING = 1e-24  # a variance below this is what rounding leaves of none: shares are multiples of about 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of values that belong together, each occurring `count` times, at least one of them."""

    one: Floats  # around their mean
    other: Floats
    count: Ints
    n: int
    products: tuple[float, float, float]  # sums of squares of one, of the other, and of products

    @property
    def covariance(self) -> float | None:
        """None for fewer than two pairs."""
        return None if self.n < 2 else self.products[2] / (self.n - 1)

    @property
    def correlation(self) -> float | None:
        """Pearson's, None while one of the two does not vary."""
        spread, other, together = self.products
        if min(spread, other) <= _NOTHING * self.n:
            return None
        return max(-1.0, min(1.0, together / math.sqrt(spread) / math.sqrt(other)))

    @property
    def greatest_covariance(self) -> float | None:
        """The covariance if both were in ascending order; None for fewer than two pairs."""
        if self.n < 2:
            return None
        first, second = self.one.argsort(kind="stable"), self.other.argsort(kind="stable")
        ends, other_ends = self.count[first].cumsum(), self.count[second].cumsum()
        edges = np.sort(np.concatenate((ends, other_ends)))
        widths = np.diff(edges, prepend=0)
        ordered = (
            self.one[first][ends.searchsorted(edges)] * self.other[second][other_ends.searchsorted(edges)]
        )
        return float(ordered @ widths / (self.n - 1))


def pairs(one: Floats, other: Floats, count: Ints) -> Pairs | None:
    """None when there are none."""
    n = int(count.sum())
    if not n:
        return None
    one, other = one - one @ count / n, other - other @ count / n
    times = one * count
    return Pairs(
        one, other, count, n, (float(times @ one), float(other @ (other * count)), float(times @ other))
    )


def mean(values: Floats, count: Ints) -> float:
    return float(values @ count / count.sum())


def deviation(values: Floats, count: Ints) -> float | None:
    """None for fewer than two values."""
    n = int(count.sum())
    if n < 2:
        return None
    centred = values - values @ count / n
    return math.sqrt(float(centred @ (centred * count)) / (n - 1))


def median(values: Floats, count: Ints) -> float:
    """Of an even number the mean of the two in the middle."""
    order = np.argsort(values, kind="stable")
    ends, n = np.cumsum(count[order]), int(count.sum())
    low, high = np.searchsorted(ends, [(n - 1) // 2 + 1, n // 2 + 1])
    return float((values[order[low]] + values[order[high]]) / 2)


def skewness(values: Floats, count: Ints) -> float | None:
    """k3 / k2^(3/2) by Fisher's k-statistics; None for fewer than three values or when all are equal."""
    n = float(count.sum())
    m2, m3, _m4 = _central(values, count)
    if n < 3 or m2 < _NOTHING:
        return None
    k2, k3 = n * m2 / (n - 1), n * n * m3 / ((n - 1) * (n - 2))
    return float(k3 / k2**1.5)


def kurtosis(values: Floats, count: Ints) -> float | None:
    """k4 / k2^2, 0 for a normal curve; None for fewer than four values or when all are equal."""
    n = float(count.sum())
    m2, _m3, m4 = _central(values, count)
    if n < 4 or m2 < _NOTHING:
        return None
    k2 = n * m2 / (n - 1)
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    return float(k4 / k2**2)


def _central(values: Floats, count: Ints) -> tuple[float, float, float]:
    centred = values - mean(values, count)
    n = float(count.sum())
    m2, m3, m4 = (float(centred**power @ count / n) for power in (2, 3, 4))
    return m2, m3, m4
