"""What an analysis of an exam holds and how those of several exams are put together. Pure.

The figures of an exam are kept as JSON (`ExamAnalysis.figures`), so that no page computes them:

- exam: ExamFigures, or None
- questions: QuestionFigures each, by id, with "version", "right" (options), "ruled", "flags"; "rasch", "two": Estimate
- sums: {question: Sums}, what each brings to its figures in the bank
- models: {"rasch" | "two": {"attempts", "reliability", "converged"}} for those that could be fitted
- choices: how many attempts were read answer by answer ("read") of how many ("of"): all, or an even selection
- days: {"weekly", "shifts": {question: [[day, answers, facility, expected, off], ...]}}
- rapid: [[unit, attempts, timed, rapid, careless], ...];  alike: [[unit, attempts, pairs, same, expected, beyond], ...]

A question in several exams has one figure in the bank. Facility is the mean over all answers. Discrimination is pooled
within exams: sums of centred products are added, because the rest of one exam is no yardstick for another. Exams of
other wording or another key are left out as soon as there are answers to the version in force.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from lms.questions.quality.figures import OptionFigures, QuestionFigures
from lms.questions.question import Question

PAUSE = timedelta(minutes=30)  # between two countings of what came in between
SAMPLE = 10_000  # attempts whose answers are read one by one: for options, times and likeness
MOST_DAYS = 62  # in the drawing of an exam; longer windows are drawn by the week
FEWEST_IN_UNIT = 10  # attempts of a unit that is shown by itself: fewer would be about persons
MOST_OPTIONS = 20
_SAID = ("type", "stem", "options", "correct", "statements", "answers", "pairs", "blanks", "scoring")


def fingerprint(body: Question) -> str:
    """What a question asks and what is right, in short: another wording or another key has another one."""
    whole = body.to_json()
    said = json.dumps({name: whole.get(name) for name in _SAID}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def options_of(body: Question) -> int:
    """How many options people chose from; 0 for a question without options. True is the first, false the second."""
    if body.type == "true_false":
        return 2
    few = body.type in ("single_choice", "multiple_choice") and len(body.options) <= MOST_OPTIONS
    return len(body.options) if few else 0


def key_of(body: Question) -> tuple[int, ...]:
    """The right option where there is exactly one; otherwise nothing is said of options."""
    return tuple(body.correct) if options_of(body) and len(body.correct) == 1 else ()


@dataclass(frozen=True, slots=True)
class Sums:
    """What a question brings from one exam to its figures in the bank."""

    answers: int
    facility: float
    products: tuple[float, float, float] | None
    choices: int
    options: tuple[tuple[int, float | None], ...]  # how many chose it, and its correlation with the rest
    about: str  # fingerprint of the wording

    @classmethod
    def of(cls, figures: QuestionFigures, about: str) -> Sums:
        return cls(
            figures.answers,
            figures.facility,
            figures.products,
            figures.choices,
            tuple((option.count, option.point_biserial) for option in figures.options),
            about,
        )

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Sums:
        answers, facility, products, choices, options, about = row
        pairs = tuple((int(count), weighed) for count, weighed in options)
        return cls(answers, facility, tuple(products) if products else None, choices, pairs, about)

    def to_json(self) -> list[Any]:
        return list(asdict(self).values())


def pooled(question: int, parts: Iterable[Sums], in_force: str) -> QuestionFigures | None:
    """One figure of what several exams brought; None without an answer. Weights of papers mean nothing over exams."""
    some = [part for part in parts if part.answers]
    some = [part for part in some if part.about == in_force] or some
    answers = sum(part.answers for part in some)
    if not answers:
        return None
    choices, options = _pooled_options(some)
    return QuestionFigures(
        question=question,
        answers=answers,
        facility=min(1.0, math.fsum(part.facility * part.answers for part in some) / answers),
        deviation=None,
        discrimination=_within([part.products for part in some if part.products]),
        efficiency=None,
        intended_weight=0.0,
        effective_weight=None,
        options=options,
        choices=choices,
    )


def _within(products: Sequence[tuple[float, float, float]]) -> float | None:
    own, rest, together = (
        (math.fsum(column) for column in zip(*products, strict=True)) if products else (0, 0, 0)
    )
    if own < 1e-9 or rest < 1e-9:
        return None
    return max(-1.0, min(1.0, together / math.sqrt(own) / math.sqrt(rest)))


def _pooled_options(parts: Sequence[Sums]) -> tuple[int, tuple[OptionFigures, ...]]:
    """Of the wording with the most known choices; an option's correlation is the mean over exams by their choices."""
    most = max(parts, key=lambda part: part.choices)
    same = [part for part in parts if part.about == most.about and len(part.options) == len(most.options)]
    choices = sum(part.choices for part in same)
    if not choices:
        return 0, ()
    return choices, tuple(_pooled_option(at, [(p.choices, *p.options[at]) for p in same], choices)
                          for at in range(len(most.options)))  # fmt: skip


def _pooled_option(at: int, rows: Sequence[tuple[int, int, float | None]], choices: int) -> OptionFigures:
    known = [(weight, weighed) for weight, _count, weighed in rows if weighed is not None]
    weights = sum(weight for weight, _weighed in known)
    count = sum(count for _weight, count, _weighed in rows)
    mean = math.fsum(weight * weighed for weight, weighed in known) / weights if weights else None
    return OptionFigures(at, count, count / choices, None, mean)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's counts, or those of the units too small to stand alone (unit None)."""

    unit: int | None
    counts: tuple[int | float, ...]
    units: int = 1


def told_apart(rows: Iterable[Sequence[Any]], within: Collection[int] | None = None) -> list[UnitRow]:
    """Rows (unit, attempts, counts ...) of units with FEWEST_IN_UNIT attempts or more; the others added up in one.

    `within`: only these units count. A remainder that is itself too small is left out.
    """
    wanted = [row for row in rows if within is None or row[0] in within]
    found = [UnitRow(row[0], tuple(row[1:])) for row in wanted if row[1] >= FEWEST_IN_UNIT]
    small = [row[1:] for row in wanted if row[1] < FEWEST_IN_UNIT]
    together = tuple(map(sum, zip(*small, strict=True)))
    if small and together[0] >= FEWEST_IN_UNIT:
        found.append(UnitRow(None, together, len(small)))
    return found
