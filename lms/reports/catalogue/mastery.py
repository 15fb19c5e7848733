"""Mastery: the mean share of right answers, by unit and topic, so that it is seen what should be taught again where.

All attempts that count are taken, not only the one that counts for a person: every answer tells something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.kit import words
from lms.kit.charts import HeatRow, for_page, heat_map
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row, Value
from lms.reports import queries
from lms.reports.listing import PEOPLE, Listing, listing, numbered
from lms.reports.reading import attempts
from lms.reports.reading.mastery import Mastery, mastery
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import HALF

MOST_ROWS = 12  # units of the chart; the table has all
_WHOLE = 10_000

FIRST = (
    Column("number", N_("No."), width=6),
    Column("unit", N_("Unit"), width=32),
)
LAST = (
    Column("all", N_("All topics"), "percent", width=12),
    Column("attempts", N_("Number of attempts"), "integer", width=11),
)


def _content(session: Session, asked: Asked) -> Content:
    read = mastery(session, asked)
    found = listing(session, asked, _own(read), _names(read), levels=asked.levels or 1)
    return Content(
        columns=_columns(read),
        rows=[
            Row(
                (one.number, one.line.name, *_figures(read, one.line.counts)),
                level=one.level,
                strong=one.strong,
            )
            for one in numbered(found)
        ],
        totals=Row(("", _("Total of the unit"), *_figures(read, found.whole.counts)), strong=True),
        intro=(_sentence(asked, read, found.whole.counts),),
        note=_(
            "Mean share of right answers, in percent, of all attempts that count; an empty answer counts as wrong, "
            "answers that are still to be marked are left out."
        ),
        chart=_chart(read, found),
    )


def _columns(read: Mastery) -> tuple[Column, ...]:
    topics = tuple(Column(f"topic{n}", name, "percent", width=14) for n, name in enumerate(read.topics, 1))
    first, last = (tuple(_titled(column) for column in columns) for columns in (FIRST, LAST))
    return (*first, *topics, *last)


def _titled(column: Column) -> Column:
    return Column(column.key, _(column.title), column.kind, column.width)


def _names(read: Mastery) -> list[str]:
    topics = [f"{what}{n}" for n in range(len(read.topics)) for what in ("right", "answers")]
    return [*PEOPLE, *topics, "attempts"]


def _own(read: Mastery) -> dict[int, dict[str, int]]:
    """The sums as named numbers; who sat stands among those who must, so that the line of the unit itself is seen."""
    return {
        unit_id: {f"right{n}": number for n, number in enumerate(sums.right)}
        | {f"answers{n}": number for n, number in enumerate(sums.answers)}
        | {"attempts": sums.attempts, "must": sums.attempts}
        for unit_id, sums in read.units.items()
    }


def _shares(read: Mastery, counts: Mapping[str, int]) -> list[Decimal | None]:
    return [_share(counts[f"right{n}"], counts[f"answers{n}"]) for n in range(len(read.topics))]


def _share(right: int, answers: int) -> Decimal | None:
    return Decimal(right) / answers / _WHOLE if answers else None


def _over_all(read: Mastery, counts: Mapping[str, int]) -> Decimal | None:
    places = range(len(read.topics))
    return _share(sum(counts[f"right{n}"] for n in places), sum(counts[f"answers{n}"] for n in places))


def _figures(read: Mastery, counts: Mapping[str, int]) -> tuple[Value, ...]:
    shares = [*_shares(read, counts), _over_all(read, counts)]
    return (*("–" if share is None else share for share in shares), counts["attempts"])


def _sentence(asked: Asked, read: Mastery, counts: Mapping[str, int]) -> str:
    if asked.exam is None:
        return _("The course has no exam yet.")
    known = _by_share(read, _shares(read, counts))
    if not known:
        return _("{exam}: nobody has handed in an attempt yet.", exam=asked.exam.title)
    (lowest, low), (highest, high) = known[0], known[-1]
    return _(
        "{exam}: right answers in all {percent}; the lowest topic is {lowest} ({low}), the highest {highest} ({high}).",
        exam=asked.exam.title,
        percent=words.percent(100 * (_over_all(read, counts) or Decimal(0))),
        lowest=lowest,
        low=words.percent(100 * low),
        highest=highest,
        high=words.percent(100 * high),
    )


def _by_share(read: Mastery, shares: Sequence[Decimal | None]) -> list[tuple[str, Decimal]]:
    """The topics with answers, the lowest share first."""
    pairs = zip(read.topics, shares, strict=True)
    return sorted(((name, share) for name, share in pairs if share is not None), key=lambda pair: pair[1])


def _chart(read: Mastery, found: Listing) -> Any:
    known = _by_share(read, _shares(read, found.whole.counts))
    if not known:
        return None
    lines = [line for line in found.first if line.counts["attempts"]]
    lines.sort(key=lambda line: _over_all(read, line.counts) or Decimal(0))
    rows = [
        HeatRow(line.name, [None if share is None else float(share) for share in _shares(read, line.counts)])
        for line in lines[:MOST_ROWS]
    ]
    half = Decimal(HALF) / 100
    low = sum(
        1 for line in lines for share in _shares(read, line.counts) if share is not None and share < half
    )
    title = _("Lowest: {topic} ({percent})", topic=known[0][0], percent=words.percent(100 * known[0][1]))
    if low:
        title += "; " + _("{number} times a unit is below half in a topic (framed)", number=words.number(low))
    if len(lines) > MOST_ROWS:
        title += " " + _("(the {number} lowest units are shown)", number=MOST_ROWS)
    return for_page(lambda width: heat_map("mastery", title, read.topics, rows, width=width, low=HALF / 100))


def _size(session: Session, asked: Asked) -> int:
    return 1 + queries.how_many_below(session, asked.unit.id, asked.levels or 1)


MASTERY = Report(
    name="mastery",
    title=N_("Mastery of topics by unit"),
    heading=N_("REPORT"),
    subject=N_("on the mastery of topics: {course}"),
    columns=(*FIRST, *LAST),
    content=_content,
    size=_size,
    of_exam=True,
    by_level=True,
    reads=attempts.at_most,
    ticks=True,
)
