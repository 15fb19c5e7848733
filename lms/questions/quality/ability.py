"""Difficulty and discrimination apart from who answered: the one- and two-parameter logistic models.

A person of ability t answers a question rightly with the chance 1 / (1 + exp(-a·(t - b))): b is the question's
difficulty on the scale of abilities (mean 0, deviation 1 among those who answered), a its discrimination. In the
one-parameter model (Rasch) a is the same for all questions. Both are fitted by marginal maximum likelihood (Bock &
Aitkin, Psychometrika 46, 1981): abilities are integrated out over a grid, questions fitted by EM, whose steps are
lengthened by SQUAREM (Varadhan & Roland, Scandinavian Journal of Statistics 35, 2008). Errors come from the cross
products of the patterns' scores. Answers that were not asked for or wait are missing, so random papers are welcome:
they are compared through the questions that they share. Chance must have handed them out; where the abler got the
harder papers, questions look easier than they are.

Figures mean little below ENOUGH_RASCH or ENOUGH_TWO attempts a question (Linacre, Rasch Measurement Transactions 7:4,
1994; de Ayala, The Theory and Practice of Item Response Theory, 2009, ch. 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lms.questions.quality import fitting
from lms.questions.quality.fitting import MISSING, Pattern
from lms.questions.quality.results import Floats, Ints, Papers, Results, layout_of

ENOUGH_RASCH, ENOUGH_TWO = 100, 500


@dataclass(frozen=True, slots=True)
class Estimate:
    """One question; figures are None when all answered alike or the answers settle nothing, as in
    exams of one or two questions."""

    question: int
    answers: int
    discrimination: float | None
    difficulty: float | None
    discrimination_error: float | None  # standard errors
    difficulty_error: float | None


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model. `reliability`: the share of the variance of estimated abilities that is not error (marginal
    reliability of posterior means), fit for random papers; None when no question could be fitted."""

    estimates: tuple[Estimate, ...]
    log_likelihood: float
    reliability: float | None
    attempts: int
    converged: bool


def right_or_wrong(papers: Papers, results: Results, most: int = 10_000) -> tuple[Ints, Pattern]:
    """Question ids, and attempt × question: 1 for a wholly right answer, 0 for another, MISSING.

    Of more than `most` attempts an even selection of so many is taken: more only cost time.
    """
    step = max(1, -(-len(results) // most))
    sat, scores = results.papers[::step], results.scores[::step]
    ids, at = np.unique(sat, return_inverse=True)
    layout = layout_of(papers, ids, scores.shape[1])
    found = np.full((len(sat), len(layout.names) + 1), MISSING, dtype=np.int8)
    answers = np.where(scores < 0, MISSING, scores == results.whole).astype(np.int8)
    found[np.arange(len(sat))[:, None], layout.questions[at]] = answers  # beyond a paper: the last column
    return layout.names, found[:, :-1]


def fit_rasch(questions: Ints, answers: Pattern, *, most_steps: int = 1000) -> Model:
    """One discrimination for all, a difficulty for each."""
    return _fit(questions, answers, common=True, most_steps=most_steps)


def fit_two(questions: Ints, answers: Pattern, *, most_steps: int = 1000) -> Model:
    """A discrimination and a difficulty for each."""
    return _fit(questions, answers, common=False, most_steps=most_steps)


def _fit(questions: Ints, answers: Pattern, *, common: bool, most_steps: int) -> Model:
    rights, asked = (answers == 1).sum(axis=0), (answers != MISSING).sum(axis=0)
    fitted = (rights > 0) & (rights < asked)
    if fitted.sum() < (2 if common else 3):  # fewer leave the slopes open
        fitted[:] = False
    data = fitting.patterns(answers[:, fitted])
    share = rights[fitted] / np.maximum(asked[fitted], 1)
    start = np.stack([np.ones(len(share)), np.log(share / (1 - share))])
    parameters, converged = (
        fitting.converge(data, start, common=common, most_steps=most_steps) if len(share) else (start, True)
    )
    errors = fitting.errors(data, parameters, common=common)
    settled = (np.abs(parameters[0]) < fitting.STEEPEST) & (np.abs(parameters[1]) < fitting.FARTHEST)
    figures = iter(np.stack([*_as_difficulty(parameters, errors)]).T)
    settles = iter(settled & (np.abs(parameters[0]) > fitting.CLOSE))
    estimates = tuple(
        Estimate(int(question), int(n), *(_plain(next(figures), next(settles)) if known else (None,) * 4))
        for question, n, known in zip(questions, asked, fitted, strict=True)
    )
    expected = fitting.expect(data, parameters)
    return Model(
        estimates, expected.log_likelihood, fitting.reliability(data, parameters), len(answers), converged
    )


def _as_difficulty(parameters: Floats, errors: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Discrimination, difficulty b = -d / a, and the errors of both (of b by the delta method)."""
    a, d = parameters
    safe = np.where(np.abs(a) > fitting.CLOSE, a, 1.0)
    b = -d / safe
    variance = (errors[1] + b**2 * errors[0] + 2 * b * errors[2]) / safe**2
    return a, b, np.sqrt(np.maximum(errors[0], 0)), np.sqrt(np.maximum(variance, 0))


def _plain(figures: Floats, settled: bool) -> tuple[float | None, ...]:
    return tuple(float(one) for one in figures) if settled else (None,) * 4
