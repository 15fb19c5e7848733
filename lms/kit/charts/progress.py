"""The line of progress: the share of people who got somewhere, day after day, against the deadlines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.kit.charts.axes import day_label, days_shown, in_a_line
from lms.kit.charts.drawing import Box, Drawing, Key, Shape, Stroke, Words, apart, legend, within
from lms.kit.charts.text import LEADING, SMALL, text_width

TALL = 220  # of the field of lines
FOOT = 20  # from there down to the words under it
SCALE = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chart: shares from 0 to 1 at the ends of days in order; `figure` is the last one in words."""

    label: str
    shares: Sequence[tuple[date, float]]
    figure: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by the end of which people must have finished, and what it is called."""

    day: date
    label: str


def progress_chart(
    name: str,
    title: str,
    lines: Sequence[Line],
    deadlines: Sequence[Deadline],
    *,
    first: date,
    last: date,
    width: int,
    description: str = "",
) -> Drawing:
    """Lines from the first day to the last (at least); before the first day nobody has got anywhere."""
    known = [day for line in lines for day, _share in line.shares] + [one.day for one in deadlines]
    last = max([first, last, *known])
    keys = [Key("dashed" if line.dashed else "line", f"{line.label}: {line.figure}") for line in lines]
    shapes, top = legend(keys, width)
    left = text_width("100%", SMALL) + 8
    field = _Field(first, (last - first).days + 1, left, width - left - 4.0, 0.0)
    marks, top = _deadlines(deadlines, field, width, top)
    top += SMALL  # half a line for the highest figure of the scale
    field = _Field(first, field.days, left, field.wide, top)
    for mark in marks:
        shapes += mark(field)
    shapes += _scale(field, width)
    for line in lines:
        shapes += _drawn(line, field)
    height = top + TALL + FOOT + 6
    said = description or "; ".join(f"{line.label}: {line.figure}" for line in lines)
    return Drawing(name, title, said, width, round(height, 1), tuple(shapes))


@dataclass(frozen=True, slots=True)
class _Field:
    """Where the lines are drawn, and how days and shares become places."""

    first: date
    days: int
    left: float
    wide: float
    top: float

    def x(self, day: date, part: float = 1.0) -> float:
        """The place of a day's end (or another part of the day)."""
        passed = min(max((day - self.first).days + part, 0.0), self.days)
        return round(self.left + self.wide * passed / self.days, 1)

    def y(self, share: float) -> float:
        return round(self.top + TALL * (1 - min(max(share, 0.0), 1.0)), 1)


_Mark = Callable[[_Field], list[Shape]]


def _deadlines(
    deadlines: Sequence[Deadline], field: _Field, width: float, top: float
) -> tuple[list[_Mark], float]:
    """The deadlines in words above their lines where that fits, otherwise numbered and told in a list before."""
    named: dict[date, str] = {}
    for one in sorted(deadlines, key=lambda one: one.day):
        known = named.get(one.day)
        named[one.day] = f"{known}; {one.label}" if known else one.label
    words: list[Words] = []
    for day, label in named.items():
        told = within(Words(field.x(day), top + SMALL, label, "middle", SMALL), 0, width)
        if told.right > width or not apart(told, words):
            return _numbered(named, field, width, top)
        words.append(told)
    marks = [_marked(day, [one]) for day, one in zip(named, words, strict=True)]
    return marks, top + (LEADING if words else 0)


def _numbered(named: dict[date, str], field: _Field, width: float, top: float) -> tuple[list[_Mark], float]:
    listed, top = legend([Key("", f"{n}. {label}") for n, label in enumerate(named.values(), 1)], width, top)
    lines: list[list[Words]] = []
    marks: list[_Mark] = [lambda _field: listed]
    for number, day in enumerate(named, 1):
        bare = Words(field.x(day), 0, str(number), "middle", SMALL)
        place = next((n for n, line in enumerate(lines) if apart(bare, line, 2)), len(lines))
        lines[place:] = [*lines[place:], []] if place == len(lines) else lines[place:]
        moved = within(Words(bare.x, top + SMALL + place * LEADING, bare.text, "middle", SMALL), 0, width)
        lines[place].append(moved)
        marks.append(_marked(day, [moved]))
    return marks, top + LEADING * len(lines)


def _marked(day: date, words: list[Words]) -> _Mark:
    def shapes(field: _Field) -> list[Shape]:
        x = field.x(day)
        return [*words, Stroke((((x, words[-1].bottom + 3), (x, field.top + TALL)),), "mark")]

    return shapes


def _scale(field: _Field, width: float) -> list[Shape]:
    right = field.left + field.wide
    shapes: list[Shape] = []
    for percent in SCALE:
        y = field.y(percent / 100)
        shapes.append(Stroke((((field.left, y), (right, y)),), "grid" if percent else "axis"))
        shapes.append(Words(field.left - 6, y + SMALL * 0.35, f"{percent}%", "end", SMALL, "soft"))
    last = field.first.fromordinal(field.first.toordinal() + field.days - 1)
    base = field.top + TALL + FOOT
    days = [
        Words(field.x(day, 0.5), base, day_label(day, field.first, last), "middle", SMALL, "soft")
        for day in days_shown(field.first, last, field.wide)
    ]
    return [*shapes, *in_a_line(days, 0, width)]


def _drawn(line: Line, field: _Field) -> list[Shape]:
    if not line.shares:
        return []
    start = (field.left, field.y(0))
    points = (start, *((field.x(day), field.y(share)) for day, share in line.shares))
    x, y = points[-1]
    dot = Box(round(x - 3, 1), round(y - 3, 1), 6, 6, "dot")
    return [Stroke((points,), "dashed" if line.dashed else "line"), dot]
