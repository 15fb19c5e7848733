"""Question quality: how the questions of an exam did among the people of a unit. No stem, no option, no key in it.

Officers do not see keys, and questions are asked again: a line names a question by its code alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.banks.rules import TYPE_NAMES
from lms.exams.models import Paper
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.quality import parts, queries
from lms.quality.parts import PartFigures
from lms.quality.queries import Named
from lms.questions.quality.flags import LOOK, SHORT, unpack
from lms.reports.reading import attempts
from lms.reports.report import Asked, Content, Report

COLUMNS = (
    Column("number", N_("No."), "integer", width=6),
    Column("code", N_("Question"), width=22),
    Column("bank", N_("Question bank"), width=30),
    Column("type", N_("Type"), width=18),
    Column("answers", N_("Answers"), "integer", width=10),
    Column("facility", N_("Facility (%)"), "percent"),
    Column("discrimination", N_("Discrimination"), "decimal", width=12),
    Column("efficiency", N_("Efficiency (%)"), "percent"),
    Column("intended", N_("Intended weight (%)"), "percent", width=12),
    Column("effective", N_("Effective weight (%)"), "percent", width=12),
    Column("note", N_("What the figures say"), width=32),
)


def _content(session: Session, asked: Asked) -> Content:
    if asked.exam is None:
        return Content(rows=[], intro=(_("The course has no exam yet."),))
    found = parts.question_figures(session, asked.exam, asked.unit.id, until=asked.moment, tick=asked.tick)
    names = queries.named(session, {row["question"]: row["version"] for row in found.rows})
    ordered = sorted(found.rows, key=lambda row: (row["facility"], row["question"]))
    return Content(
        rows=[_row(number, row, names.get(row["question"])) for number, row in enumerate(ordered, 1)],
        intro=(_sentence(asked, found),),
        note=_(
            "Hardest first. Facility: the mean share of right answers. Discrimination: whether those who are right do "
            "well in the rest of the paper; from 0.3 on good, below 0.2 weak. Efficiency: how much of the possible "
            "discrimination is reached. Figures are hints; whether a question is good is for its bank to decide. "
            "Attempts count in the unit in which they were begun."
        ),
    )


def _row(number: int, row: Mapping[str, Any], name: Named | None) -> Row:
    said = unpack(row["flags"])
    return Row(
        (
            number,
            name.code if name else str(row["question"]),
            name.bank if name else "",
            _(TYPE_NAMES[name.body.type]) if name else "",
            row["answers"],
            _figure(row["facility"]),
            _figure(row["discrimination"], 2),
            _figure(row["efficiency"]),
            _figure(row["intended_weight"]),
            _figure(row["effective_weight"]),
            _("decided upon")
            if row["ruled"]
            else "; ".join(dict.fromkeys(_(SHORT[flag.code]) for flag in said)),
        ),
        strong=any(flag.code in LOOK for flag in said),
    )


def _figure(value: float | None, places: int = 4) -> Decimal | str:
    return "–" if value is None else Decimal(str(round(value, places)))


def _sentence(asked: Asked, found: PartFigures) -> str:
    title = asked.exam.title if asked.exam else ""
    if not found.attempts or found.mean is None:
        return _("{exam}: nobody has a result yet.", exam=title)
    said = _(
        "{exam}: {attempts} attempts, {questions} questions, mean result {mean}, consistency {consistency}.",
        exam=title,
        attempts=words.number(found.attempts),
        questions=words.number(len(found.rows)),
        mean=words.percent(found.mean * 100),
        consistency="–" if found.consistency is None else words.percent(found.consistency * 100),
    )
    doubtful = _doubtful(found.rows)
    if doubtful:
        said += " " + _("Of {count} questions the key may be wrong.", count=words.number(doubtful))
    return (
        said
        if found.as_of is None
        else f"{said} " + _("Counted at {moment}.", moment=words.moment(found.as_of))
    )


def _doubtful(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(bool(set(row["flags"]) & set(LOOK)) for row in rows)


def _size(session: Session, asked: Asked) -> int:
    """At most as many as all papers have slots; the kept figures tell it exactly."""
    if asked.exam is None:
        return 0
    kept = queries.analysis_of(session, asked.exam.id)
    if kept is not None:
        return len(kept.figures["questions"])
    return session.scalar(select(func.count()).where(Paper.exam_id == asked.exam.id)) or 0


def _reads(session: Session, asked: Asked) -> int:
    """Nothing where the kept figures of the exam are those of the unit."""
    if asked.exam is None or parts.kept_figures(session, asked.exam, asked.unit.id, asked.moment):
        return 0
    return attempts.at_most(session, asked)


QUESTION_QUALITY = Report(
    name="question_quality",
    title=N_("Quality of the questions"),
    heading=N_("REPORT"),
    subject=N_("on the quality of the questions: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    roles=("officer", "auditor", "trainer"),
    of_exam=True,
    known_by=("code",),
    reads=_reads,
    ticks=True,
)
