"""How a text of a file looked, as pieces to be drawn one after the other: pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from lms.questions.reading import MARKS, Mark


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that looks the same throughout; `begins`: those of its `marks` that begin with it."""

    text: str
    marks: tuple[Mark, ...] = ()
    begins: tuple[Mark, ...] = ()


def pieces(text: str, marks: Iterable[tuple[int, int, Mark]]) -> list[Piece]:
    """The text cut wherever a mark begins or ends; what the marks say of places outside of it does not count."""
    begins: dict[int, list[Mark]] = {}
    ends: dict[int, list[Mark]] = {}
    for start, end, mark in marks:
        if mark in MARKS and 0 <= start < end <= len(text):
            begins.setdefault(start, []).append(mark)
            ends.setdefault(end, []).append(mark)
    cuts = sorted({0, len(text), *begins, *ends})
    open_marks = dict.fromkeys(MARKS, 0)
    found: list[Piece] = []
    for at, end in pairwise(cuts):
        for mark in ends.get(at, ()):
            open_marks[mark] -= 1
        fresh = {mark for mark in begins.get(at, ()) if not open_marks[mark]}
        for mark in begins.get(at, ()):
            open_marks[mark] += 1
        shown = tuple(mark for mark in MARKS if open_marks[mark])
        found.append(Piece(text[at:end], shown, tuple(mark for mark in MARKS if mark in fresh)))
    return found
