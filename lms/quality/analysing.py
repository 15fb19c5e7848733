"""All the figures of an exam, as they are kept: computed from what was read, without the database. Loads numpy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np

from lms.quality.reading import Asked, Chosen, Read
from lms.quality.rules import MOST_DAYS, Sums
from lms.questions.quality import ability, alike, drift, flags
from lms.questions.quality.ability import ENOUGH_RASCH, ENOUGH_TWO, Estimate, Model
from lms.questions.quality.analysis import analyse
from lms.questions.quality.figures import QuestionFigures
from lms.questions.quality.fitting import MISSING
from lms.questions.quality.results import Ints

MOST_FITTED = 4_000  # attempts by which the models are fitted
MOST_STEPS = 300
PLACES = 6
Step = Callable[[], None]
Figures = dict[str, Any]


def figures(found: Read, chosen: Chosen, step: Step) -> Figures:
    """What is kept of an exam; `step` is called between the long parts."""
    if not len(found.results):
        return {"exam": None, "questions": [], "models": {}, "sums": {}}
    whole = analyse(found.papers, found.results)
    step()
    options = {one.question: one for one in analyse(found.papers, chosen.results).questions}
    questions = [_with_options(one, options.get(one.question)) for one in whole.questions]
    step()
    models = dict(_models(found, step))
    days = _days(found)
    step()
    kept: Figures = _rounded(
        {
            "exam": asdict(whole.exam) if whole.exam else None,
            "questions": [_kept(one, found.asked[one.question], models) for one in questions],
            "models": {name: _model(model) for name, model in models.items()},
            "choices": {"read": len(chosen.places), "of": len(found.results)},
            "days": days,
            "rapid": _rapid(found, chosen),
            "alike": _alike(found, chosen),
        }
    )
    return kept | {"sums": _sums(questions, found.asked)}


def _with_options(one: QuestionFigures, of_choices: QuestionFigures | None) -> QuestionFigures:
    """Options are counted in the selection whose answers were read, everything else in all attempts."""
    if of_choices is None:
        return one
    return replace(one, options=of_choices.options, blank=of_choices.blank, choices=of_choices.choices)


def _kept(one: QuestionFigures, asked: Asked, models: Mapping[str, Model]) -> dict[str, Any]:
    kept = asdict(one)
    del kept["products"]
    said = [] if asked.ruled in ("drop", "full_marks") else flags.flags(one, asked.key)
    return kept | {
        "version": asked.version_id,
        "ruled": asked.ruled,
        "right": list(asked.body.correct) if one.options else [],
        "flags": flags.pack(said),
        "rasch": _estimate(models.get("rasch"), one.question, ENOUGH_RASCH),
        "two": _estimate(models.get("two"), one.question, ENOUGH_TWO),
    }


def _sums(questions: list[QuestionFigures], asked: Mapping[int, Asked]) -> dict[str, list[Any]]:
    """For the bank; what everybody got full marks for says nothing of the question."""
    return {
        str(one.question): Sums.of(one, asked[one.question].about).to_json()
        for one in questions
        if asked[one.question].ruled not in ("drop", "full_marks")
    }


# ------------------------------------------------------------------------------------------------ models


def _models(found: Read, step: Step) -> Iterator[tuple[str, Model]]:
    """Rasch's and the two-parameter model, where the median question has enough answers for them."""
    names, answers = ability.right_or_wrong(found.papers, found.results, MOST_FITTED)
    typical = float(np.median(np.sum(answers != MISSING, axis=0))) if answers.size else 0.0
    for name, enough, fit in (
        ("rasch", ENOUGH_RASCH, ability.fit_rasch),
        ("two", ENOUGH_TWO, ability.fit_two),
    ):
        if typical >= enough:
            yield name, fit(names, answers, most_steps=MOST_STEPS)
            step()


def _model(model: Model) -> dict[str, Any]:
    return {
        "attempts": model.attempts,
        "reliability": model.reliability,
        "converged": model.converged,
    }


def _estimate(model: Model | None, question: int, enough: int) -> dict[str, Any] | None:
    found = next((one for one in model.estimates if one.question == question), None) if model else None
    if found is None or found.difficulty is None or found.answers < enough:
        return None
    return {name: getattr(found, name) for name in Estimate.__slots__ if name != "question"}


# ------------------------------------------------------------------------------------------------ drift and likeness


def _days(found: Read) -> dict[str, Any]:
    """Facility of every question by day, or by week where the window is long."""
    groups: Ints = found.days
    if len(np.unique(groups)) > MOST_DAYS:
        groups = (groups - 1) // 7 * 7 + 1  # ordinal 1 is a Monday
    shifts: dict[str, list[Any]] = {}
    for one in drift.facility_by_group(found.papers, found.results, groups):
        row = [date.fromordinal(one.group).isoformat(), one.answers, one.facility, one.expected, one.off]
        shifts.setdefault(str(one.question), []).append(row)
    return {"weekly": groups is not found.days, "shifts": shifts}


def _rapid(found: Read, chosen: Chosen) -> list[list[Any]]:
    units = found.units[chosen.places]
    rows = drift.rapid_by_group(found.papers, chosen.results, chosen.seconds, units)
    return [[row.group, row.attempts, row.timed, row.rapid, row.without_effort] for row in rows if row.timed]


def _alike(found: Read, chosen: Chosen) -> list[list[Any]]:
    rows = alike.alike_by_unit(found.papers, chosen.results, found.units[chosen.places])
    return [
        [row.unit, row.attempts, row.pairs, row.same, row.expected, row.beyond or 0.0]
        for row in rows
        if row.pairs
    ]


def _rounded(kept: Any) -> Any:
    """The same with figures as fine as anybody reads them, and nothing that JSON cannot say."""
    if isinstance(kept, dict):
        return {name: _rounded(value) for name, value in kept.items()}
    if isinstance(kept, (list, tuple)):
        return [_rounded(value) for value in kept]
    if isinstance(kept, float):
        return round(kept, PLACES) if np.isfinite(kept) else None
    return kept
