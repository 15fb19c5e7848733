"""Bar charts: one bar a unit, its figure at the end, lowest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from lms.kit.charts.drawing import PHONE, WIDE, Box, Point, hatching
from lms.kit.charts.text import LEADING, SIZE, fit, text_width

BAR = 16
GAP = 14
NARROW = 480  # below this width labels stand above their bars


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `share` from 0 to 1, `figure` printed at its end, `low` hatched as well as coloured."""

    label: str
    share: float
    figure: str
    low: bool = False


@dataclass(frozen=True, slots=True)
class PlacedBar:
    """A bar with its places: label lines as (y, text), the bar's box, where the figure stands."""

    bar: Bar
    lines: tuple[tuple[int, str], ...]
    x: int
    y: int
    length: float
    figure_y: int

    @property
    def hatch(self) -> tuple[tuple[Point, ...], ...]:
        """The slanting lines over the whole of a low bar, however short it is."""
        return hatching(Box(self.x, self.y, self.length, BAR, "low")).lines if self.bar.low else ()


@dataclass(frozen=True, slots=True)
class BarChart:
    """A chart ready to draw; `name` makes the ids in a page unique."""

    name: str
    title: str
    description: str
    width: int
    height: int
    track: int
    bars: tuple[PlacedBar, ...]
    bar_height: int = BAR
    size: int = SIZE
    narrow: BarChart | None = None  # the same for a phone


def bar_chart(
    name: str,
    title: str,
    bars: Sequence[Bar],
    *,
    description: str = "",
    width: int = 640,
    lowest_first: bool = True,
) -> BarChart:
    """Place `bars`, lowest share first or as they are given. `title` states the finding ("3 đơn vị dưới 50 %").

    Below 480 units of width (phones) every label stands above its bar.
    """
    ordered = sorted(bars, key=lambda bar: bar.share) if lowest_first else list(bars)
    figures = max((ceil(text_width(bar.figure)) for bar in ordered), default=0)
    labels = 0 if width < NARROW else round(width * 0.4)
    track = max(width - labels - figures - 10, 40)
    placed = tuple(_place(ordered, labels, track, width))
    height = (placed[-1].y + BAR + GAP) if placed else GAP
    if placed and labels:
        height = max(height, placed[-1].lines[-1][0] + GAP)
    described = description or "; ".join(f"{bar.label}: {bar.figure}" for bar in ordered)
    return BarChart(name, title, described, width, height, track, placed)


def _place(bars: Sequence[Bar], labels: int, track: int, width: int) -> Iterator[PlacedBar]:
    top = GAP // 2
    for bar in bars:
        texts = fit(bar.label, (labels or width) - 12)
        tall = len(texts) * LEADING
        y = top + max(0, (tall - BAR) // 2) if labels else top + tall + 2
        baseline = y + BAR // 2 + SIZE // 2 - 2
        first = baseline - (len(texts) - 1) * LEADING // 2 if labels else top + SIZE
        lines = tuple((first + place * LEADING, text) for place, text in enumerate(texts))
        yield PlacedBar(bar, lines, labels, y, round(track * min(max(bar.share, 0.0), 1.0), 1), baseline)
        top = (max(top + tall, y + BAR) if labels else y + BAR) + GAP


def bars_for_page(name: str, title: str, bars: Sequence[Bar], *, lowest_first: bool = True) -> BarChart:
    """The bars for a page, with the ones for a phone."""
    narrow = bar_chart(f"{name}-narrow", title, bars, width=PHONE, lowest_first=lowest_first)
    return replace(bar_chart(name, title, bars, width=WIDE, lowest_first=lowest_first), narrow=narrow)
