"""The charts of the quality pages: what was chosen, and facility day after day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.kit.charts import Drawing, Shape, Stroke, Words, for_page
from lms.kit.charts.axes import days_shown, in_a_line
from lms.kit.charts.drawing import Box, Key, legend
from lms.kit.charts.text import SMALL, text_width

TALL = 180  # of the field of lines
SCALE = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Day:
    """Facility of a day (or of the week that begins with it), and what was to be expected; shares from 0 to 1."""

    day: date
    facility: float
    expected: float | None = None


def days_chart(
    name: str, title: str, days: Sequence[Day], labels: tuple[str, str], description: str
) -> Drawing:
    """The days as points joined by a line, what was expected dashed. `labels` name the two lines."""

    def drawn(width: int) -> Drawing:
        shapes, height = _shapes(days, labels, width)
        return Drawing(name, title, description, width, height, tuple(shapes))

    return for_page(drawn)


def _shapes(days: Sequence[Day], labels: tuple[str, str], width: int) -> tuple[list[Shape], float]:
    keys = [Key("line", labels[0])]
    if any(one.expected is not None for one in days):
        keys.append(Key("dashed", labels[1]))
    shapes, top = legend(keys, width)
    left = text_width("100%", SMALL) + 8
    field = _Field(days[0].day, (days[-1].day - days[0].day).days + 1, left, width - left - 4.0, top + SMALL)
    shapes += _scale(field, width)
    points = [(field.x(one.day), field.y(one.facility)) for one in days]
    expected = [(field.x(one.day), field.y(one.expected)) for one in days if one.expected is not None]
    if len(expected) > 1:
        shapes.append(Stroke((tuple(expected),), "dashed"))
    if len(points) > 1:
        shapes.append(Stroke((tuple(points),), "line"))
    shapes += [Box(round(x - 3, 1), round(y - 3, 1), 6, 6, "dot") for x, y in points]
    return shapes, round(field.top + TALL + 28, 1)


@dataclass(frozen=True, slots=True)
class _Field:
    first: date
    days: int
    left: float
    wide: float
    top: float

    def x(self, day: date) -> float:
        return round(self.left + self.wide * ((day - self.first).days + 0.5) / self.days, 1)

    def y(self, share: float) -> float:
        return round(self.top + TALL * (1 - min(max(share, 0.0), 1.0)), 1)


def _scale(field: _Field, width: float) -> list[Shape]:
    shapes: list[Shape] = []
    for percent in SCALE:
        y = field.y(percent / 100)
        line = ((field.left, y), (field.left + field.wide, y))
        shapes.append(Stroke((line,), "grid" if percent else "axis"))
        shapes.append(Words(field.left - 6, y + SMALL * 0.35, f"{percent}%", "end", SMALL, "soft"))
    last = date.fromordinal(field.first.toordinal() + field.days - 1)
    base = field.top + TALL + 20
    named = [
        Words(field.x(day), base, f"{day:%d/%m}", "middle", SMALL, "soft")
        for day in days_shown(field.first, last, field.wide)
    ]
    return [*shapes, *in_a_line(named, 0, width)]
