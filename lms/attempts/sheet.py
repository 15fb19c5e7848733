"""The questions as HTML: drawn once for everybody who has the paper, and each one's own answers put in.

The templates mark every place that depends on an answer (see templates/questions/single_choice/ask.html), so a page
with answers is the kept pieces with a few attributes, and what was written, between them. Nothing here has a key: it is
made of AskedQuestion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from lms.attempts.rules import Answers
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.lru import Lru
from lms.questions.answer import AnswerRefused

MOST_SHEETS = 250  # kept by a process: about 100 KB each
_MARK = re.compile(r'( data-o="([^"]+)"(?:(?<=:t")>)?)')  # of a textarea the text goes behind its tag


@dataclass(frozen=True, slots=True)
class Sheet:
    """HTML cut at its markers: each piece ends with a marker, whose key stands beside it; then the rest."""

    pieces: tuple[tuple[str, str], ...]
    rest: str

    def filled(self, marks: dict[str, str]) -> Markup:
        """The page with `marks` (marker -> attributes or escaped text) put in."""
        return Markup("".join(piece + marks.get(key, "") for piece, key in self.pieces) + self.rest)  # noqa: S704


_sheets: Lru[tuple[LoadedPaper, str], Sheet] = Lru(MOST_SHEETS)


def sheet_of(paper: LoadedPaper, language: str, draw: Callable[[LoadedPaper], str]) -> Sheet:
    """The paper's questions in a language, drawn by `draw` the first time."""
    found = _sheets.get((paper, language))
    if found is None:
        found = cut(draw(paper))
        _sheets.put((paper, language), found)
    return found


def cut(html: str) -> Sheet:
    """Cut drawn questions at their markers."""
    parts = _MARK.split(html)
    pieces = [(parts[at] + parts[at + 1], parts[at + 2]) for at in range(0, len(parts) - 1, 3)]
    return Sheet(tuple(pieces), parts[-1])


def marks(paper: LoadedPaper, answers: Answers) -> dict[str, str]:
    """What the answers add to the markers of a paper."""
    found: dict[str, str] = {}
    for slot in paper.slots:
        answer, flagged = answer_in(slot, answers), slot.number in answers.flagged
        found.update((f"{slot.number}:{place}", words) for place, words in _places(answer))
        if flagged:
            found[f"{slot.number}:f"] = " checked"
        cell = (" data-answered" if answer is not None else "") + (" data-flagged" if flagged else "")
        if cell:
            found[f"{slot.number}:g"] = cell
    return found


def answered(paper: LoadedPaper, answers: Answers) -> frozenset[int]:
    """The slots that have an answer."""
    return frozenset(slot.number for slot in paper.slots if answer_in(slot, answers) is not None)


def answer_in(slot: Slot, answers: Answers) -> Any:
    """The answer of a slot in canonical form; None for none, or for what is none to this question."""
    value = answers.values.get(slot.number)
    if value is None:
        return None
    try:
        return slot.type.read_answer(slot.asked, value)
    except AnswerRefused:
        return None


def _places(answer: Any) -> Iterator[tuple[str, str]]:
    """(place, what is put in) of each control that an answer sets; by the answer's shape, whatever the type.

    A shape can mean several controls: a list the ticked boxes, or the place of each item. A question has the markers
    of its own controls only, so that what is said of others goes nowhere.
    """
    if isinstance(answer, str):
        yield "v", f' value="{escape(answer)}"'
        yield "t", str(escape(answer))
    elif isinstance(answer, dict):
        yield from (_of_row(row, said) for row, said in answer.items())
    elif isinstance(answer, list):
        yield from ((str(item), " checked") for item in answer)
        yield from ((f"{item}:{place}", " selected") for place, item in enumerate(answer))
    elif answer is not None:
        yield _word(answer), " checked"


def _of_row(row: str, said: bool | int | str) -> tuple[str, str]:
    """A judgement, a choice from a list, or what was typed."""
    if isinstance(said, str):
        return f"{row}:v", f' value="{escape(said)}"'
    return f"{row}:{_word(said)}", " checked" if isinstance(said, bool) else " selected"


def _word(value: bool | int) -> str:
    return str(value).lower()  # True -> "true"; positions as they are
