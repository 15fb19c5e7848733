"""How an exam was answered, by unit: answers too fast to have been read, wrong answers alike. Counts, never people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.kit.tables.table import Value
from lms.quality import parts, queries
from lms.quality.parts import Answering
from lms.quality.rules import FEWEST_IN_UNIT, UnitRow
from lms.reports.report import Asked, Content, Report

COLUMNS = (
    Column("unit", N_("Unit"), width=44),
    Column("attempts", N_("Attempts read"), "integer", width=12),
    Column("timed", N_("Answers with a known time"), "integer", width=14, group=N_("Time")),
    Column("rapid", N_("Too fast"), "integer", width=12, group=N_("Time")),
    Column("share", N_("Too fast (%)"), "percent", width=12, group=N_("Time")),
    Column("pairs", N_("Pairs of wrong answers"), "integer", width=14, group=N_("Wrong answers alike")),
    Column("same", N_("The same"), "integer", width=12, group=N_("Wrong answers alike")),
    Column("expected", N_("Expected by chance"), "decimal", width=14, group=N_("Wrong answers alike")),
)


def _content(session: Session, asked: Asked) -> Content:
    if asked.exam is None:
        return Content(rows=[], columns=_columns(), intro=(_("The course has no exam yet."),))
    found = parts.answering(session, asked.exam, asked.unit.id)
    if found is None:
        nobody = _("{exam}: nobody has a result yet.", exam=asked.exam.title)
        return Content(rows=[], columns=_columns(), intro=(nobody,))
    return Content(
        rows=list(_rows(found)),
        columns=_columns(),
        intro=(
            _(
                "{exam}: the answers of {read} of {all} attempts were read, evenly chosen. Counted at {moment}.",
                exam=asked.exam.title,
                read=words.number(found.read),
                all=words.number(found.of),
                moment=words.moment(found.as_of),
            ),
        ),
        note=_(
            "These figures say how an exam was held, and nothing about any person; nobody's result may be changed "
            "because of them. Too fast: below a tenth of the mean time of the question, at most 10 seconds. Alike: the "
            "same wrong option within a unit, beside what would be if people chose as those of other units do; people "
            "who learn together make the same mistakes. Units with fewer than {fewest} attempts are added up.",
            fewest=FEWEST_IN_UNIT,
        ),
    )


def _columns() -> tuple[Column, ...]:
    return tuple(
        replace(column, title=_(column.title), group=_(column.group) if column.group else "")
        for column in COLUMNS
    )


def _rows(found: Answering) -> Iterator[Row]:
    named = sorted(
        (found.names.get(unit, "–"), unit) for unit in {*found.rapid, *found.alike} if unit is not None
    )
    for name, unit in named:
        yield Row((name, *_figures(found.rapid.get(unit), found.alike.get(unit))))
    small = found.rapid.get(None), found.alike.get(None)
    if any(small):
        units = max(row.units for row in small if row)
        yield Row((_("{count} smaller units together", count=words.number(units)), *_figures(*small)))


def _figures(rapid: UnitRow | None, alike: UnitRow | None) -> tuple[Value, ...]:
    attempts = max(int(row.counts[0]) for row in (rapid, alike) if row)
    time: tuple[Value, ...] = ("–", "–", "–")
    if rapid:
        _attempts, timed, fast, _careless = rapid.counts
        time = (int(timed), int(fast), Decimal(str(round(fast / timed, 4))) if timed else "–")
    same: tuple[Value, ...] = ("–", "–", "–")
    if alike:
        _attempts, pairs, equal, expected, _beyond = alike.counts
        same = (int(pairs), int(equal), Decimal(str(round(expected, 1))))
    return (attempts, *time, *same)


def _size(session: Session, asked: Asked) -> int:
    kept = queries.analysis_of(session, asked.exam.id) if asked.exam else None
    return len(kept.figures.get("rapid", ())) if kept else 0


ANSWERING = Report(
    name="answering",
    title=N_("How the exam was answered, by unit"),
    heading=N_("REPORT"),
    subject=N_("on how the exam was answered: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    roles=("officer", "auditor", "trainer"),
    of_exam=True,
    known_by=("unit",),
)
