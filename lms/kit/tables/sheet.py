"""What stands around the table on a sheet of a spreadsheet: official head and titles above, note and signatures below.

Both writers of xlsx lay it out by this; a line is spans of columns with a text each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Literal

from lms.kit.tables.table import Table

LINE_HEIGHT = 17  # points, for letters of 12 to 14
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a text outside the table looks; all are broken into lines."""

    align: Align = "left"
    size: int = 12
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A text over the columns from `first` to `last`."""

    text: str
    first: int
    last: int
    look: Look


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet; without spans it is empty. `height` in points where one line of text is too low."""

    spans: tuple[Span, ...] = ()
    height: int | None = None


def above(table: Table) -> Iterator[Line]:
    """The official head, the titles, and what is said before the table."""
    if table.header:
        header = table.header
        left = (header.parent.upper(), header.issuer.upper(), header.mark, header.number_line)
        right = (*(*header.heading_lines, "", "")[:3], header.place_line)
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            last = place == 3
            yield _halves(
                table,
                (one, Look("center", bold=place == 1)),
                (other, Look("center", bold=not last, italic=last)),
            )
        yield Line()
    told = [
        (table.title, Look("center", 14, bold=True)),
        (table.subtitle, Look("center", 13, bold=True)),
        (table.as_of, Look("center", italic=True)),
        *((paragraph, Look()) for paragraph in table.intro),
        (table.unit_of_count, Look("right", italic=True)),
    ]
    yield from (_line(table, text, look) for text, look in told if text)


def below(table: Table) -> Iterator[Line]:
    """The note, and who signs: authority and post, room for the signature, the name."""
    if table.note:
        yield _line(table, table.note, Look(italic=True))
    yield Line()
    signatures = table.signatures[-2:]
    for part in ("authority", "post", "hint", "name"):
        if part == "name":
            yield from (Line() for _ in range(4))
        texts = [getattr(signature, part) for signature in signatures]
        if any(texts):
            look = Look("center", bold=part != "hint", italic=part == "hint")
            left = texts[0] if len(texts) > 1 else ""
            yield _halves(table, (left, look), (texts[-1], look))


def _line(table: Table, text: str, look: Look) -> Line:
    span = Span(text, 0, len(table.columns) - 1, look)
    return Line((span,), _height(table, span))


def _halves(table: Table, left: tuple[str, Look], right: tuple[str, Look]) -> Line:
    """Two texts side by side; of a table with a single column there is only room for the left one."""
    middle, last = _middle(table), len(table.columns) - 1
    spans = [Span(left[0], 0, middle, left[1])]
    if middle < last:
        spans.append(Span(right[0], middle + 1, last, right[1]))
    spans = [span for span in spans if span.text]
    return Line(tuple(spans), _height(table, *spans))


def _middle(table: Table) -> int:
    """The last column of the left half, by width and not by count."""
    widths = [column.chars for column in table.columns]
    reached = accumulate(widths)
    return next(
        place for place, width in enumerate(reached) if width * 2.3 >= sum(widths) or place == len(widths) - 1
    )


def _height(table: Table, *spans: Span) -> int | None:
    """Room for the longest of the texts in merged cells, which Excel does not find out by itself."""
    lines = 1
    for span in spans:
        width = sum(column.chars for column in table.columns[span.first : span.last + 1])
        lines = max(lines, ceil(len(span.text) * 1.15 / max(width, 1)))
    return lines * LINE_HEIGHT if lines > 1 else None
