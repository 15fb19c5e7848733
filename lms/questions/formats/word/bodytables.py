"""Tables inside a question: statements with a cross, pairs, a rubric, or figures that belong to its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.questions.formats.word.lines import Line, TableItem, flat
from lms.questions.formats.word.raw import RawOption, RawQuestion, joined
from lms.questions.problem import warning
from lms.questions.question import Criterion, Pair
from lms.questions.truths import read_truth
from lms.vietnamese.text import fold_words

_TRUE, _FALSE = {"dung", "d", "true"}, {"sai", "s", "false"}
_BOTH = {"dung sai", "d s", "dap an", "dung hay sai", "dung hoac sai", "ket qua", "lua chon"}
_TEXT = {"menh de", "nhan dinh", "phat bieu", "noi dung", "y", "khang dinh", "cau", "cac nhan dinh",
    "cac phat bieu", "noi dung nhan dinh",
         "y kien", "cac menh de", "cac y", "noi dung cau hoi", "cau hoi", "lenh hoi", "nhan dinh sau",
         "cac khang dinh"}  # fmt: skip
_COUNT = {"tt", "stt", "so tt", "", "y", "cau", "so"}
_CROSS = {"x", "v", "+", "●", "✓", "✔", "☑", "☒", "√", "*", "•", "✗"}
_LETTER = re.compile(r"\s*[(\[]?(?P<sign>[a-h]|\d{1,2})\s*[.)\]:/\-](?!\d)\s*", re.IGNORECASE)
_PAIR_HEADS = ({"ve a", "ve trai", "ve 1"}, {"ve b", "ve phai", "ve 2"})
_RUBRIC_HEADS = ({"tieu chi", "tieu chi cham", "noi dung cham", "noi dung"}, {"diem", "so diem"})
_COLUMN_HEADS = ({"cot a", "cot i", "cot 1", "a", "cot trai"}, {"cot b", "cot ii", "cot 2", "b", "cot phai"})


def read_table(item: TableItem, q: RawQuestion) -> list[Line] | None:
    """Take what a table says into the question. None: all taken; lines: it is text, to go on with."""
    rows = [row for row in item.rows if any(not line.blank for cell in row for line in cell)]
    if not rows:
        return None
    header = [fold_words(_text(cell)) for cell in rows[0]]
    columns = statement_columns(header)
    if columns is not None and not q.options:
        for text, truth, lines in statements(rows[1:], columns):
            q.truths[len(q.options)] = truth
            q.options.append(RawOption(None, lines or [_line(text, item)], None, item.paragraph))
        return None
    if _heads(header, _PAIR_HEADS) or (
        q.own == "matching" and len(header) == 2 and not _heads(header, _COLUMN_HEADS)
    ):
        first = 1 if _heads(header, _PAIR_HEADS) else 0
        q.pairs.extend(Pair(_text(row[0]), _text(row[1])) for row in rows[first:] if len(row) > 1)
        return None
    if _heads(header, _COLUMN_HEADS) and len(rows) > 2:
        q.pairs.extend(Pair(_text(row[0]), _text(row[1])) for row in rows[1:] if len(row) > 1)
        q.pairs_by_key = True
        return None
    if _heads(header, _RUBRIC_HEADS):
        q.rubric.extend(Criterion(_text(row[0]), _text(row[1])) for row in rows[1:] if len(row) > 1)
        return None
    q.problems.append(warning("table_as_text", "stem"))
    return [_row_line(row, item) for row in rows]


def is_special(item: TableItem) -> bool:
    """Whether the header of a table says that it holds statements, pairs or a rubric."""
    if not item.rows:
        return False
    header = [fold_words(_text(cell)) for cell in item.rows[0]]
    return (
        statement_columns(header) is not None
        or _heads(header, _PAIR_HEADS)
        or _heads(header, _COLUMN_HEADS)
        or _heads(header, _RUBRIC_HEADS)
    )


def _heads(header: Sequence[str], names: tuple[set[str], set[str]]) -> bool:
    return len(header) == 2 and header[0] in names[0] and header[1] in names[1]


def statement_columns(header: Sequence[str]) -> tuple[int, int | None, int | None] | None:
    """Columns of the text, of "true" and of "false" in a table of statements; None for any other table.

    One column for both ("Đ/S") is given as that of "true", with no column of "false".
    """
    true = next((at for at, word in enumerate(header) if word in _TRUE), None)
    false = next((at for at, word in enumerate(header) if word in _FALSE), None)
    text = next((at for at, word in enumerate(header) if word in _TEXT - _COUNT), None)
    if text is None:
        text = next((at for at, word in enumerate(header) if word in _TEXT and at not in {true, false}), None)
    if true is not None and false is not None:
        others = [
            at for at in range(len(header)) if at not in {true, false} and header[at] not in {"tt", "stt"}
        ]
        text = text if text is not None else (others[-1] if others and others[-1] < true else None)
        return (text, true, false) if text is not None else None
    both = next((at for at, word in enumerate(header) if word in _BOTH and at != text), None)
    if (
        text is None
        or both is None
        or (
            header[both] in {"dap an", "ket qua", "lua chon"}
            and header[text] not in _TEXT - {"cau hoi", "noi dung cau hoi", "cau", "noi dung"}
        )
    ):
        return None
    return text, both, None


def statements(
    rows: Sequence[Sequence[Sequence[Line]]], columns: tuple[int, int | None, int | None]
) -> list[tuple[str, bool | None, list[Line]]]:
    """Text, truth (None: not said) and lines of each row."""
    text_at, true_at, false_at = columns
    given = [row for row in rows if len(row) > text_at and _text(row[text_at])]
    texts = [[line for line in row[text_at] if not line.blank] for row in given]
    labels = [_LETTER.match(lines[0].flat) for lines in texts]
    if all(labels) and [found["sign"].lower() for found in labels if found] in _counted(len(labels)):
        texts = [
            [lines[0].cut(found.end()), *lines[1:]]
            for lines, found in zip(texts, labels, strict=True)
            if found
        ]
    return [
        (joined(lines), _truth(row, true_at, false_at), lines)
        for row, lines in zip(given, texts, strict=True)
    ]


def _counted(count: int) -> tuple[list[str], list[str]]:
    return [str(at + 1) for at in range(count)], [chr(ord("a") + at) for at in range(count)]


def _truth(row: Sequence[Sequence[Line]], true_at: int | None, false_at: int | None) -> bool | None:
    said = [_text(row[at]) if at is not None and at < len(row) else "" for at in (true_at, false_at)]
    if false_at is None:
        return read_truth(said[0])
    crossed = [text.casefold().strip(" .()[]") in _CROSS or (read_truth(text) is not None) for text in said]
    if crossed[0] is crossed[1]:
        return None
    return crossed[0]


def _text(cell: Sequence[Line]) -> str:
    return joined([line for line in cell if not line.blank], literal=True)


def _line(text: str, item: TableItem) -> Line:
    return Line(text, flat(text), paragraph=item.paragraph)


def _row_line(row: Sequence[Sequence[Line]], item: TableItem) -> Line:
    text = " | ".join(" ".join(line.text for line in cell if line.text) for cell in row)
    images = tuple((len(text), image) for cell in row for line in cell for _, image in line.images)
    return Line(text, flat(text), images=images, paragraph=item.paragraph, soft=True)
