"""A Word document as lines: soft breaks split, automatic numbers written out, every mark kept with its place.

Words are found in `flat`, which has the same length as `text`: letters without diacritics, look-alikes of other
scripts as Latin, all dashes "-" and all blanks " ", so that a place in one is the same place in the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lms.files.word import Block, Paragraph, Run, Table
from lms.questions.question import Image

_LOOK_ALIKES = (
    "АВСЕНІЈКМОРЅТХУасеіјорѕхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABCEHIJKMOPSTXYaceijopsxyABEZHIKMNOPTYX",
)
_DASHES = "‐‑‒–—―−﹣－"
_QUOTES = ("“”„‟«»‘’‚‛", '""""""' + 4 * "'")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PLAIN_LOOK = Run("")
_LONG, _WIDEST = 200, 40
_GAP = re.compile(r"[^\S\n]{41,}")  # wider gaps say no more, and cost time to look through
_TITLES = {"title", "subtitle", "hướng dẫn"}


def _flat_table() -> dict[int, int]:
    """What a letter is read as. Usual letters that stay as they are stand in it too: a miss takes long to find."""
    table: dict[int, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    table |= {ord("đ"): "d", ord("Đ"): "D", ord("ð"): "d", ord("Ð"): "D"}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= dict(zip(map(ord, _LOOK_ALIKES[0]), _LOOK_ALIKES[1], strict=True))
    table |= {ord(dash): "-" for dash in _DASHES}
    table |= dict(zip(map(ord, _QUOTES[0]), _QUOTES[1], strict=True))
    table |= dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    table |= {0x3002: ".", 0xFF0E: ".", 0x2024: "."}
    usual = {code: code for code in (*range(0x250), *range(0x300, 0x370), *range(0x1E00, 0x2100))}
    return usual | {code: ord(letter) for code, letter in table.items()}


_FLAT = _flat_table()


def flat(text: str) -> str:
    """The text for looking words up, sign for sign: no diacritics, look-alikes Latin, dashes and blanks alike."""
    return text if text.isascii() else text.translate(_FLAT)


@dataclass(slots=True)
class Line:
    """One line as a reader sees it; `spans` are the looks of its parts, `images` pictures by their offset."""

    text: str
    flat: str
    spans: tuple[tuple[int, int, Run], ...] = ()
    images: tuple[tuple[int, Image], ...] = ()
    paragraph: int = 0
    auto: int = 0  # length of the automatic number at the start
    bullet: bool = False  # an item of a list without numbers
    heading: bool = False
    title: bool = False  # of the document, or one of our own instructions: no text of a question
    soft: bool = False  # goes on after a soft break
    lost_pictures: int = 0
    row: int = -1  # of the table it stands in; -1: none
    table: int = 0  # which table
    outline: int = 0  # the level of a heading

    def cut(self, start: int, end: int | None = None, *, from_edge: bool = False) -> Line:
        """A part of the line, blanks at its ends left out.

        A picture just at `start` belongs to what stands before it, unless that is nothing (or `from_edge`).
        """
        end = len(self.text) if end is None else end
        edge = from_edge or start == 0
        images = self.images and [
            (at, image) for at, image in self.images if (start < at or (edge and at == start)) and at <= end
        ]
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        end = start + len(inner.strip())
        return Line(
            self.text[start:end],
            self.flat[start:end],
            tuple(
                [
                    (a - start if a > start else 0, (b if b < end else end) - start, run)
                    for a, b, run in self.spans
                    if b > start and a < end
                ]
            ),
            tuple([(max(at - start, 0), image) for at, image in images]),
            self.paragraph,
            self.auto - start if self.auto > start else 0,
            self.bullet,
            self.heading,
            self.title,
            self.soft,
            self.lost_pictures,
            self.row,
            self.table,
            self.outline,
        )

    @property
    def blank(self) -> bool:
        """Nothing to read and nothing to see."""
        return not self.text.strip() and not self.images and not self.lost_pictures


@dataclass(slots=True)
class TableItem:
    """A table between the lines; `lines` are those of its cells, row by row."""

    table: Table
    number: int
    paragraph: int
    rows: list[list[list[Line]]] = field(default_factory=list)  # row, cell, line

    @property
    def lines(self) -> list[Line]:
        """All lines of all cells that are not blank."""
        return [line for row in self.rows for cell in row for line in cell if not line.blank]


Item = Line | TableItem


class LineReader:
    """Turns the blocks of a document into lines and tables."""

    def __init__(self) -> None:
        self._tables = 0

    def items(self, blocks: Sequence[Block]) -> Iterator[Item]:
        """Lines and tables in reading order; blank lines are left out."""
        for block in blocks:
            if isinstance(block, Paragraph):
                yield from (line for line in lines_of(block) if not line.blank)
            else:
                yield self._table(block)

    def _table(self, table: Table) -> TableItem:
        self._tables += 1
        item = TableItem(table, self._tables, 0)
        for number, row in enumerate(table.rows):
            item.rows.append([self._cell(cell.blocks, number, item.number) for cell in row])
        item.paragraph = next((line.paragraph for row in item.rows for cell in row for line in cell), 0)
        return item

    def _cell(self, blocks: Sequence[Block], row: int, table: int) -> list[Line]:
        found: list[Line] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                found.extend(lines_of(block, row=row, table=table))
            else:
                inner = self._table(block)
                found.extend(replace(line, row=row, table=table) for line in inner.lines)
        return found


def lines_of(paragraph: Paragraph, row: int = -1, table: int = 0) -> Iterator[Line]:
    """The lines of a paragraph: one, and one more after each soft break."""
    text, spans, offsets = _shown(paragraph)
    label = paragraph.label
    bullet = paragraph.list_level is not None and bool(label) and not any(map(str.isalnum, label))
    prefix = f"{label} " if label and not bullet else ""
    if prefix:
        text = prefix + text
        moved = ((a + len(prefix), b + len(prefix), run) for a, b, run in spans)
        spans = [(0, len(prefix), _PLAIN_LOOK), *moved]
        offsets = [at + len(prefix) for at in offsets]
    pictures = zip(offsets, paragraph.images, strict=True)
    whole = Line(
        text,
        flat(text),
        tuple(spans),
        tuple((at, Image(name, alt)) for at, (name, alt) in pictures),
        paragraph.index,
        len(prefix),
        bullet,
        paragraph.outline is not None,
        paragraph.style.casefold() in _TITLES,
        False,
        paragraph.lost_pictures,
        row,
        table,
        paragraph.outline or 0,
    )
    if "\n" not in text:
        yield whole
        return
    start = 0
    for part in text.split("\n"):
        line = whole.cut(start, start + len(part), from_edge=True)
        line.soft, line.lost_pictures = start > 0, whole.lost_pictures if start == 0 else 0
        if not line.blank:
            yield line
        start += len(part) + 1


def _shown(paragraph: Paragraph) -> tuple[str, list[tuple[int, int, Run]], list[int]]:
    parts: list[str] = []
    spans: list[tuple[int, int, Run]] = []
    at = 0
    for run in paragraph.runs:
        if run.hidden:
            continue
        text = run.text if len(run.text) < _LONG else _GAP.sub(lambda gap: gap[0][:_WIDEST], run.text)
        if run.raised:
            text = text.translate(_RAISED)
        elif run.lowered:
            text = text.translate(_LOWERED)
        parts.append(text)
        spans.append((at, at + len(text), run))
        at += len(text)
    return "".join(parts), spans, list(paragraph.image_places)
