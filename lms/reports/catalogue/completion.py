"""Completion by unit: of those who must, how many have finished; exempt ones and guests apart.

Columns as the tables that units send up have them (domain notes, section 2): the rate is of those who must, with
two decimals; people and attempts (lượt) are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row, Value
from lms.reports import queries
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import UnitLine, anybody, percent, roman, with_own_people
from lms.vietnamese.dates import local

Below = Mapping[int | None, Sequence[UnitLine]]  # what is listed directly below each unit
DEEPEST = 2  # levels of units below the one reported on
MOST_LINES = 400  # with more units than this only the level directly below is listed

COLUMNS = (
    Column("number", N_("No."), width=6),
    Column("unit", N_("Unit"), width=32),
    Column("total", N_("Total"), "integer"),
    Column("exempt", N_("Exempt"), "integer"),
    Column("must", N_("Must finish"), "integer"),
    Column("started", N_("Have sat a test"), "integer"),
    Column("finished", N_("Finished"), "integer"),
    Column("percent", N_("Rate (%)"), "percent", formula="(8)=(7)/(5)"),
    Column("missing", N_("Not finished"), "integer", formula="(9)=(5)-(7)"),
    Column("guests", N_("Guests"), "integer", width=14),
    Column("others_finished", N_("Others who finished"), "integer", width=14),
    Column("attempts", N_("Number of attempts"), "integer"),
    Column("note", N_("Note"), width=12),
)


def _size(session: Session, asked: Asked) -> int:
    return 1 + queries.how_many_below(session, asked.unit.id, _levels(session, asked))


def _levels(session: Session, asked: Asked) -> int:
    if asked.levels is not None:
        return asked.levels
    fits = queries.how_many_below(session, asked.unit.id, DEEPEST) <= MOST_LINES
    return DEEPEST if fits else 1


def _content(session: Session, asked: Asked) -> Content:
    day, levels = local(asked.at).date(), _levels(session, asked)
    whole, parts = queries.whole_and_parts(session, asked.course.id, asked.unit, day, levels=levels)
    below: dict[int | None, list[UnitLine]] = {}
    for part in parts:
        below.setdefault(part.parent_id, []).append(part)
    return Content(
        rows=list(_rows(whole, below)),
        totals=Row(("", _("Total of the unit"), *_figures(whole.counts), ""), strong=True),
        intro=(_sentence(whole.counts),),
        note=_(
            "Total: those who must finish and those who are exempt. Guests are counted apart. Others who finished: "
            "guests and exempt people."
        ),
    )


def _rows(line: UnitLine, below: Below, *, level: int = 0, above: str = "") -> Iterator[Row]:
    """Every unit with what is listed below it: I. 1. 1.1; without a second level 1. 2. 3."""
    for place, part in enumerate(with_own_people(line, below.get(line.unit_id, ())), 1):
        has_parts = part.depth > 0 and bool(below.get(part.unit_id))
        deep = level == 0 and any(lines[0].depth > 1 for lines in below.values())
        number = roman(place) if deep else f"{above}.{place}" if above else str(place)
        note = "" if anybody(part.counts) else _("Nobody is enrolled")
        yield Row((number, part.name, *_figures(part.counts), note), level=level, strong=deep)
        if has_parts:
            yield from _rows(part, below, level=level + 1, above=number if level else "")


def _figures(counts: Mapping[str, int]) -> tuple[Value, ...]:
    must, finished = counts["must"], counts["finished"]
    rate = percent(finished, must)
    return (
        must + counts["exempt"],
        counts["exempt"],
        must,
        counts["started"],
        finished,
        "–" if rate is None else rate / Decimal(100),
        must - finished,
        counts["guests"],
        counts["others_finished"],
        counts["attempts"],
    )


def _sentence(counts: Mapping[str, int]) -> str:
    """The finding in one sentence, as it is written into a report upwards."""
    must, finished = counts["must"], counts["finished"]
    rate = percent(finished, must)
    return _(
        "{finished} of {must} people who must have finished: {percent}; not finished {missing}; exempt {exempt}; "
        "guests {guests}; {attempts} attempts.",
        finished=words.number(finished),
        must=words.number(must),
        percent="–" if rate is None else words.percent(rate),
        missing=words.number(must - finished),
        exempt=words.number(counts["exempt"]),
        guests=words.number(counts["guests"]),
        attempts=words.number(counts["attempts"]),
    )


COMPLETION = Report(
    name="completion",
    title=N_("Completion by unit"),
    heading=N_("REPORT"),
    subject=N_("on the completion of: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    unit_of_count=N_("Counted: people; attempts in the column of that name"),
    column_numbers=True,
)
