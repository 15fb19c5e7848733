"""How an exam measured as a whole: the spread of its results and how far they can be trusted.

Results are shares of what the marked slots are worth; mean, median, deviation, skewness and kurtosis are of these, by
docs.moodle.org/dev/Quiz_statistics_calculations, and so are error ratio √(1 - consistency) and standard error, the
error ratio times the deviation.

While everybody has the same questions, consistency is Cronbach's alpha over them. When papers differ, a slot's
variance mixes questions and alpha means nothing; then it is 1 - E / V, where V is the variance of the results and E is
Σ v²·(x - t)² / (1 - Σ v²), both sums as means over attempts, with v a slot's share of the paper, x its correctness and
t the attempt's result: the error of a mean of questions drawn at random, which gives the index of dependability of
questions nested in persons (Brennan, Generalizability Theory, 2001, ch. 3). With slots of equal worth and answers that
are right or wrong it is KR-21 (Kuder & Richardson, Psychometrika 2, 1937) but for the divisor n - 1. What waits is left
out.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import numpy as np

from lms.questions.quality import moments
from lms.questions.quality.counting import Counted, count
from lms.questions.quality.figures import ExamFigures
from lms.questions.quality.results import WAITING, WHOLE, Results, Slot, blocks_of


def figures(counted: Counted) -> ExamFigures | None:
    """None when no attempt has a marked slot that is worth something."""
    shares, number = counted.standings.shares(counted.results.whole), counted.standings.counts
    some = counted.standings.worth > 0
    shares, number = shares[some], number[some]
    if not number.sum():
        return None
    same = counted.layout.same_questions
    spread = moments.deviation(shares, number)
    consistency = _alpha(counted) if same else _dependability(counted, spread)
    ratio = None if consistency is None else math.sqrt(max(1 - consistency, 0.0))
    return ExamFigures(
        attempts=int(number.sum()),
        waiting=counted.waiting,
        mean=moments.mean(shares, number),
        median=moments.median(shares, number),
        deviation=spread,
        skewness=moments.skewness(shares, number),
        kurtosis=moments.kurtosis(shares, number),
        same_questions=same,
        consistency=consistency,
        error_ratio=ratio,
        standard_error=None if ratio is None or spread is None else ratio * spread,
    )


def _alpha(counted: Counted) -> float | None:
    """p / (p - 1) · (1 - sum of the questions' variances / variance of the totals), over questions that were marked in
    every attempt; None for fewer than two of them or three attempts, or when the totals do not vary."""
    if counted.waiting:
        counted = _without_what_waits(counted)
    answers, standings = counted.answers, counted.standings
    spread = moments.deviation(standings.got / float(counted.results.whole), standings.counts)
    p = len(answers.starts) - 1
    if len(counted.results) < 3 or p < 2 or not spread:
        return None
    marks = answers.x * answers.worth
    parts = [slice(*ends) for ends in pairwise(answers.starts.tolist())]
    own = math.fsum((moments.deviation(marks[part], answers.count[part]) or 0.0) ** 2 for part in parts)
    return p / (p - 1) * (1 - own / spread**2)


def _without_what_waits(counted: Counted) -> Counted:
    """The same attempts at papers without the questions that wait in any of them."""
    layout, results = counted.layout, counted.results
    waits = np.zeros(len(layout.names), dtype=bool)
    for rows in blocks_of(*results.scores.shape):
        attempt, slot = np.nonzero(results.scores[rows] < 0)
        questions = layout.questions[counted.at[rows][attempt], slot]
        waits[questions[questions >= 0]] = True
    left = Results(results.papers, results.scores.copy(), whole=results.whole)
    beyond = np.append(waits, True)[layout.questions]  # the last one: no question there
    for rows in blocks_of(*results.scores.shape):
        left.scores[rows][beyond[counted.at[rows]]] = WAITING
    kept = [
        [
            Slot(int(layout.names[at]), Decimal(int(worth)) / WHOLE)
            for at, worth in zip(*row, strict=True)
            if at >= 0
        ]
        for row in zip(layout.questions, layout.worth, strict=True)
    ]
    ids = np.unique(results.papers)
    found = count({int(paper): slots for paper, slots in zip(ids, kept, strict=True)}, left)
    full = found.answers.starts[:-1] < found.answers.starts[1:]
    starts = np.append(found.answers.starts[:-1][full], found.answers.starts[-1])
    return replace(found, answers=replace(found.answers, starts=starts))


def _dependability(counted: Counted, spread: float | None) -> float | None:
    """1 - mean error variance / variance of the results; None when attempts have one slot or results do not vary."""
    if not spread:
        return None
    answers, whole = counted.answers, counted.standings.worth[counted.answers.standing]
    some = whole > 0
    share = answers.worth[some] / whole[some]
    off = answers.x[some] - counted.standings.shares(counted.results.whole)[answers.standing[some]]
    attempts = counted.standings.counts[counted.standings.worth > 0].sum()
    squares = share * share * answers.count[some] / attempts
    together = float(squares.sum())
    return 1 - float(squares @ (off * off)) / (1 - together) / spread**2 if together < 1 else None
