"""The paragraphs and items of sections as Markdown, and runs of them that are long enough and not too long to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lms.study.reading import markdown
from lms.study.reading.marks import item_sign
from lms.study.reading.outline import Line
from lms.study.reading.structure import Section

LONGEST = 220  # words of a passage
_SENTENCE_END = re.compile(r"(?<=[.;!?…])\s+(?=[\"“‘(]?[A-ZĐÀ-Ỹ\d])|(?<=;)\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or item: its Markdown, how many words, whether it is an item of a list."""

    text: str
    words: int
    item: bool = False
    page: int | None = None
    place: int = 0


def own_pieces(section: Section) -> list[Piece]:
    return [_piece(line) for line in section.lines if line.text]


def all_pieces(section: Section, *, titled: bool = True) -> list[Piece]:
    """Everything of a section, its number in front where it is one of several."""
    shown = f"**{markdown.escape(section.mark.shown)}** " if section.mark and titled else ""
    shown = shown.replace("\\", "") if shown else ""
    pieces = own_pieces(section)
    if titled and section.title:
        words = len(section.title.split())
        title = f"**{(section.mark.shown + ' ') if section.mark else ''}{markdown.escape(section.title)}**"
        pieces.insert(0, Piece(title, words, page=section.page, place=section.place))
    elif titled and shown:
        first = pieces[0] if pieces else Piece("", 0, place=section.place)
        pieces[:1] = [replace(first, text=f"{shown}{first.text}".strip(), item=False)]
    for child in section.children:
        pieces += all_pieces(child)
    return pieces


def _piece(line: Line) -> Piece:
    sign, start = item_sign(line)
    rest = line.after(start) if start else line
    text = markdown.of_line(rest)
    if line.row and not sign:
        sign = "-"
    indent = {"": "", "-": "- ", "+": "  - "}[sign]
    return Piece(f"{indent}{text}", rest.words, bool(sign), line.page, line.place)


def runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces in runs of about equal length, none longer than LONGEST words."""
    divided = [part for piece in pieces for part in _divided(piece)]
    total = sum(piece.words for piece in divided)
    count = max(1, -(-total // LONGEST))
    wanted, run, words = total / count, list[Piece](), 0
    for piece in divided:
        too_long = words + piece.words > LONGEST
        if run and (too_long or (count > 1 and words + piece.words / 2 > wanted)):
            yield run
            run, words = [], 0
        run.append(piece)
        words += piece.words
    if run:
        yield run


def _divided(piece: Piece) -> Iterator[Piece]:
    """A paragraph longer than a passage is cut between sentences, one without sentences between words."""
    if piece.words <= LONGEST:
        yield piece
        return
    sentences = [part for sentence in _SENTENCE_END.split(piece.text) for part in _by_words(sentence)]
    text: list[str] = []
    for sentence in sentences:
        if text and len(" ".join([*text, sentence]).split()) > LONGEST // 2:
            yield replace(piece, text=_closed(" ".join(text)), words=len(" ".join(text).split()), item=False)
            text = []
        text.append(sentence)
    yield replace(piece, text=_closed(" ".join(text)), words=len(" ".join(text).split()), item=False)


def _by_words(sentence: str) -> Iterator[str]:
    words = sentence.split()
    for start in range(0, len(words), LONGEST):
        yield " ".join(words[start : start + LONGEST])


def _closed(text: str) -> str:
    """Bold that a cut left open is taken away; the text stays."""
    text = text.removeprefix("- ").removeprefix("  - ")
    return text if text.count("**") % 2 == 0 else text.replace("**", "")


def together(pieces: Sequence[Piece]) -> str:
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        text = piece.text
        if text.startswith("  - ") and (number == 0 or not pieces[number - 1].item):
            text = text[2:]  # nothing to be nested in
        if number:
            parts.append("\n" if piece.item and pieces[number - 1].item else "\n\n")
        parts.append(text)
    return "".join(parts)
