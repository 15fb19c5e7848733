"""Completion by unit: of those who must, how many have finished; exempt ones and guests apart.

Columns as the tables that units send up have them (domain notes, section 2): the rate is of those who must, with
two decimals; people and attempts (lượt) are counted apart. When the course has an exam with an essay, what was handed
in and how it was found stands before the notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.exams.models import Exam
from lms.kit import words
from lms.kit.charts import Bar, Chart, bars_for_page
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row, Value
from lms.reports import essays, figures, queries
from lms.reports.reading import attempts
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import (
    HALF,
    UnitLine,
    anybody,
    below_half,
    percent,
    roman,
    with_own_people,
    worst_first,
)

Below = Mapping[int | None, Sequence[UnitLine]]  # what is listed directly below each unit
DEEPEST = 2  # levels of units below the one reported on
MOST_BARS = 20
MOST_LINES = 400  # with more units than this only the level directly below is listed

PEOPLE = (
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
)
ESSAY = N_("Essays")
ESSAYS = (
    Column("essays_must", N_("To be handed in"), "integer", group=ESSAY),
    Column("essays_handed_in", N_("Handed in"), "integer", group=ESSAY),
    Column("essays_excellent", N_("Very good"), "integer", group=ESSAY),
    Column("essays_good", N_("Good"), "integer", group=ESSAY),
    Column("essays_passed", N_("Satisfactory"), "integer", group=ESSAY),
    Column("essays_failed", N_("Not satisfactory"), "integer", group=ESSAY),
    Column("essays_waiting", N_("Waiting to be marked"), "integer", group=ESSAY),
)
NARROW = {"number": 6, "unit": 26, "note": 10}  # so that the essays stand on the same sheet; others: 8
NOTE = (Column("note", N_("Note"), width=16),)
COLUMNS = (*PEOPLE, *NOTE)


def _size(session: Session, asked: Asked) -> int:
    return 1 + queries.how_many_below(session, asked.unit.id, _levels(session, asked))


def _reads(session: Session, asked: Asked) -> int:
    """Of an earlier moment everybody, one by one; as things are the kept counts."""
    return attempts.people(session, asked) if asked.moment else 0


def _levels(session: Session, asked: Asked) -> int:
    if asked.levels is not None:
        return asked.levels
    fits = queries.how_many_below(session, asked.unit.id, DEEPEST) <= MOST_LINES
    return DEEPEST if fits else 1


def _content(session: Session, asked: Asked) -> Content:
    whole, parts = figures.whole_and_parts(session, asked, levels=_levels(session, asked))
    exams = essays.essay_exams(session, asked.course.id)
    if exams:
        whole, *parts = _with_essays(session, asked, exams, [whole, *parts])
    below: dict[int | None, list[UnitLine]] = {}
    for part in parts:
        below.setdefault(part.parent_id, []).append(part)
    return Content(
        columns=_columns(with_essays=bool(exams)),
        rows=list(_rows(whole, below)),
        totals=Row(("", _("Total of the unit"), *_figures(whole.counts), ""), strong=True),
        intro=(_sentence(whole.counts),),
        note=_note(with_essays=bool(exams)),
        chart=_chart(with_own_people(whole, below.get(whole.unit_id, ()))),
    )


def _chart(lines: Sequence[UnitLine]) -> Chart | None:
    """The rates of the units directly below, the lowest first; of very many the lowest ones, of one unit nothing."""
    rated = [line for line in worst_first(lines) if line.percent is not None]
    if len(rated) < 2:
        return None
    low = below_half(rated)
    if low:
        finding = _("Units below half: {count}", count=low)
    elif any(line.counts["finished"] < line.counts["must"] for line in rated):
        finding = _("All units are at half or above")
    else:
        finding = _("All units have finished")
    bars = [_bar(line.name, line.percent or Decimal(0)) for line in rated[:MOST_BARS]]
    return bars_for_page("completion", finding, bars)


def _bar(name: str, rate: Decimal) -> Bar:
    return Bar(name, float(rate / 100), words.percent(rate), low=rate < HALF)


def _columns(*, with_essays: bool) -> tuple[Column, ...]:
    wanted = (*PEOPLE, *(ESSAYS if with_essays else ()), *NOTE)
    narrow = NARROW if with_essays else {}
    return tuple(
        replace(
            column,
            title=_(column.title),
            group=_(column.group) if column.group else "",
            width=narrow.get(column.key, 8 if narrow else column.width),
        )
        for column in wanted
    )


def _note(*, with_essays: bool) -> str:
    people = _(
        "Total: those who must finish and those who are exempt. Guests are counted apart. Others who finished: "
        "guests and exempt people."
    )
    papers = _("Essays: papers of those who must finish, one for each exam with an essay.")
    return f"{people} {papers}" if with_essays else people


def _with_essays(
    session: Session, asked: Asked, exams: Sequence[Exam], lines: Sequence[UnitLine]
) -> list[UnitLine]:
    """The same lines with the figures of essays among their counts."""
    found = essays.essays_of_each(session, asked, exams, [line.unit_id for line in lines])
    return [
        replace(
            line,
            counts={
                **line.counts,
                "essays_must": line.counts["must"] * len(exams),
                **{f"essays_{name}": number for name, number in found[line.unit_id].items()},
            },
        )
        for line in lines
    ]


def _rows(line: UnitLine, below: Below, *, level: int = 0, above: str = "") -> Iterator[Row]:
    """Every unit with what is listed below it: I. 1. 1.1; without a second level 1. 2. 3."""
    for place, part in enumerate(with_own_people(line, below.get(line.unit_id, ())), 1):
        has_parts = part.depth > 0 and bool(below.get(part.unit_id))
        deep = level == 0 and any(lines[0].depth > 1 for lines in below.values())
        number = roman(place) if deep else f"{above}.{place}" if above else str(place)
        yield Row((number, part.name, *_figures(part.counts), _remark(part)), level=level, strong=deep)
        if has_parts:
            yield from _rows(part, below, level=level + 1, above=number if level else "")


def _remark(line: UnitLine) -> str:
    if line.ended:
        return _("Until {day}", day=words.day(line.ended - timedelta(days=1)))
    return "" if anybody(line.counts) else _("Nobody is enrolled")


def _figures(counts: Mapping[str, int]) -> tuple[Value, ...]:
    must, finished = counts["must"], counts["finished"]
    rate = percent(finished, must)
    papers = (counts[column.key] for column in ESSAYS) if "essays_must" in counts else ()
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
        *papers,
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
    by_level=True,
    reads=_reads,
)
