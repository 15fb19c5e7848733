"""Item analysis: facility, discrimination, weights and options of questions, and how an exam measured as a whole.

Formulas and names: docs.moodle.org/dev/Quiz_statistics_calculations, with the divisor n - 1. Where papers differ they
are extended so that for one fixed paper the figures are Moodle's:

- x is the correctness of a question, 0 to 1, over every attempt whose paper asked it; an empty answer counts 0, one
  that nobody marked yet is left out, of the rest and the total of its attempt too.
- facility: mean of x. deviation: of x.
- discrimination: correlation of x with the rest of the paper, the points of the other slots as a share of what they
  are worth ("item-rest"). Moodle correlates questions drawn at random with the total, their own mark included, which
  makes noise look telling; we never do.
- efficiency: covariance of x and rest, divided by what it would be if both were sorted (its greatest value).
- intended weight: the question's share of the paper's points, mean over its attempts.
- effective weight: the root of the covariance of mark and total, both as shares of the paper, divided by the sum of
  these roots over the paper's questions (mean over the attempts that met this one). None where it is negative.
- consistency: Cronbach's alpha (Psychometrika 16, 1951) while all have the same questions, in whatever order; slots
  that wait in some attempt are left out. Otherwise see `lms.questions.quality.whole`.
"""

from __future__ import annotations

import numpy as np

from lms.questions.quality import moments, whole
from lms.questions.quality.counting import Answers, Counted, count
from lms.questions.quality.figures import Analysis, OptionFigures, QuestionFigures
from lms.questions.quality.moments import Pairs
from lms.questions.quality.results import Floats, Ints, Papers, Results


def analyse(papers: Papers, results: Results) -> Analysis:
    """All figures of these attempts. For figures of one exam give the attempts of that exam.

    Memory grows with the packed scores, not beyond them. Raises KeyError for an attempt whose paper is not given,
    ValueError for a score beyond the whole or a paper with more slots than scores.
    """
    if not results.scores.size:
        return Analysis((), None)
    counted = count(papers, results)
    weights = _effective_weights(counted)
    return Analysis(
        tuple(
            _question(counted, at, weights[at])
            for at in range(len(counted.layout.names))
            if counted.answers.starts[at] < counted.answers.starts[at + 1]
        ),
        whole.figures(counted),
    )


def _part(answers: Answers, at: int) -> slice:
    return slice(int(answers.starts[at]), int(answers.starts[at + 1]))


def _question(counted: Counted, at: int, effective: float | None) -> QuestionFigures:
    answers, part = counted.answers, _part(counted.answers, at)
    x, rest, number = answers.x[part], answers.rest[part], answers.count[part]
    pairs = _with_rest(x, rest, number)
    discrimination = pairs.correlation if pairs else None
    name = int(counted.layout.names[at])
    most = counted.layout.options.get(name, 0)
    options, blank, choices = _options(answers.chosen[part], rest, number, most) if most else ((), None, 0)
    return QuestionFigures(
        question=name,
        answers=int(number.sum()),
        facility=min(1.0, moments.mean(x, number)),
        deviation=moments.deviation(x, number),
        discrimination=discrimination,
        efficiency=_efficiency(pairs) if pairs and discrimination is not None else None,
        intended_weight=_intended_weight(counted, part),
        effective_weight=effective,
        options=options,
        blank=blank,
        choices=choices,
        products=pairs.products if pairs and pairs.n > 1 else None,
    )


def _with_rest(values: Floats, rest: Floats, number: Ints) -> Pairs | None:
    has_rest = ~np.isnan(rest)
    if has_rest.all():
        return moments.pairs(values, rest, number)
    return moments.pairs(values[has_rest], rest[has_rest], number[has_rest])


def _efficiency(pairs: Pairs) -> float | None:
    together, greatest = pairs.covariance, pairs.greatest_covariance
    return None if together is None or not greatest or greatest <= 0 else min(1.0, together / greatest)


def _totals_worth(counted: Counted, part: slice) -> Floats:
    return np.asarray(counted.standings.worth[counted.answers.standing[part]], dtype=np.float64)


def _intended_weight(counted: Counted, part: slice) -> float:
    worth, number = _totals_worth(counted, part), counted.answers.count[part]
    shares = np.divide(counted.answers.worth[part], worth, out=np.zeros(len(worth)), where=worth > 0)
    return moments.mean(shares, number)


def _effective_weights(counted: Counted) -> list[float | None]:
    """By place of the question in the layout; None too where no root is above zero."""
    names, papers = counted.layout.names, counted.layout.questions
    totals = counted.standings.shares(counted.results.whole)
    roots = np.array([_root(counted, at, totals) for at in range(len(names))])
    known = np.append(np.nan_to_num(roots, nan=0.0), 0.0)  # the last one: no question there
    sums = known[papers].sum(axis=1)
    attempts = np.bincount(counted.at, minlength=len(papers))
    asked = papers >= 0
    meetings = np.where(asked, attempts[:, None], 0)
    met = np.bincount(papers[asked], weights=meetings[asked], minlength=len(names))
    around = np.bincount(papers[asked], weights=(meetings * sums[:, None])[asked], minlength=len(names))
    return [
        None if np.isnan(root) or not whole_sum else float(root * n / whole_sum)
        for root, n, whole_sum in zip(roots, met, around, strict=True)
    ]


def _root(counted: Counted, at: int, totals: Floats) -> float:
    """The root of the covariance of a question's mark and the total, as shares; nan where it is negative or unknown."""
    part = _part(counted.answers, at)
    worth, number = _totals_worth(counted, part), counted.answers.count[part]
    total = totals[counted.answers.standing[part]]
    mark = counted.answers.worth[part] * counted.answers.x[part] / np.maximum(worth, 1)
    some = worth > 0
    pairs = moments.pairs(mark[some], total[some], number[some])
    together = pairs.covariance if pairs else None
    return np.nan if together is None or together < 0 else float(np.sqrt(together))


def _options(
    chosen: Ints, rest: Floats, number: Ints, most: int
) -> tuple[tuple[OptionFigures, ...], float | None, int]:
    """The options of one question, the share of blank answers, and of how many answers the choice is known."""
    known = chosen >= 0
    chosen, rest, number = chosen[known], rest[known], number[known]
    answers = int(number.sum())
    if not answers:
        return (), None, 0
    blank = float(number[chosen == 0].sum() / answers)
    return tuple(_option(at, chosen >> at & 1, rest, number, answers) for at in range(most)), blank, answers


def _option(at: int, picked: Ints, rest: Floats, number: Ints, answers: int) -> OptionFigures:
    theirs = picked * number
    count_of = int(theirs.sum())
    theirs[np.isnan(rest)] = 0
    pairs = _with_rest(picked.astype(np.float64), rest, number)
    return OptionFigures(
        number=at,
        count=count_of,
        share=count_of / answers,
        mean_rest=moments.mean(np.nan_to_num(rest), theirs) if theirs.any() else None,
        point_biserial=pairs.correlation if pairs else None,
    )
