"""Word files: paragraphs with their automatic numbers, outline levels and bold; tables row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused
from lms.questions.problem import Problem, warning
from lms.study.reading.outline import DocumentRefused, Line, Outline, lines_of
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.files.word import Cell, Paragraph, Table

_NOTES = {
    "footnotes_not_read": "document_footnotes",
    "hidden_text_left_out": "document_hidden",
    "tracked_changes_accepted": "document_tracked",
}


class Docx:
    name = "docx"

    def recognise(self, name: str, head: bytes) -> bool:
        return head.startswith(b"PK\x03\x04") and name.lower().endswith((".docx", ".docm", ".dotx"))

    def read(self, data: bytes, name: str) -> Outline:
        from lms.files.word import Table, WordUnreadable, read_word

        try:
            word = read_word(data)
        except (WordUnreadable, PackageRefused, XmlRefused) as refused:
            raise DocumentRefused(refused.code, **refused.params) from refused
        lines: list[Line] = []
        problems = [warning(_NOTES[note]) for note in word.notes if note in _NOTES]
        for block in word.blocks:
            if isinstance(block, Table):
                problems += _take_table(block, lines)
            else:
                lines.extend(_paragraph(block))
        return Outline(tuple(lines), clean(word.title), tuple(problems), unit="paragraph")


def _paragraph(paragraph: Paragraph) -> Iterator[Line]:
    level = None if paragraph.outline is None else paragraph.outline + 1
    label = (
        paragraph.label if paragraph.list_level is None or paragraph.list_level == 0 else _nested(paragraph)
    )
    pieces = [(run.text, run.bold) for run in paragraph.runs if not run.hidden]
    yield from lines_of(pieces, Line("", label=label, level=level, place=paragraph.index))


def _nested(paragraph: Paragraph) -> str:
    """A bullet in a list of a list is a plus, as Vietnamese documents write it."""
    return paragraph.label if any(map(str.isalnum, paragraph.label)) or not paragraph.label else "+"


def _take_table(table: Table, lines: list[Line]) -> list[Problem]:
    """A table of figures gives rows; one that only places text side by side (heading block, signatures) gives lines."""
    rows = [[cell for cell in row if not cell.merged_down] for row in table.rows]
    if not _holds_rows(rows):
        for row in rows:
            for cell in row:
                _take_cell(cell, lines)
        return []
    first = next((cell for row in rows for cell in row), None)
    place = _place(first) if first else 0
    for row in rows:
        text = " | ".join(filter(None, (clean(cell.text) for cell in row)))
        lines.extend(lines_of([(text, False)], Line("", row=True, place=place)))
    return [warning("document_table").at(paragraph=place)]


def _holds_rows(rows: list[list[Cell]]) -> bool:
    """Three rows of two cells or more, most of them filled and short: figures, not a layout."""
    filled = [[cell for cell in row if clean(cell.text)] for row in rows]
    wide = [row for row in filled if len(row) >= 2]
    lines = [cell.text.count("\n") for row in wide for cell in row]
    return len(wide) >= 3 or (len(wide) == 2 and not any(lines) and any(len(row) >= 3 for row in wide))


def _take_cell(cell: Cell, lines: list[Line]) -> None:
    from lms.files.word import paragraphs_of

    for paragraph in paragraphs_of(cell.blocks):
        lines.extend(_paragraph(paragraph))


def _place(cell: Cell) -> int:
    from lms.files.word import paragraphs_of

    return next((paragraph.index for paragraph in paragraphs_of(cell.blocks)), 0)
