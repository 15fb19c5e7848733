"""What every source gives: the lines of a document in reading order, with what the source knows about each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lms.questions.problem import Problem
from lms.vietnamese.text import tidy

MOST_LINES = 20_000  # a resolution has some hundred; the longest code of law about 5,000
MOST_LETTERS = 4_000_000
_ON, _OFF = "\ue000", "\ue001"  # private signs that carry bold through `tidy`
_MARKS = re.compile(f"[{_ON}{_OFF}]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line (a paragraph, heading, item or row) of a document.

    - `label`: the automatic number as shown ("II.", "a)", "•"), not in `text`;
    - `level`: the heading level if the source says so, 1 the outermost;
    - `bold`: (start, end) of the bold parts of `text`;
    - `place`: its number in the source, from 1, counted in what `Outline.unit` names; `page` where there are pages.
    """

    text: str
    label: str = ""
    level: int | None = None
    bold: tuple[tuple[int, int], ...] = ()
    page: int | None = None
    row: bool = False
    place: int = 0

    @property
    def all_bold(self) -> bool:
        """Whether every letter of the line is bold."""
        covered = sum(end - start for start, end in self.bold)
        return bool(self.text) and covered >= len(self.text.rstrip(" .:;"))

    def after(self, start: int) -> Line:
        """The rest of the line, from an offset on."""
        bold = tuple((max(a - start, 0), b - start) for a, b in self.bold if b > start)
        return replace(self, text=self.text[start:], bold=bold, label="")

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Outline:
    """A document as its source gives it. `unit` says what `Line.place` counts: line, paragraph or page."""

    lines: tuple[Line, ...] = ()
    title: str = ""
    problems: tuple[Problem, ...] = ()
    unit: str = "line"


class DocumentRefused(ValueError):
    """The file cannot be read as a document; `code` is a code of MESSAGES (ours, the Word reader's, packages')."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


def lines_of(pieces: Iterable[tuple[str, bool]], like: Line) -> Iterator[Line]:
    """The lines that (text, is bold) pieces make, tidied; a newline ends a line. The first one keeps the label."""
    marked = "".join(
        f"{_ON}{_MARKS.sub('', text)}{_OFF}" if bold and text.strip() else _MARKS.sub("", text)
        for text, bold in pieces
    )
    bold = False
    for number, part in enumerate(tidy(marked).split("\n")):
        text, spans, bold = _spans(part, bold)
        if text or (like.label and number == 0):
            yield replace(like, text=text, bold=spans, label=like.label if number == 0 else "")


def _spans(marked: str, bold: bool) -> tuple[str, tuple[tuple[int, int], ...], bool]:
    """The text without signs, its bold parts, and whether bold goes on behind it."""
    spans: list[tuple[int, int]] = []
    kept: list[str] = []
    at = 0
    for part in re.split(f"([{_ON}{_OFF}])", marked):
        if part in (_ON, _OFF):
            bold = part == _ON
            continue
        follows_blank = not at or kept[-1].endswith(" ")
        told = part.lstrip() if follows_blank else part
        if not told:
            continue
        if bold:
            spans.append((at, at + len(told)))
        kept.append(told)
        at += len(told)
    text = "".join(kept)
    return text.rstrip(), _joined(spans, text), bold


def _joined(spans: Sequence[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Parts with only blanks between them are one; blanks at their ends are not bold."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(
        (start + len(text[start:end]) - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()))
        for start, end in found
        if text[start:end].strip()
    )
