"""What changes over the window of an exam, and where answers come too fast to have been read.

By group (a day, a unit), never by person.

Facility by day: a question that became known stands out from its other days and from the other questions of the day.
What was to be expected is the question's facility over all days, plus what the attempts of the day are better or worse
in all their other questions.

Rapid guesses: an answer is rapid below a tenth of the mean time that its question takes, at most ten seconds (the
normative threshold NT10 of Wise & Ma, Setting response time thresholds for a CAT item pool, NCME 2012; response time
effort: Wise & Kong, Applied Measurement in Education 18, 2005). Times beyond ten minutes are somebody gone away and are
counted as ten.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.questions.quality.results import Floats, Ints, Layout, Papers, Results, layout_of

TENTH, LONGEST_RAPID = 0.1, 10.0  # of the mean time, and in seconds
GONE = 600.0
EFFORT = 0.9  # response time effort below this: not an earnest attempt (Wise & Kong 2005)
FEWEST_TIMES = 30  # known times that a threshold needs


@dataclass(frozen=True, slots=True)
class Shift:
    """One question in one group of attempts (a day, a unit): its facility, what was to be expected, and by how many
    standard errors it is off; None for a single answer or when all answered alike."""

    question: int
    group: int
    answers: int
    facility: float
    expected: float
    off: float | None


@dataclass(frozen=True, slots=True)
class Rapid:
    """A group of attempts: answers whose time is known, how many are rapid, attempts with less than EFFORT."""

    group: int
    attempts: int
    timed: int
    rapid: int
    without_effort: int

    @property
    def share(self) -> float:
        return self.rapid / self.timed if self.timed else 0.0


def facility_by_group(papers: Papers, results: Results, groups: Ints) -> list[Shift]:
    """Every question in every group that met it. `groups`: the group of each attempt, for example its day.

    Raises ValueError when there is not one group for each attempt.
    """
    cells = _Cells(papers, results, groups)
    answers, sums, squares = (cells.table(values) for values in (None, cells.x, cells.x**2))
    if not answers.size:
        return []
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = sums.sum(axis=1) / answers.sum(axis=1)
        spread = squares.sum(axis=1) / answers.sum(axis=1) - overall**2
        better = sums - answers * np.nan_to_num(overall)[:, None]  # in points of correctness
        others = better.sum(axis=0) - better
        of_others = answers.sum(axis=0) - answers
        lift = np.divide(others, of_others, out=np.zeros_like(others), where=of_others > 0)
    found = []
    for question, group in zip(*np.nonzero(answers), strict=True):
        n, facility = answers[question, group], sums[question, group] / answers[question, group]
        expected = min(1.0, max(0.0, overall[question] + lift[question, group]))
        error = math.sqrt(max(spread[question], 0.0) / n)
        off = float((facility - expected) / error) if n > 1 and error > 1e-9 else None
        names = int(cells.layout.names[question]), int(cells.groups[group])
        found.append(Shift(*names, int(n), float(facility), float(expected), off))
    return found


class _Cells:
    """The marked answers of all attempts in one row: question, group and correctness."""

    def __init__(self, papers: Papers, results: Results, groups: Ints) -> None:
        if groups.shape != results.papers.shape:
            raise ValueError(f"{groups.shape} groups do not fit {results.papers.shape} attempts")
        self.layout, questions = _questions(papers, results)
        self.groups, of = np.unique(groups, return_inverse=True)
        kept = (results.scores >= 0) & (questions >= 0)
        self.place = (questions * len(self.groups) + of[:, None])[kept]
        self.x = results.scores[kept] / float(results.whole)

    def table(self, weights: Floats | None) -> Floats:
        """Question × group: how many answers, or the sum of these weights."""
        shape = len(self.layout.names), len(self.groups)
        counted = np.bincount(self.place, weights=weights, minlength=shape[0] * shape[1])
        return counted.reshape(shape).astype(np.float64)


def _questions(papers: Papers, results: Results) -> tuple[Layout, Ints]:
    ids, at = np.unique(results.papers, return_inverse=True)
    layout = layout_of(papers, ids, results.scores.shape[1])
    return layout, layout.questions[at]


def thresholds(papers: Papers, results: Results, seconds: NDArray[np.floating]) -> dict[int, float]:
    """Seconds below which an answer to a question is rapid; questions with fewer than FEWEST_TIMES are left out.

    `seconds`: attempt × slot, nan where nobody knows.
    """
    layout, questions = _questions(papers, results)
    kept = np.isfinite(seconds) & (questions >= 0)
    times = np.minimum(seconds[kept], GONE)
    count = np.bincount(questions[kept], minlength=len(layout.names))
    sums = np.bincount(questions[kept], weights=times, minlength=len(layout.names))
    return {
        int(name): min(LONGEST_RAPID, TENTH * float(total) / int(n))
        for name, n, total in zip(layout.names, count, sums, strict=True)
        if n >= FEWEST_TIMES
    }


def rapid_by_group(
    papers: Papers, results: Results, seconds: NDArray[np.floating], groups: Ints
) -> list[Rapid]:
    """Rapid answers of every group (a unit, a day). Raises ValueError when times or groups do not fit the attempts."""
    if seconds.shape != results.scores.shape or groups.shape != results.papers.shape:
        raise ValueError("there must be a time for every slot and a group for every attempt")
    layout, questions = _questions(papers, results)
    limits = thresholds(papers, results, seconds)
    limit = np.array([*(limits.get(int(name), math.nan) for name in layout.names), math.nan])
    below = limit[questions]  # beyond a paper: the last one
    timed = np.isfinite(seconds) & np.isfinite(below)
    rapid = timed & (seconds < below)
    each, fast = timed.sum(axis=1), rapid.sum(axis=1)
    careless = (each > 0) & (each - fast < EFFORT * each)
    names, of = np.unique(groups, return_inverse=True)
    columns = [
        np.bincount(of, weights=one, minlength=len(names)) for one in (np.ones(len(of)), each, fast, careless)
    ]
    return [
        Rapid(int(name), *(int(one) for one in row))
        for name, row in zip(names, np.stack(columns, axis=1), strict=True)
    ]
