"""Stacked bars: what the people of each unit fall into, every bar as long as the others, the parts told by a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.kit.charts.drawing import Box, Drawing, Key, Shape, Words, hatching, legend
from lms.kit.charts.text import LEADING, SIZE, fit, widest

BAR = 18
GAP = 14
PHONE_BELOW = 480


@dataclass(frozen=True, slots=True)
class Part:
    """A part that every bar may have. `low` parts are hatched."""

    label: str
    low: bool = False


@dataclass(frozen=True, slots=True)
class StackedBar:
    """A bar: how many of each part, and the figure at its end."""

    label: str
    numbers: Sequence[int]
    figure: str


def stacked_bars(
    name: str,
    title: str,
    parts: Sequence[Part],
    bars: Sequence[StackedBar],
    *,
    width: int,
    description: str = "",
) -> Drawing:
    """The bars as they are given, each divided by the shares of its parts; of nobody it is an empty track."""
    looks = ["low" if part.low else f"part{n}" for n, part in enumerate(parts)]
    shapes, top = legend([Key(look, part.label) for look, part in zip(looks, parts, strict=True)], width)
    labels = 0.0 if width < PHONE_BELOW else width * 0.38
    track = max(width - labels - widest([bar.figure for bar in bars]) - 10, 40.0)
    row = _Row(labels, track, width, looks)
    for bar in bars:
        drawn, top = row.bar(bar, top)
        shapes += drawn
    said = description or "; ".join(
        f"{bar.label}: {bar.figure}"
        + "".join(f", {part.label} {n}" for part, n in zip(parts, bar.numbers, strict=True) if n)
        for bar in bars
    )
    return Drawing(name, title, said, width, round(max(top, 1.0), 1), tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Row:
    """Where bars stand: `labels` units from the left (0: the labels stand above), each `track` long."""

    labels: float
    track: float
    width: float
    looks: Sequence[str]

    def bar(self, bar: StackedBar, top: float) -> tuple[list[Shape], float]:
        """A bar with its label and figure; and where the next one may begin."""
        texts = fit(bar.label, (self.labels or self.width) - 12)
        room = len(texts) * LEADING
        tall = max(room, BAR)
        y = top + (tall - BAR) / 2 if self.labels else top + room + 2
        first = top + (tall - room) / 2 + SIZE if self.labels else top + SIZE
        shapes: list[Shape] = [Words(0, first + n * LEADING, text) for n, text in enumerate(texts)]
        shapes += self._parts(bar, y)
        shapes.append(Words(self.width, y + BAR / 2 + SIZE * 0.36, bar.figure, "end", look="figure"))
        return shapes, (top + tall if self.labels else y + BAR) + GAP

    def _parts(self, bar: StackedBar, y: float) -> list[Shape]:
        whole, x = sum(bar.numbers), self.labels
        shapes: list[Shape] = [] if whole else [Box(self.labels, y, round(self.track, 1), BAR, "track")]
        for number, look in zip(bar.numbers, self.looks, strict=True):
            wide = self.track * number / whole if whole else 0.0
            if wide > 0:
                box = Box(round(x, 1), y, round(max(wide - 1, 0.5), 1), BAR, look)
                shapes += [box, hatching(box)] if look == "low" else [box]
            x += wide
        return shapes
