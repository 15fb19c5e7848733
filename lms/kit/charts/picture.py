"""A chart as a PNG, for files that hold no drawings of ours: the same geometry in the same ink as on pages and in PDFs.

Everything is drawn SCALE times as large as in the chart's own units, so that it is sharp in print. Opacity is mixed
with the white of the paper, because not every office program shows it. The same chart and font give the same bytes.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

from lms.kit.charts.bars import BarChart
from lms.kit.charts.drawing import Box, Drawing, Point, Stroke, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL.ImageDraw import ImageDraw

SCALE = 3
ACCENT, INK, PAPER = (0x9B, 0x2C, 0x20), (0x22, 0x22, 0x22), (255, 255, 255)
FILLS = {
    "bar": 0.75, "low": 0.15, "track": 0.07, "dot": 1.0,
    "part0": 0.9, "part1": 0.6, "part2": 0.35, "part3": 0.04, "part4": 0.2, "part5": 0.1,
}  # fmt: skip
OUTLINED = ("low", "part3", "part4", "part5")
PENS = {  # colour, opacity, width, dashes
    "grid": (INK, 0.15, 1.0, ()),
    "axis": (INK, 0.6, 1.0, ()),
    "mark": (INK, 1.0, 1.6, (2.0, 3.0)),
    "hatch": (ACCENT, 1.0, 1.2, ()),
    "frame": (ACCENT, 1.0, 2.0, ()),
    "line": (ACCENT, 1.0, 2.6, ()),
    "dashed": (ACCENT, 1.0, 2.0, (7.0, 5.0)),
}
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
Colour = tuple[int, int, int]


def picture(chart: BarChart | Drawing, font: str) -> bytes:
    """The PNG; `font` is the file of a font with all Vietnamese letters."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (round(chart.width * SCALE), round(chart.height * SCALE)), PAPER)
    pen = _Pen(ImageDraw.Draw(image), font)
    for shape in _of_bars(chart) if isinstance(chart, BarChart) else chart.shapes:
        if isinstance(shape, Words):
            pen.say(shape)
        elif isinstance(shape, Stroke):
            pen.stroke(shape)
        else:
            pen.box(shape)
    made = io.BytesIO()
    image.save(made, "PNG", dpi=(96 * SCALE, 96 * SCALE), optimize=True)
    return made.getvalue()


def _of_bars(chart: BarChart) -> Iterator[Box | Stroke | Words]:
    """The bars as the shapes that every other chart is made of."""
    for placed in chart.bars:
        for y, text in placed.lines:
            yield Words(0, y, text, size=chart.size)
        x, y, high = placed.x, placed.y, chart.bar_height
        yield Box(x, y, chart.track, high, "track")
        if placed.length:
            yield Box(x, y, placed.length, high, "part2" if placed.bar.low else "bar")
        if placed.bar.low and placed.length:
            steps = range(0, max(int(placed.length - high), 0), 6)
            yield Stroke(tuple(((x + at, y + high), (x + at + high, y)) for at in steps), "hatch")
        yield Words(chart.width, placed.figure_y, placed.bar.figure, "end", chart.size, "figure")


class _Pen:
    """Draws shapes in the chart's units."""

    def __init__(self, draw: ImageDraw, font: str) -> None:
        self.draw, self.font = draw, font

    def say(self, words: Words) -> None:
        from PIL import ImageFont

        font = ImageFont.truetype(self.font, words.size * SCALE)
        at = (words.x * SCALE, words.y * SCALE)
        colour = _mixed(INK, 0.75 if words.look == "soft" else 1.0)
        self.draw.text(at, words.text, fill=colour, font=font, anchor=ANCHORS[words.anchor])

    def box(self, box: Box) -> None:
        opacity = 0.04 + 0.36 * box.shade if box.look == "cell" else FILLS[box.look]
        colour = INK if box.look == "track" else ACCENT
        right, bottom = box.x + box.width, box.y + box.height
        self.draw.rounded_rectangle(
            [box.x * SCALE, box.y * SCALE, max(right, box.x) * SCALE, max(bottom, box.y) * SCALE],
            radius=3 * SCALE if box.look == "dot" else 0,
            fill=_mixed(colour, opacity),
            outline=ACCENT if box.look in OUTLINED else None,
            width=SCALE,
        )

    def stroke(self, stroke: Stroke) -> None:
        colour, opacity, width, dashes = PENS[stroke.look]
        for line in stroke.lines:
            for part in _dashed(line, dashes) if dashes else (line,):
                points = [(x * SCALE, y * SCALE) for x, y in part]
                self.draw.line(
                    points, fill=_mixed(colour, opacity), width=round(width * SCALE), joint="curve"
                )


def _mixed(colour: Colour, opacity: float) -> Colour:
    red, green, blue = (
        round(ink * opacity + paper * (1 - opacity)) for ink, paper in zip(colour, PAPER, strict=True)
    )
    return red, green, blue


def _dashed(line: Sequence[Point], dashes: Sequence[float]) -> Iterator[tuple[Point, Point]]:
    """The drawn parts of a line; the dashes go on around its corners."""
    drawn, left = True, dashes[0]
    for (x, y), (to_x, to_y) in pairwise(line):
        whole = ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
        done = 0.0
        while done < whole:
            step = min(left, whole - done)
            begin, end = done / whole, (done + step) / whole
            if drawn:
                yield (
                    (x + (to_x - x) * begin, y + (to_y - y) * begin),
                    (x + (to_x - x) * end, y + (to_y - y) * end),
                )
            done, left = done + step, left - step
            if left <= 0:
                drawn = not drawn
                left = dashes[0 if drawn else 1]
