"""Counting answers: how often each question was answered with which score by attempts that stand how.

All figures of a question follow from how often each (question, worth, score, choice, standing) occurs, where the
standing is what the whole attempt got and could have got. With points and scores as exams have them there are a few
thousand such cells, however many attempts; they are counted in two passes over the packed scores, exactly, in whole
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lms.questions.quality.cells import DIRECT, Codes, Values, cells_of, dense
from lms.questions.quality.results import (
    UNKNOWN,
    Floats,
    Ints,
    Layout,
    Papers,
    Results,
    blocks_of,
    layout_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """What attempts got of what their marked slots are worth: the distinct pairs, and the pair of each attempt."""

    of: Ints
    got: Ints  # in ten-thousandths of a point times the score of a right answer
    worth: Ints  # in ten-thousandths of a point
    counts: Ints

    def shares(self, whole: int) -> Floats:
        """Got as a share of worth; nan where nothing is worth anything."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.got / (self.worth * float(whole)), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Distinct answers, ordered by question. `starts`: where each question of the layout begins, and the end."""

    starts: Ints
    count: Ints
    worth: Ints
    x: Floats  # correctness, 0 to 1
    chosen: Ints  # bits of options; UNKNOWN
    standing: Ints
    rest: Floats  # what the other slots reached as a share of what they are worth; nan when they are worth nothing


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An exam's results, counted. `at`: the place of each attempt's paper in the layout."""

    layout: Layout
    results: Results
    at: Ints
    standings: Standings
    answers: Answers
    waiting: int  # attempts with slots of their paper that nobody marked yet


def count(papers: Papers, results: Results) -> Counted:
    """Of at least one slot. Raises KeyError for an attempt whose paper is not given, ValueError for a score beyond
    the whole or a paper with more slots than scores."""
    ids, at = dense(results.papers)
    layout = layout_of(papers, ids, results.scores.shape[1])
    got, worth, values, waiting = _sums(layout, results, at)
    step = _step(values) * _step(layout.worth)
    standings = _standings(got, worth, step, _step(layout.worth))
    return Counted(layout, results, at, standings, _answers(layout, results, at, standings, values), waiting)


def _step(values: Ints) -> int:
    return int(np.gcd.reduce(values.reshape(-1), initial=0)) or 1


def _sums(layout: Layout, results: Results, at: Ints) -> tuple[Ints, Ints, Ints, int]:
    """Of each attempt what it got and could have got; the scores that occur; how many attempts wait."""
    n, slots = results.scores.shape
    got, worth = np.zeros(n), np.zeros(n)
    values = Values(results.whole)
    full = layout.worth.sum(axis=1).astype(np.float64)
    worths = layout.worth.astype(np.float64)
    asked = layout.questions >= 0
    waits = 0
    for rows in blocks_of(n, slots):
        scores, of = results.scores[rows], at[rows]
        _refuse_beyond(scores, results.whole)
        values.see(scores)
        value = scores.astype(np.float64)
        each = worths[0] if len(worths) == 1 else worths[of]
        worth[rows] = full[of]
        if scores.min(initial=0) < 0:
            lacking = scores < 0
            worth[rows] -= np.where(lacking, each, 0.0).sum(axis=1)
            value[lacking] = 0.0
            waits += int((lacking & asked[of]).any(axis=1).sum())
        got[rows] = value @ each if len(worths) == 1 else np.einsum("ij,ij->i", value, each)
    return got.astype(np.int64), worth.astype(np.int64), values.values, waits


def _refuse_beyond(scores: Ints, whole: int) -> None:
    if scores.size and (scores.max() > whole or scores.min() < -1):
        raise ValueError(f"a score lies outside 0 to {whole}: {scores.min()} to {scores.max()}")


def _standings(got: Ints, worth: Ints, got_step: int, worth_step: int) -> Standings:
    gots, got_at = dense(got, got_step)
    worths, worth_at = dense(worth, worth_step)
    pairs, of = dense(worth_at * len(gots) + got_at)
    counts = np.bincount(of, minlength=len(pairs))
    return Standings(of, gots[pairs % len(gots)], worths[pairs // len(gots)], counts)


def _answers(layout: Layout, results: Results, at: Ints, standings: Standings, values: Ints) -> Answers:
    most = int(layout.worth.max(initial=0)) + 1
    items, item_of = dense((layout.questions * most + layout.worth).reshape(-1))
    choices = _choices(results)
    shape = (len(items), len(values) + 1, len(choices) + 1, len(standings.got))
    codes = Codes(shape, item_of.reshape(layout.questions.shape), values, choices, standings.of)
    keys, counts = cells_of(results, at, codes)
    item, value, choice, standing = np.unravel_index(keys, shape)
    question, worth = np.divmod(items[item], most)
    kept = (question >= 0) & (value < len(values))
    question, worth, value, standing = question[kept], worth[kept], value[kept], standing[kept]
    marks = worth * values[value]
    others = (standings.worth[standing] - worth) * float(results.whole)
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = np.where(others > 0, (standings.got[standing] - marks) / others, np.nan)
    return Answers(
        starts=np.searchsorted(question, np.arange(len(layout.names) + 1)),
        count=counts[kept],
        worth=worth,
        x=values[value] / results.whole,
        chosen=np.append(choices, UNKNOWN)[choice[kept]],
        standing=standing,
        rest=rest,
    )


def _choices(results: Results) -> Ints:
    """The choices that occur, but for UNKNOWN."""
    if results.chosen is None:
        return np.empty(0, np.int64)
    most = int(results.chosen.max(initial=0))
    if most > DIRECT or results.chosen.min(initial=0) < UNKNOWN:
        raise ValueError(f"choices are bits of options or {UNKNOWN}, not {results.chosen.min()} or {most}")
    values = Values(most)
    for rows in blocks_of(*results.chosen.shape):
        values.see(results.chosen[rows])
    return values.values
