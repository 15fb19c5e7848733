"""Marginal maximum likelihood of logistic models on a grid of abilities; what for, see `lms.questions.quality.ability`.

Parameters are an array of two rows: slopes a and intercepts d of each question, so that the chance of a right answer at
ability t is 1 / (1 + exp(-(a·t + d))).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.questions.quality.results import Floats

MISSING = -1
_GRID = np.linspace(-6.0, 6.0, 61)
_ROWS = 4096
CLOSE = 1e-6  # a step that changes no parameter by more ends the fitting
STEEPEST, FARTHEST = 8.0, 15.0  # slopes and intercepts beyond which there is no estimate

Pattern = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Distinct patterns of the questions that can be fitted; right and asked are 0 or 1."""

    right: Floats
    asked: Floats
    count: Floats

    def blocks(self) -> Iterator[tuple[Floats, Floats, Floats]]:
        for start in range(0, len(self.count), _ROWS):
            rows = slice(start, start + _ROWS)
            yield self.right[rows], self.asked[rows], self.count[rows]


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """What the present parameters make of the data: answers and right ones at each ability, question × grid."""

    asked: Floats
    right: Floats
    log_likelihood: float


def patterns(answers: Pattern) -> Data:
    some = answers[(answers != MISSING).any(axis=1)] if answers.shape[1] else answers[:0]
    if some.shape[1] <= 40 and len(some):  # with many questions hardly two people answer alike
        some, count = np.unique(some, axis=0, return_counts=True)
    else:
        count = np.ones(len(some), dtype=np.int64)
    return Data(
        (some == 1).astype(np.float64), (some != MISSING).astype(np.float64), count.astype(np.float64)
    )


def _chances(parameters: Floats) -> Floats:
    """Of a right answer: question × grid."""
    line = parameters[0][:, None] * _GRID + parameters[1][:, None]
    return np.asarray(1 / (1 + np.exp(-np.clip(line, -35.0, 35.0))), dtype=np.float64)


def _posterior(right: Floats, asked: Floats, chances: Floats) -> tuple[Floats, Floats]:
    """Pattern × grid: how likely each ability is; and the log likelihood of each pattern."""
    prior = np.exp(-0.5 * _GRID**2)
    logs = right @ np.log(chances) + (asked - right) @ np.log1p(-chances) + np.log(prior / prior.sum())
    top = logs.max(axis=1, keepdims=True)
    likely = np.exp(logs - top)
    sums = likely.sum(axis=1, keepdims=True)
    return np.asarray(likely / sums, dtype=np.float64), np.asarray(top + np.log(sums), dtype=np.float64)[:, 0]


def expect(data: Data, parameters: Floats) -> _Expected:
    chances = _chances(parameters)
    n, r, logs = np.zeros_like(chances), np.zeros_like(chances), 0.0
    for right, asked, count in data.blocks():
        likely, each = _posterior(right, asked, chances)
        likely *= count[:, None]
        n += asked.T @ likely
        r += right.T @ likely
        logs += float(each @ count)
    return _Expected(n, r, logs)


def _improve(expected: _Expected, parameters: Floats, *, common: bool) -> Floats:
    """One Newton step of the logistic regressions on the grid, not longer than 1."""
    chances = _chances(parameters)
    off = expected.right - expected.asked * chances
    weight = expected.asked * chances * (1 - chances) + 1e-12
    slope, level = off @ _GRID, off.sum(axis=1)
    aa, ad, dd = weight @ _GRID**2, weight @ _GRID, weight.sum(axis=1)
    if common:
        step_a = (slope - ad / dd * level).sum() / (aa - ad**2 / dd).sum()
        step_d = (level - ad * step_a) / dd
        step = np.stack([np.full(len(level), step_a), step_d])
    else:
        determinant = aa * dd - ad**2
        step = np.stack([(dd * slope - ad * level) / determinant, (aa * level - ad * slope) / determinant])
    return np.asarray(parameters + np.clip(step, -1.0, 1.0), dtype=np.float64)


def converge(data: Data, start: Floats, *, common: bool, most_steps: int) -> tuple[Floats, bool]:
    def step(parameters: Floats) -> tuple[Floats, float]:
        expected = expect(data, parameters)
        limits = np.array([[STEEPEST], [FARTHEST]])
        return np.clip(
            _improve(expected, parameters, common=common), -limits, limits
        ), expected.log_likelihood

    here = start
    for _ in range(most_steps):
        one, likelihood = step(here)
        if np.abs(one - here).max() < CLOSE:
            return one, True
        two, _likelihood = step(one)
        first, bend = one - here, (two - one) - (one - here)
        length = max(1.0, float(np.sqrt((first**2).sum() / max((bend**2).sum(), 1e-300))))
        far, reached = (
            step(here + 2 * length * first + length**2 * bend) if length < 1e6 else (two, likelihood)
        )
        here = far if reached >= likelihood else two
    return here, False


def errors(data: Data, parameters: Floats, *, common: bool) -> Floats:
    """Covariances of slope and intercept of each question: (3, questions): of slope, of intercept, of both."""
    chances = _chances(parameters)
    k = parameters.shape[1]
    size = k + 1 if common else 2 * k
    information = np.zeros((size, size))
    for right, asked, count in data.blocks():
        likely, _each = _posterior(right, asked, chances)
        level = right - asked * (likely @ chances.T)
        slope = right * (likely @ _GRID)[:, None] - asked * (likely @ (chances * _GRID).T)
        scores = np.concatenate([slope.sum(axis=1, keepdims=True) if common else slope, level], axis=1)
        information += (scores * count[:, None]).T @ scores
    covariances = np.linalg.pinv(information, hermitian=True)
    slopes = np.zeros(k, dtype=np.int64) if common else np.arange(k)
    levels = np.arange(k) + (1 if common else k)
    return np.stack([covariances[slopes, slopes], covariances[levels, levels], covariances[slopes, levels]])


def reliability(data: Data, parameters: Floats) -> float | None:
    """Variance of the posterior means of ability, divided by it plus the mean posterior variance."""
    n = data.count.sum()
    if not n or not parameters.shape[1]:
        return None
    chances, squares, within, middle = _chances(parameters), 0.0, 0.0, 0.0
    for right, asked, count in data.blocks():
        likely, _each = _posterior(right, asked, chances)
        means = likely @ _GRID
        middle += float(means @ count)
        squares += float(means**2 @ count)
        within += float((likely @ _GRID**2 - means**2) @ count)
    between = squares / n - (middle / n) ** 2
    return float(between / (between + within / n)) if between + within > 0 else None
