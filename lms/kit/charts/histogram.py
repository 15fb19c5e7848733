"""How results are spread: a bar for each span of percentages, those below the pass mark hatched, the mark as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.kit.charts.axes import in_a_line, round_numbers
from lms.kit.charts.drawing import Box, Drawing, Shape, Stroke, Words, hatching, within
from lms.kit.charts.text import LEADING, SIZE, SMALL, widest
from lms.kit.words import number

TALL = 200  # of the field of bars
FOOT = 20  # from there down to the words under it
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Span:
    """How many results lie from one percentage to another; `low`: all of them below the pass mark."""

    from_percent: float
    to_percent: float
    number: int
    figure: str
    low: bool = False


def histogram(
    name: str,
    title: str,
    spans: Sequence[Span],
    *,
    pass_percent: float | None,
    pass_label: str = "",
    width: int,
    description: str = "",
) -> Drawing:
    """Spans from 0 to 100 percent in order. The figure stands above its bar where all of them have room."""
    ticks = round_numbers(max((span.number for span in spans), default=0))
    left = widest([number(tick) for tick in ticks], SMALL) + 8
    top = LEADING * (2.0 if pass_percent is not None else 1.0)
    field = _Field(left, width - left - 4.0, top, ticks[-1])
    shapes: list[Shape] = _scale(field, ticks)
    shapes += _bars(spans, field)
    shapes += _edges(spans, field, width)
    if pass_percent is not None:
        shapes += _mark(pass_percent, pass_label, field, width)
    said = description or "; ".join(
        f"{span.from_percent:g}–{span.to_percent:g}%: {span.figure}" for span in spans if span.number
    )
    return Drawing(name, title, said, width, top + TALL + FOOT + 6, tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Field:
    left: float
    wide: float
    top: float
    most: int

    def x(self, percent: float) -> float:
        return round(self.left + self.wide * min(max(percent, 0.0), HUNDRED) / HUNDRED, 1)

    def y(self, number: float) -> float:
        return round(self.top + TALL * (1 - min(max(number / self.most, 0.0), 1.0)), 1)


def _scale(field: _Field, ticks: Sequence[int]) -> list[Shape]:
    shapes: list[Shape] = []
    for tick in ticks:
        y = field.y(tick)
        line = ((field.left, y), (field.left + field.wide, y))
        shapes.append(Stroke((line,), "grid" if tick else "axis"))
        shapes.append(Words(field.left - 6, y + SMALL * 0.35, number(tick), "end", SMALL, "soft"))
    return shapes


def _bars(spans: Sequence[Span], field: _Field) -> list[Shape]:
    narrowest = min((field.x(span.to_percent) - field.x(span.from_percent) for span in spans), default=0)
    told = widest([span.figure for span in spans], SMALL) + 2 <= narrowest
    shapes: list[Shape] = []
    for span in spans:
        x, right, y = field.x(span.from_percent) + 1, field.x(span.to_percent) - 1, field.y(span.number)
        if not span.number:
            continue
        box = Box(x, y, round(right - x, 1), round(field.y(0) - y, 1), "low" if span.low else "bar")
        shapes += [box, hatching(box)] if span.low else [box]
        if told:
            shapes.append(Words((x + right) / 2, y - 4, span.figure, "middle", SMALL, "figure"))
    return shapes


def _edges(spans: Sequence[Span], field: _Field, width: float) -> list[Shape]:
    edges = sorted({span.from_percent for span in spans} | {span.to_percent for span in spans})
    base = field.top + TALL + FOOT
    words = [Words(field.x(edge), base, f"{edge:g}", "middle", SMALL, "soft") for edge in edges]
    shown = in_a_line(words, 0, width)
    if len(shown) < len(words):
        few = [word for word, edge in zip(words, edges, strict=True) if not edge % 20]
        shown = in_a_line(few, 0, width)
    return list(shown)


def _mark(percent: float, label: str, field: _Field, width: float) -> list[Shape]:
    x = field.x(percent)
    words = within(Words(x, SIZE, label, "middle"), 0, width)
    return [Stroke((((x, words.bottom + 3), (x, field.top + TALL)),), "mark"), words]
