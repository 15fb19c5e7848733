"""The figures of the questions in one part of the tree, or as at a moment: for reports, which hold no key.

For whoever organises the exam they are the kept ones. Those of a unit below, or of an earlier moment, are computed from
its attempts, each counted in the unit of its start; decisions on questions count as they stand today.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams.models import Exam
from lms.organisation.models import UnitPath
from lms.quality import queries
from lms.quality.models import ExamAnalysis
from lms.quality.rules import UnitRow, told_apart
from lms.questions.quality.flags import flags, pack


@dataclass(frozen=True, slots=True)
class PartFigures:
    """Of each question {question, version, answers, facility, ..., flags}; `consistency` of the results as a whole."""

    rows: Sequence[Mapping[str, Any]]
    attempts: int
    mean: float | None
    consistency: float | None
    as_of: datetime | None  # when they were counted; None: just now


def question_figures(
    session: Session,
    exam: Exam,
    unit_id: int,
    *,
    until: datetime | None = None,
    tick: Callable[[int], None] = lambda _read: None,
) -> PartFigures:
    """The questions of an exam as the attempts of the unit and everything below it tell, by id; `tick` is told how many
    attempts were read, where the figures are not kept."""
    kept = kept_figures(session, exam, unit_id, until)
    if kept is None:
        return _computed(session, exam, unit_id, until, tick)
    whole = kept.figures["exam"] or {}
    mean, consistency = whole.get("mean"), whole.get("consistency")
    return PartFigures(kept.figures["questions"], kept.attempts, mean, consistency, kept.counted_at)


def kept_figures(session: Session, exam: Exam, unit_id: int, until: datetime | None) -> ExamAnalysis | None:
    """What is kept of the exam, if it is what the unit asks for: all attempts, as things are."""
    if until is not None or not _organised_within(session, exam, unit_id):
        return None
    return queries.analysis_of(session, exam.id)


def _organised_within(session: Session, exam: Exam, unit_id: int) -> bool:
    """Whether the unit organises the course of the exam or stands above the one that does: all attempts are its."""
    above = select(UnitPath.descendant_id).where(
        UnitPath.ancestor_id == unit_id, UnitPath.descendant_id == exam.course.unit_id
    )
    return session.scalar(above) is not None


def _computed(
    session: Session, exam: Exam, unit_id: int, until: datetime | None, tick: Callable[[int], None]
) -> PartFigures:
    from lms.quality import reading  # it loads numpy, which the web process does without until then
    from lms.questions.quality.analysis import analyse

    found = reading.read(session, exam.id, tick, reading.Part(unit_id, until))
    analysis = analyse(found.papers, found.results)
    rows = [
        {
            "question": one.question,
            "version": found.asked[one.question].version_id,
            "answers": one.answers,
            "facility": one.facility,
            "discrimination": one.discrimination,
            "efficiency": one.efficiency,
            "intended_weight": one.intended_weight,
            "effective_weight": one.effective_weight,
            "ruled": found.asked[one.question].ruled,
            "flags": pack([] if found.asked[one.question].ruled else flags(one)),
        }
        for one in analysis.questions
    ]
    whole = analysis.exam
    mean, consistency = (whole.mean, whole.consistency) if whole else (None, None)
    return PartFigures(rows, len(found.results), mean, consistency, None)


@dataclass(frozen=True, slots=True)
class Answering:
    """How units answered, as counted last: rows of rapid answers and of wrong answers alike, each with its name."""

    rapid: dict[int | None, UnitRow]
    alike: dict[int | None, UnitRow]
    names: Mapping[int, str]
    read: int
    of: int
    as_of: datetime


def answering(session: Session, exam: Exam, unit_id: int) -> Answering | None:
    """Of the units below one; None while the exam has no figures."""
    kept = queries.analysis_of(session, exam.id)
    if kept is None or not kept.figures["questions"]:
        return None
    within: Collection[int] = queries.units_below(session, unit_id)
    rapid, alike = (told_apart(kept.figures[name], within) for name in ("rapid", "alike"))
    names = queries.unit_names(session, {row.unit for row in (*rapid, *alike) if row.unit})
    choices = kept.figures["choices"]
    return Answering(
        {row.unit: row for row in rapid},
        {row.unit: row for row in alike},
        names,
        choices["read"],
        choices["of"],
        kept.counted_at,
    )
