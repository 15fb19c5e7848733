"""Tables that only place options or questions on the paper, as the lines they hold."""

from __future__ import annotations

from lms.questions.formats.word import grammar
from lms.questions.formats.word.bodytables import is_special
from lms.questions.formats.word.lines import Line, TableItem


def is_layout(item: TableItem) -> bool:
    """Whether a table only places options on the paper: its cells begin with letters."""
    if is_special(item):
        return False
    cells = [cell for row in item.rows for cell in row if cell]
    lettered = sum(any(grammar.label_of(line) is not None for line in cell) for cell in cells)
    first = any(
        (label := grammar.label_of(line)) is not None and (label.index == 0 or label.auto)
        for cell in cells
        for line in cell
    )
    return first and (lettered >= 2 or any(len(cell) > 1 for cell in cells))


def cell_lines(item: TableItem) -> list[Line]:
    """The lines of a table that places things; a letter or number in a cell of its own joins the next cell."""
    found: list[Line] = []
    for row in item.rows:
        waiting: Line | None = None
        for cell in row:
            for line in cell:
                if line.blank:
                    continue
                whole = line if waiting is None else with_prefix(line, waiting)
                waiting = whole if line is cell[-1] and _only_label(whole) else None
                if waiting is None:
                    found.append(whole)
        if waiting is not None:
            found.append(waiting)
    return found


def _only_label(line: Line) -> bool:
    head = grammar.head_of(line) or grammar.numbered_head(line)
    if head is not None and not line.text[head.end :].strip():
        return True
    label = grammar.label_of(line)
    return label is not None and not line.text[label.end :].strip() and not line.images


def with_prefix(line: Line, before: Line) -> Line:
    """Two lines as one."""
    text = f"{before.text} {line.text}"
    shift = len(before.text) + 1
    return Line(
        text,
        f"{before.flat} {line.flat}",
        (*before.spans, *((a + shift, b + shift, run) for a, b, run in line.spans)),
        (*before.images, *((at + shift, image) for at, image in line.images)),
        before.paragraph,
        before.auto,
        False,
        before.heading,
        before.title,
        before.soft,
        before.lost_pictures + line.lost_pictures,
        line.row,
        line.table,
        before.outline,
    )
