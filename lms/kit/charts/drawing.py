"""What every chart but the bars is made of: boxes, strokes and words with their places, for one macro to draw.

A shape says what it is (`look`), never its colour: templates/pdf/charts.html gives the looks their ink, the page's
style sheet the colours of its theme. Differences are told by hatching, dashes and words as well as by shades, so
that a grey print and a colour-blind reader miss nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lms.kit.charts.text import LEADING, SIZE, fit, text_width

WIDE, PHONE = 640, 320  # widths in the chart's own units: a page or a paper, and a phone
HATCH = 6  # between two lines of hatching

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. `look`: bar · part0 to part5 · low (hatched) · cell · track; `shade` from 0 to 1 of a cell."""

    x: float
    y: float
    width: float
    height: float
    look: str
    shade: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One or more lines drawn with one pen. `look`: grid · axis · line · dashed · mark · hatch · frame."""

    lines: tuple[tuple[Point, ...], ...]
    look: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text with the place of its baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: int = SIZE
    look: str = "label"  # label · figure · soft

    @property
    def left(self) -> float:
        width = text_width(self.text, self.size)
        return self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]

    @property
    def right(self) -> float:
        return self.left + text_width(self.text, self.size)

    @property
    def top(self) -> float:
        return self.y - self.size

    @property
    def bottom(self) -> float:
        return self.y + self.size * 0.25


Shape = Box | Stroke | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart ready to draw. `title` is the finding, `description` the text alternative, `name` makes ids unique.

    `narrow` is the same chart for a phone; pages show the one that fits, papers the wide one.
    """

    name: str
    title: str
    description: str
    width: int
    height: float
    shapes: tuple[Shape, ...]
    narrow: Drawing | None = None
    size: int = SIZE


def for_page(make: Callable[[int], Drawing]) -> Drawing:
    """The drawing that `make` gives for a page, with the one for a phone."""
    narrow = make(PHONE)
    return replace(make(WIDE), narrow=replace(narrow, name=f"{narrow.name}-narrow"))


def hatching(box: Box) -> Stroke:
    """Slanting lines that fill a box and do not leave it."""
    wide, tall = box.width, box.height
    lines = []
    reach = float(HATCH)
    while reach < wide + tall:
        begin = (box.x + min(reach, wide), box.y + max(0.0, reach - wide))
        end = (box.x + max(0.0, reach - tall), box.y + min(reach, tall))
        lines.append((begin, end))
        reach += HATCH
    return Stroke(tuple(lines), "hatch")


def within(words: Words, left: float, right: float) -> Words:
    """The words moved sideways so that they stay between two borders; they begin at the left one if too wide."""
    shift = min(right - words.right, 0.0)
    shift += max(left - (words.left + shift), 0.0)
    return replace(words, x=words.x + shift)


def apart(words: Words, others: Sequence[Words], gap: float = 6) -> bool:
    """Whether the words keep their distance from all others on their line."""
    return all(words.right + gap <= one.left or one.right + gap <= words.left for one in others)


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend: a sample (a look of Box or Stroke, "" for none) and what it stands for."""

    look: str
    label: str


SAMPLE = 22  # width of a sample
_STROKES = ("line", "dashed", "mark")


def legend(keys: Sequence[Key], width: float, top: float = 0.0) -> tuple[list[Shape], float]:
    """The entries from left to right in as many lines as they need; and where the chart below may begin."""
    shapes: list[Shape] = []
    left, line = 0.0, top
    for key in keys:
        room = SAMPLE + 6 if key.look else 0
        texts = fit(key.label, width - room)
        wide = room + max(text_width(text) for text in texts)
        if left and (left + wide > width or len(texts) > 1):
            left, line = 0.0, line + LEADING + 2
        shapes += _sample(key.look, left, line)
        for text in texts:
            shapes.append(Words(left + room, line + SIZE, text))
            line += LEADING
        line -= LEADING
        if len(texts) > 1:
            left = width  # the next entry begins a line of its own
        else:
            left += wide + 18
    return shapes, line + LEADING + 8 if keys else top


def _sample(look: str, left: float, top: float) -> Iterator[Shape]:
    if look in _STROKES:
        yield Stroke((((left, top + 9), (left + SAMPLE, top + 9)),), look)
    elif look:
        box = Box(left, top + 3, SAMPLE, 12, look)
        yield box
        if look == "low":
            yield hatching(box)
