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
_YEAR, _YEAR_END = re.compile(r"(?:19|20)\d\d\b"), re.compile(r"\b(?:19|20)\d\d$")
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
    column: bool = False  # a line of a page in columns; `left` is then as if it stood in the first


@dataclass(frozen=True, slots=True)
class _Habit:
    """How lines are printed: letters of a full one, where they begin, and where first lines of paragraphs do."""

    width: float
    margin: float
    indent: float | None


def join(printed: Sequence[Printed]) -> Iterator[Line]:
    """The written lines of the printed ones."""
    habits = {kind: _habit([line for line in printed if line.column is kind]) for kind in (False, True)}
    paragraph: list[Printed] = []
    for line in printed:
        if paragraph and _begins(paragraph, line, habits[line.column]):
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


def _begins(paragraph: Sequence[Printed], line: Printed, habit: _Habit) -> bool:
    """Whether a line begins another paragraph than the one whose lines came so far."""
    last, begun = paragraph[-1], Line(line.text)
    if item_sign(begun)[0] or read_marks(begun):
        return not (_is_inside(paragraph, line) or _counts_on(paragraph, line))
    if _LETTER.search(line.text) and (last.bold, is_capitals(last.text)) != (
        line.bold,
        is_capitals(line.text),
    ):
        return _looks_new(last, line)
    short = _is_short(last, line, habit)
    if line.text[:1].islower() and not last.text.endswith((".", "!", "?")):
        return line.gap and last.page == line.page
    if habit.indent is not None and min(abs(line.left - habit.indent), abs(line.left - habit.margin)) < _NEAR:
        return abs(line.left - habit.indent) < _NEAR
    if last.text.endswith(_SENTENCE_END):
        return short or line.gap
    return line.gap or (short and not last.text.endswith(","))


def _is_short(last: Printed, line: Printed, habit: _Habit) -> bool:
    """Whether a line stops before the margin although the next word would have had room."""
    room = habit.width - len(last.text) - len(line.text.split(maxsplit=1)[0])
    return len(last.text) < _SHORT * habit.width and room > 0


def _looks_new(last: Printed, line: Printed) -> bool:
    """Whether a line of another look (bold, capitals) begins something, or a bold beginning of a sentence goes on."""
    if last.bold != line.bold:
        return not (_OPEN_END.search(last.text) and line.text[:1].islower())
    return is_capitals(last.text) or line.text[:2].isupper()


def _is_inside(paragraph: Sequence[Printed], line: Printed) -> bool:
    """A number at the beginning of a line that only goes on: "… mức tăng trưởng từ" / "11. …" does not happen, "I." or
    "A." in a name may; only a line that ends open and a mark followed by small letters are taken together."""
    marks, last = read_marks(Line(line.text)), paragraph[-1]
    if not marks:
        # a dash: "phát triển kinh tế" / "- xã hội", "giai đoạn 2021" / "- 2025", "“Văn hiến" / "- Văn minh"
        rest = line.text[item_sign(Line(line.text))[1] :]
        years = bool(_YEAR_END.search(last.text) and _YEAR.match(rest))
        quoted = sum(each.text.count("“") - each.text.count("”") for each in paragraph) > 0
        return bool(re.search(r"\w$", last.text)) and (rest[:1].islower() or years or quoted) and not line.gap
    rest = line.text[marks[0].end :]
    return bool(_OPEN_END.search(last.text)) and rest[:1].islower() and marks[0].kind in ("arabic", "decimal")


def _counts_on(paragraph: Sequence[Printed], line: Printed) -> bool:
    """Whether "(3)" only happens to begin a line: the "(2)" before it stands in the running text."""
    mark = next((each for each in read_marks(Line(line.text)) if each.kind == "paren"), None)
    before = f"({mark.value - 1})" if mark else ""
    running = " ".join(each.text for each in paragraph)
    return bool(before) and not line.gap and running.find(before) > 0


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
