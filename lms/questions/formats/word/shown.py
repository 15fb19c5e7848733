"""What stood in the file, for people: the lines of a question as text, and how parts of them looked."""

from __future__ import annotations

from collections.abc import Sequence

from lms.files.word import Run
from lms.questions.formats.word.lines import Line
from lms.questions.reading import Mark

Shown = tuple[tuple[int, int, Mark], ...]


def original(lines: Sequence[Line]) -> tuple[str, Shown]:
    """The text of the lines, one below the other, and the marks in it by their places."""
    marks: list[tuple[int, int, Mark]] = []
    at = 0
    for line in lines:
        if any(_has_looks(run) for _, _, run in line.spans):
            marks += _marks(line, at)
        at += len(line.text) + 1
    return "\n".join(line.text for line in lines), tuple(sorted(marks, key=lambda mark: mark[:2]))


def _marks(line: Line, shift: int) -> list[tuple[int, int, Mark]]:
    """Neighbours that look alike are one mark; blanks at its ends do not count."""
    found: list[tuple[int, int, Mark]] = []
    open_marks: dict[Mark, list[int]] = {}
    for start, end, run in line.spans:
        for mark in _looks(run):
            place = open_marks.get(mark)
            if place is not None and place[1] == start:
                place[1] = end
            else:
                _close(found, line, shift, mark, place)
                open_marks[mark] = [start, end]
    for mark, place in open_marks.items():
        _close(found, line, shift, mark, place)
    return found


def _close(
    found: list[tuple[int, int, Mark]], line: Line, shift: int, mark: Mark, place: Sequence[int] | None
) -> None:
    if place is None:
        return
    inside = line.text[place[0] : place[1]]
    start = place[0] + len(inside) - len(inside.lstrip())
    end = start + len(inside.strip())
    if start < end:
        found.append((shift + start, shift + end, mark))


def _has_looks(run: Run) -> bool:
    return bool(run.bold or run.underline or run.colour or run.highlight or run.italic)


def _looks(run: Run) -> list[Mark]:
    found: list[Mark] = []
    if run.bold:
        found.append("bold")
    if run.italic:
        found.append("italic")
    if run.underline:
        found.append("underline")
    if run.colour:
        found.append("red" if _is_red(run.colour) else "colour")
    if run.highlight:
        found.append("highlight")
    return found


def _is_red(colour: str) -> bool:
    """Whether people call six hex digits red: FF0000, C00000, EE2211."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return red >= 0x90 and max(green, blue) * 2 <= red
