"""A heat map: units down, topics across, the share in figures in every cell; the shade is for the eye only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.kit.charts.drawing import Box, Drawing, Key, Shape, Stroke, Words, legend
from lms.kit.charts.text import LEADING, SIZE, SMALL, fit, widest

PHONE_BELOW = 480
LEAST_CELL = 30.0  # room for "100"
WIDEST_CELL = 120.0
CELL = 28.0  # height
CLOSE = LEADING - 3  # between two lines of a heading


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A line of the map: shares from 0 to 1, None where there is nothing to tell."""

    label: str
    shares: Sequence[float | None]


def heat_map(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    *,
    width: int,
    low: float = 0.5,
    nothing: str = "–",
    description: str = "",
) -> Drawing:
    """The lower a share, the darker its cell; below `low` it is framed too. Figures are percentages without a sign.

    Headings that do not fit above their column are numbered and told in a list above the map. More columns than fit
    beside each other go on below.
    """
    labels = 0.0 if width < PHONE_BELOW else width * 0.36
    most = max(int((width - labels) // LEAST_CELL), 1)
    blocks = [range(start, min(start + most, len(columns))) for start in range(0, len(columns), most)]
    blocks = blocks or [range(0)]
    cell = min(round((width - labels) / max(len(blocks[0]), 1), 2), WIDEST_CELL)
    grid = _Grid(labels, cell, width, low, nothing)
    in_words = all(widest(column.split(), SMALL) + 6 <= cell for column in columns)
    keys = [] if in_words else [Key("", f"{n}. {column}") for n, column in enumerate(columns, 1)]
    shapes, top = legend(keys, width)
    for block in blocks:
        headings = [columns[n] if in_words else str(n + 1) for n in block]
        drawn, top = grid.block(headings, [_part(row, block) for row in rows], top)
        shapes += drawn
    said = description or "; ".join(_said(row, columns, nothing) for row in rows)
    return Drawing(name, title, said, width, round(max(top, 1.0), 1), tuple(shapes))


def _said(row: HeatRow, columns: Sequence[str], nothing: str) -> str:
    pairs = zip(columns, row.shares, strict=True)
    return f"{row.label}: " + ", ".join(f"{column} {_figure(share, nothing)}" for column, share in pairs)


def _figure(share: float | None, nothing: str) -> str:
    return nothing if share is None else str(int(share * 100 + 0.5))


def _part(row: HeatRow, block: range) -> HeatRow:
    return HeatRow(row.label, [row.shares[n] for n in block])


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the cells stand: `labels` units from the left (0: the labels stand above), each `cell` wide."""

    labels: float
    cell: float
    width: float
    low: float
    nothing: str

    def block(
        self, headings: Sequence[str], rows: Sequence[HeatRow], top: float
    ) -> tuple[list[Shape], float]:
        """Headings with their rows below them; and where the next block may begin."""
        shapes: list[Shape] = []
        broken = [fit(heading, self.cell - 4, SMALL) for heading in headings]
        tall = max((len(lines) for lines in broken), default=0) * CLOSE
        for place, lines in enumerate(broken):
            first = top + tall - (len(lines) - 1) * CLOSE - 2
            middle = self.labels + (place + 0.5) * self.cell
            shapes += [
                Words(middle, first + n * CLOSE, text, "middle", SMALL, "soft")
                for n, text in enumerate(lines)
            ]
        top += tall + 4
        for row in rows:
            drawn, top = self._row(row, top)
            shapes += drawn
        return shapes, top + 8

    def _row(self, row: HeatRow, top: float) -> tuple[list[Shape], float]:
        texts = fit(row.label, (self.labels or self.width) - 12)
        room = len(texts) * LEADING
        if not self.labels:
            above: list[Shape] = [Words(0, top + SIZE + n * LEADING, text) for n, text in enumerate(texts)]
            return above + self._cells(row, top + room), top + room + CELL + 8
        tall = max(room, CELL)
        first = top + (tall - room) / 2 + SIZE
        beside: list[Shape] = [Words(0, first + n * LEADING, text) for n, text in enumerate(texts)]
        return beside + self._cells(row, top + (tall - CELL) / 2), top + tall + 2

    def _cells(self, row: HeatRow, top: float) -> list[Shape]:
        shapes: list[Shape] = []
        for place, share in enumerate(row.shares):
            x = round(self.labels + place * self.cell, 1)
            shade = 0.0 if share is None else 1 - min(max(share, 0.0), 1.0)
            box = Box(x + 1, top + 1, round(self.cell - 2, 1), CELL - 2, "cell", shade)
            shapes.append(box)
            if share is not None and share < self.low:
                shapes.append(_frame(box))
            text, base = _figure(share, self.nothing), top + CELL / 2 + SMALL * 0.36
            shapes.append(Words(x + self.cell / 2, base, text, "middle", SMALL, "figure"))
        return shapes


def _frame(box: Box) -> Stroke:
    right, bottom = box.x + box.width, box.y + box.height
    return Stroke(
        (((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom), (box.x, box.y)),), "frame"
    )
