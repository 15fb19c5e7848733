"""Lines as they are printed to lines as they were written: a paragraph that was broken at the margin becomes one.

A printed line ends a paragraph when it stops short of the margin, or when the next one begins one: a number, a sign,
an indent, a gap, capitals, or bold after not bold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.study.reading.marks import item_sign, read_marks
from lms.study.reading.outline import Line, lines_of
from lms.study.reading.structure import is_capitals

_SHORT = 0.75  # of the usual width: the line stops before the margin
_INDENT = 6  # points that a first line stands further in
_NEAR = 3
_LETTER = re.compile(r"[^\W\d_]")
_OPEN_END = re.compile(r"[\w,–—\-/(“\"%]$")
_SENTENCE_END = (".", ":", ";", "!", "?", "…", "”", "/.")
_FOREIGN_BREAK = re.compile(r"\b([A-Za-z]{4,})-$")


@dataclass(frozen=True, slots=True)
class Printed:
    """A line on paper. `left`: where it begins (any unit); `gap`: more room above it than between lines."""

    text: str
    left: float = 0
    bold: bool = False
    page: int | None = None
    place: int = 0
    gap: bool = False


@dataclass(frozen=True, slots=True)
class _Habit:
    """How the document is printed: letters of a full line, where lines begin, and first lines of paragraphs."""

    width: float
    margin: float
    indent: float | None


def join(printed: Sequence[Printed]) -> Iterator[Line]:
    """The written lines of the printed ones."""
    habit = _habit(printed)
    paragraph: list[Printed] = []
    for line in printed:
        if paragraph and _begins(paragraph[-1], line, habit):
            yield from _written(paragraph)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield from _written(paragraph)


def _habit(printed: Sequence[Printed]) -> _Habit:
    lengths = sorted(len(line.text) for line in printed)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    full = [line for line in printed if len(line.text) > _SHORT * width]
    places = Counter(round(line.left) for line in full)
    usual = sorted(place for place, count in places.items() if count > max(1, 0.05 * len(full)))
    margin = usual[0] if usual else 0
    further = [place for place in usual if place > margin + _INDENT]
    return _Habit(width, margin, max(further, key=lambda place: places[place], default=None))


def _begins(last: Printed, line: Printed, habit: _Habit) -> bool:
    begun = Line(line.text)
    if item_sign(begun)[0] or read_marks(begun):
        return not _is_inside(last, line)
    if _LETTER.search(line.text) and (last.bold, is_capitals(last.text)) != (
        line.bold,
        is_capitals(line.text),
    ):
        return _looks_new(last, line)
    short = len(last.text) < _SHORT * habit.width
    if line.text[:1].islower() and not last.text.endswith((".", "!", "?")):
        return line.gap and last.page == line.page
    if habit.indent is not None and min(abs(line.left - habit.indent), abs(line.left - habit.margin)) < _NEAR:
        return abs(line.left - habit.indent) < _NEAR
    if last.text.endswith(_SENTENCE_END):
        return short or line.gap
    return line.gap or (short and not last.text.endswith(","))


def _looks_new(last: Printed, line: Printed) -> bool:
    """Whether a line of another look (bold, capitals) begins something, or a bold beginning of a sentence goes on."""
    if last.bold != line.bold:
        return not (_OPEN_END.search(last.text) and line.text[:1].islower())
    return is_capitals(last.text) or line.text[:2].isupper()


def _is_inside(last: Printed, line: Printed) -> bool:
    """A number at the beginning of a line that only goes on: "… mức tăng trưởng từ" / "11. …" does not happen, "I." or
    "A." in a name may; only a line that ends open and a mark followed by small letters are taken together."""
    marks = read_marks(Line(line.text))
    if not marks:  # a dash: "phát triển kinh tế" / "- xã hội"
        rest = line.text[item_sign(Line(line.text))[1] :]
        return bool(re.search(r"\w$", last.text)) and rest[:1].islower() and not line.gap
    rest = line.text[marks[0].end :]
    return bool(_OPEN_END.search(last.text)) and rest[:1].islower() and marks[0].kind in ("arabic", "decimal")


def _written(paragraph: Sequence[Printed]) -> Iterator[Line]:
    text = paragraph[0].text
    for line in paragraph[1:]:
        text = _joined(text, line.text)
    first = paragraph[0]
    bold = all(line.bold for line in paragraph)
    yield from lines_of([(text, bold)], Line("", page=first.page, place=first.place))


def _joined(text: str, following: str) -> str:
    if text.endswith("\u00ad"):
        return text[:-1] + following
    if text.endswith(("-", "–", "/")) and not text.endswith((" -", " –", " /")):
        broken = _FOREIGN_BREAK.search(text)
        if broken and following[:1].islower() and re.match(r"[a-z]{2,}(?![^\x00-\x7f])", following):
            return text[:-1] + following
        return text + following
    return f"{text} {following}"
