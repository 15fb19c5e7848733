"""Lines to a tree of sections: what is a heading, what a numbered paragraph, and what stands below what.

A mark opens a section; it closes what stands deeper (`marks.RANKS`), and kinds of the same rank nest in the order in
which they first come. Lines without a mark belong to the section that is open. Numbers are kept as written; one that
does not follow the last is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.questions.problem import Problem, warning
from lms.study.reading.marks import NAMED, RANKS, Mark, follows, item_sign, read_marks, written
from lms.study.reading.outline import Line
from lms.vietnamese.text import fold

LONGEST_TITLE = 40  # words of a heading
_UNNUMBERED = 0.5  # how much deeper a bold heading without number stands than the heading above it
_ANNEX = re.compile(r"phu luc\b")
_HALF_SENTENCE = (".", ";", ",")


@dataclass(slots=True)
class Section:
    """A heading or a numbered paragraph with all that belongs to it. The root has rank -1 and no mark.

    `kind`: a kind of mark, "capitals", "bold" or "level"; `lines`: its own text, the number taken away.
    """

    kind: str = "root"
    mark: Mark | None = None
    title: str = ""
    heading: bool = True
    rank: float = -1
    level: int | None = None
    page: int | None = None
    place: int = 0
    lines: list[Line] = field(default_factory=list)
    children: list[Section] = field(default_factory=list)
    words: int = 0  # of all below, its own title not counted


def build(lines: Sequence[Line], unit: str) -> tuple[Section, list[Problem]]:
    """The tree of the lines. `unit` names what `Line.place` counts."""
    builder = _Builder(lines, unit)
    for index in range(len(lines)):
        builder.take(index)
    _count(builder.stack[0])
    return builder.stack[0], builder.problems


def _count(section: Section) -> int:
    section.words = sum(line.words for line in section.lines)
    for child in section.children:
        section.words += _count(child) + len(child.title.split())
    return section.words


class _Builder:
    def __init__(self, lines: Sequence[Line], unit: str) -> None:
        self.lines = lines
        self.unit = unit
        self.stack: list[Section] = [Section()]
        self.problems: list[Problem] = []
        self.last: dict[str, Mark] = {}  # the last number of each kind, wherever it stood
        self.bold_says_nothing = _mostly_bold(lines)

    def take(self, index: int) -> None:
        line = self.lines[index]
        mark = self._choose(read_marks(line)) if not line.row else None
        if mark:
            self._open_marked(index, mark)
        elif self._is_unmarked_heading(index):
            self._open_unmarked(line)
        elif self._finishes_title(line):
            self.stack[-1].title = f"{self.stack[-1].title} {_as_title(line.text)}".strip()
        else:
            self.stack[-1].lines.append(line)

    def _choose(self, marks: Sequence[Mark]) -> Mark | None:
        """The reading that counts on from an open section, else the first."""
        for mark in marks:
            for section in self.stack:
                known = section.mark
                if known and known.kind == mark.kind and follows(mark, known.value):
                    return mark
        return next((mark for mark in marks if mark.kind != "lower_roman" or mark.value == 1), None)

    # headings

    def _open_marked(self, index: int, mark: Mark) -> None:
        line = self.lines[index]
        rest = line.after(mark.end)
        level = line.level if line.words <= LONGEST_TITLE else None
        heading = level is not None or self._is_heading(index, mark, rest)
        title = _as_title(rest.text) if heading and self._is_title(mark, rest, level) else ""
        section = Section(mark.kind, mark, title, heading, mark.rank, level, line.page, line.place)
        if rest.text and not title:
            section.lines.append(rest)
        self._close_for(section)
        self._check_number(section, mark)
        self._open(section)

    def _is_title(self, mark: Mark, rest: Line, level: int | None) -> bool:
        if mark.kind == "article" and level is None:
            return rest.words <= LONGEST_TITLE and not rest.text.endswith(_HALF_SENTENCE)
        return True

    def _is_heading(self, index: int, mark: Mark, rest: Line) -> bool:
        if mark.kind in NAMED:
            return True
        text, words = rest.text, rest.words
        if not text or words > LONGEST_TITLE:
            return False
        if _is_capitals(text) or (self._is_bold(rest) and not text.endswith((";", ","))):
            return True
        if text.endswith(_HALF_SENTENCE):
            short = words <= 6 and not any(map(str.isdigit, text))
            return text.endswith(".") and short and self._has_text_below(index, mark)
        return words <= (7 if text.endswith(":") else 25) and self._has_text_below(index, mark)

    def _has_text_below(self, index: int, mark: Mark) -> bool:
        """Whether something deeper follows: text, items or deeper numbers, not the next of the same kind."""
        if index + 1 >= len(self.lines):
            return False
        following = self.lines[index + 1]
        marks = read_marks(following)
        if not marks:
            return not _is_capitals(following.text) or following.row
        return all(
            other.rank > mark.rank or (other.kind != mark.kind and other.value == 1) for other in marks
        )

    def _is_unmarked_heading(self, index: int) -> bool:
        line = self.lines[index]
        if line.row or not line.text or item_sign(line)[0] or line.words > LONGEST_TITLE:
            return False
        if line.level is not None:
            return True
        if self._finishes_title(line):
            return False
        if _is_capitals(line.text):
            return line.words >= 2
        if not self._is_bold(line) or line.words > 25 or line.text.endswith(_HALF_SENTENCE):
            return False
        return index + 1 < len(self.lines) and not self._is_bold(self.lines[index + 1])

    def _finishes_title(self, line: Line) -> bool:
        """The title on the line(s) after "PHẦN THỨ NHẤT", or the second line of one in capitals."""
        top = self.stack[-1]
        if top.lines or top.children or not top.heading or top.rank < 0 or line.row or item_sign(line)[0]:
            return False
        if line.level is not None and line.level != top.level:
            return False
        if not top.title:
            fits = line.words <= 25 and not line.text.endswith(_HALF_SENTENCE)
            return top.kind in NAMED and (_is_capitals(line.text) or self._is_bold(line) or fits)
        return _is_capitals(top.title) and _is_capitals(line.text) and not line.label

    def _is_bold(self, line: Line) -> bool:
        return line.all_bold and not self.bold_says_nothing

    # the open sections

    def _open_unmarked(self, line: Line) -> None:
        title = _as_title(line.text)
        kind = "level" if line.level else "capitals" if _is_capitals(line.text) else "bold"
        section = Section(kind, None, title, True, 0, line.level, line.page, line.place)
        if _ANNEX.match(fold(title)) and kind != "level":
            section.kind, section.rank = "annex", RANKS["annex"]
            self._close_for(section)
        elif kind == "capitals":
            section.rank = RANKS["capitals"]
            self._close_for(section)
        elif kind == "level":
            while len(self.stack) > 1 and not _above_level(self.stack[-1], line.level or 1):
                self.stack.pop()
            section.rank = self.stack[-1].rank + _UNNUMBERED
        else:
            self._close_for_bold()
            section.rank = self.stack[-1].rank + _UNNUMBERED
        self._open(section)

    def _close_for_bold(self) -> None:
        bold = next((at for at, section in enumerate(self.stack) if section.kind == "bold"), None)
        if bold is not None:
            del self.stack[bold:]
        while len(self.stack) > 1 and not self.stack[-1].heading:
            self.stack.pop()

    def _close_for(self, section: Section) -> None:
        same = next((at for at, open_ in enumerate(self.stack) if open_.kind == section.kind), None)
        if same is not None and self.stack[same].rank == section.rank:
            del self.stack[same:]
            return
        if section.level is not None:
            while len(self.stack) > 1 and not _above_level(self.stack[-1], section.level, section.rank):
                self.stack.pop()
            section.rank = max(section.rank, self.stack[-1].rank + _UNNUMBERED)
            return
        while len(self.stack) > 1 and self.stack[-1].rank > section.rank:
            self.stack.pop()

    def _open(self, section: Section) -> None:
        self.stack[-1].children.append(section)
        self.stack.append(section)

    # numbers

    def _check_number(self, section: Section, mark: Mark) -> None:
        parent, last = self.stack[-1], self.last.get(mark.kind)
        self.last[mark.kind] = mark
        before = next((child.mark for child in reversed(parent.children) if child.kind == mark.kind), None)
        if before is None:
            counts_on = last is not None and follows(mark, last.value)
            fits = mark.value == 1 or counts_on
            expected = 1
        else:
            fits, expected = follows(mark, before.value), before.value + 1
        if fits:
            return
        if before and before.value == mark.value:
            found = warning("section_repeated", label=mark.shown)
        else:
            found = warning("section_number", label=mark.shown, expected=written(mark.kind, expected, mark))
        self.problems.append(found.at(**{self.unit: section.place}))


def _above_level(section: Section, level: int, rank: float | None = None) -> bool:
    """Whether a heading of that level (and rank of its number) stands below this section."""
    if section.level is not None:
        return section.level < level
    if level == 1 and rank is None:
        return section.kind in NAMED or section.rank < 0
    return section.heading and (rank is None or section.rank < rank)


def _mostly_bold(lines: Sequence[Line]) -> bool:
    """Where everything is bold, bold means nothing."""
    words = sum(line.words for line in lines) or 1
    return sum(line.words for line in lines if line.all_bold) > 0.6 * words


def _is_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 4 and all(letter.isupper() for letter in letters)


is_capitals = _is_capitals


def _as_title(text: str) -> str:
    return text.rstrip(" .:;").strip()
