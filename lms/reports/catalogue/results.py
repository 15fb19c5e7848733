"""Results by unit: into which grade bands the people fall who sat the exam, their mean, and attempts apart from people.

Of each person the result counts that the exam's policy says (the best, the last, the first, the mean). Everybody who
sat is counted, guests and exempt people too; guests are told apart as well. Whose paper waits for its marker has no
result yet: they stand in a column of their own, and rate and mean are of the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.attempts.rules import BAND_NAMES
from lms.kit import words
from lms.kit.charts import Part, StackedBar, for_page, stacked_bars
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row, Value
from lms.reports.listing import OBLIGATION, PEOPLE, Listing, lines_at_most, listing, numbered
from lms.reports.reading import attempts, results
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import HALF, UnitLine, percent

BANDS = tuple(BAND_NAMES)  # from the best down
PASSED = ("excellent", "good", "passed")
WAITING = "waiting"
NUMBERS = (*PEOPLE, *BANDS, "percents", "attempts")
MOST_BARS = 12  # units of the chart; the table has all
_WHOLE = 10_000

COLUMNS = (
    Column("number", N_("No."), width=6),
    Column("unit", N_("Unit"), width=32),
    Column("people", N_("People who handed in"), "integer", width=12),
    Column("guests", N_("of them guests"), "integer", width=11),
    *(Column(code, name, "integer", width=10) for code, name in BAND_NAMES.items()),
    Column("percent", N_("Pass rate (%)"), "percent", width=13, formula="(10)= [(5)+(6)+(7)] /[(3)-(8)]"),
    Column("mean", N_("Mean result (%)"), "percent"),
    Column("attempts", N_("Number of attempts"), "integer"),
)


def _content(session: Session, asked: Asked) -> Content:
    found = listing(session, asked, _own(session, asked), NUMBERS)
    return Content(
        rows=[
            Row((one.number, one.line.name, *_figures(one.line.counts)), level=one.level, strong=one.strong)
            for one in numbered(found)
        ],
        totals=Row(("", _("Total of the unit"), *_figures(found.whole.counts)), strong=True),
        intro=(_sentence(asked, found.whole.counts),),
        note=_(
            "Of each person one result counts, as the exam's rules say which. People: everybody who sat the exam, "
            "guests and exempt people too. Rate and mean are of those who are not waiting to be marked. Attempts are "
            "counted apart, in the unit in which they were begun."
        )
        if asked.as_of == "then"
        else _(
            "Of each person one result counts, as the exam's rules say which. People: everybody who sat the exam, "
            "guests and exempt people too. Rate and mean are of those who are not waiting to be marked. Attempts are "
            "counted apart, where their people belong now."
        ),
        chart=_chart(found),
    )


def _own(session: Session, asked: Asked) -> dict[int, Counter[str]]:
    own: dict[int, Counter[str]] = defaultdict(Counter)
    for group in results.groups(session, asked):
        numbers = own[group.unit_id]
        numbers[OBLIGATION[group.obligation]] += group.people
        numbers[group.band] += group.people
        numbers["percents"] += group.percents if group.band != WAITING else 0
    for unit_id, number in attempts.by_unit(session, asked).items():
        own[unit_id]["attempts"] = number
    return own


def _figures(counts: Mapping[str, int]) -> tuple[Value, ...]:
    known = _known(counts)
    rate = percent(_passed(counts), known)
    mean = Decimal(counts["percents"]) / known / _WHOLE if known else None
    return (
        _people(counts),
        counts["guests"],
        *(counts[code] for code in BANDS),
        "–" if rate is None else rate / 100,
        "–" if mean is None else mean / 100,
        counts["attempts"],
    )


def _people(counts: Mapping[str, int]) -> int:
    return sum(counts[code] for code in BANDS)


def _known(counts: Mapping[str, int]) -> int:
    """People whose result is known: nobody has to mark anything of it."""
    return _people(counts) - counts[WAITING]


def _passed(counts: Mapping[str, int]) -> int:
    return sum(counts[code] for code in PASSED)


def _sentence(asked: Asked, counts: Mapping[str, int]) -> str:
    """The finding, with the exam it is of."""
    people = _known(counts)
    if asked.exam is None:
        return _("The course has no exam yet.")
    if not people:
        return _("{exam}: nobody has a result yet.", exam=asked.exam.title) + still_waiting(counts[WAITING])
    said = _(
        "{exam}: {passed} of {people} people passed: {percent}; {bands}; mean result {mean}; {attempts} attempts.",
        exam=asked.exam.title,
        passed=words.number(_passed(counts)),
        people=words.number(people),
        percent=words.percent(Decimal(100 * _passed(counts)) / people),
        bands=", ".join(
            f"{_(BAND_NAMES[code])} {words.number(counts[code])}"
            for code in BANDS
            if counts[code] and code != WAITING
        ),
        mean=words.percent(Decimal(counts["percents"]) / people / _WHOLE),
        attempts=words.number(counts["attempts"]),
    )
    return said + still_waiting(counts[WAITING])


def still_waiting(people: int) -> str:
    """The sentence after a finding that says of how many it says nothing."""
    if not people:
        return ""
    return " " + _("Still waiting to be marked: {count} people.", count=words.number(people))


def _chart(found: Listing) -> Any:
    """The units with the lowest rates, or the unit itself."""
    counts = found.whole.counts
    people = _known(counts)
    if not people:
        return None
    lines = sorted((line for line in found.first if _known(line.counts)), key=_rate)
    shown = lines[:MOST_BARS]
    waiting = any(line.counts["waiting"] for line in shown)
    codes = [code for code in BANDS if code != "waiting" or waiting]
    parts = [Part(_(BAND_NAMES[code]), low=code == "failed") for code in codes]
    bars = [
        StackedBar(line.name, [line.counts[code] for code in codes], words.percent(_rate(line)))
        for line in shown
    ]
    title = _(
        "{percent} passed ({passed}/{people})",
        percent=words.percent(Decimal(100 * _passed(counts)) / people),
        passed=words.number(_passed(counts)),
        people=words.number(people),
    )
    if low := sum(1 for line in lines if _rate(line) < HALF):
        title += ", " + _("{number} units below half", number=words.number(low))
    if len(lines) > MOST_BARS:
        title += " " + _("(the {number} lowest units are shown)", number=MOST_BARS)
    return for_page(lambda width: stacked_bars("results", title, parts, bars, width=width))


def _rate(line: UnitLine) -> Decimal:
    return Decimal(100 * _passed(line.counts)) / (_known(line.counts) or 1)


RESULTS = Report(
    name="results",
    title=N_("Results by unit"),
    heading=N_("REPORT"),
    subject=N_("on the results of: {course}"),
    columns=COLUMNS,
    content=_content,
    size=lines_at_most,
    unit_of_count=N_("Counted: people; attempts in the column of that name"),
    column_numbers=True,
    of_exam=True,
    by_level=True,
    reads=attempts.people,
)
