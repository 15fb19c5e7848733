"""Tables that list the right answers: numbers across or down, or a key in every cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lms.questions.formats.word.keys import entries_in
from lms.questions.formats.word.lines import flat
from lms.vietnamese.text import fold_words

_I = re.IGNORECASE
_NUMBER_WORDS = {
    "cau",
    "cau so",
    "cau hoi",
    "cau hoi so",
    "stt",
    "tt",
    "so tt",
    "so cau",
    "so",
    "question",
    "no",
    "cau thu",
}
_KEY_WORDS = {"dap an", "da", "d a", "dap an dung", "key", "chon", "tra loi", "ket qua", "phuong an dung",
    "phuong an", "answer",
              "dap an chinh xac", "lua chon", "chon dap an", "dap so"}  # fmt: skip
_CELL_NUMBER = re.compile(r"\s*(?:cau(?: hoi)?\s*)?(?P<number>\d{1,3})\s*[.)]?\s*$", _I)
_STATEMENT_ROW = re.compile(r"\s*(?:y\s+|lenh hoi\s+|menh de\s+)?(?P<letter>[a-h])\s*[.)]?\s*$", _I)
MOST_VALUE = 60  # letters in a cell that still is a key
Row = Sequence[str]


def key_table(rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, str]]]] | None:
    """The keys of a table that is one, by parts (heading, entries); None for any other table."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return _across(rows) or _down(rows) or _grid(rows)


def _number(cell: str) -> int | None:
    found = _CELL_NUMBER.match(flat(cell))
    return int(found["number"]) if found else None


def _across(rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, str]]]] | None:
    """Numbers in one row, keys in the next; as many pairs of rows as there are."""
    found: list[tuple[str, list[tuple[int, str]]]] = []
    heading, at = "", 0
    while at < len(rows):
        row = rows[at]
        if sum(bool(cell.strip()) for cell in row) == 1 and len("".join(row)) > 3:
            heading, at = " ".join("".join(row).split()), at + 1
            continue
        named = fold_words(row[0]) in _NUMBER_WORDS
        numbers = [_number(cell) for cell in (row[1:] if named else row)]
        if not _is_counting(numbers, named) or at + 1 >= len(rows):
            return None
        values, used = _values_below(rows, at + 1, len(row), named)
        if values is None:
            return None
        entries = [
            (number, value.strip())
            for number, value in zip(numbers, values, strict=False)
            if number is not None and value.strip()
        ]
        found.append((heading, entries))
        heading, at = "", at + 1 + used
    return found or None


def _is_counting(numbers: Sequence[int | None], named: bool) -> bool:
    given = [number for number in numbers if number is not None]
    gaps = any(number is None for number in numbers[: len(given)])
    steps = all(after == before + 1 for before, after in pairwise(given))
    return bool(given) and not gaps and (named or (steps and len(given) > 2))


def _values_below(rows: Sequence[Row], at: int, width: int, named: bool) -> tuple[list[str] | None, int]:
    if named and _STATEMENT_ROW.match(flat(rows[at][0])):
        taken = 0
        joined = [""] * (width - 1)
        while at + taken < len(rows) and _STATEMENT_ROW.match(flat(rows[at + taken][0])):
            letter = rows[at + taken][0].strip(" .)")
            for column, value in enumerate(rows[at + taken][1:width]):
                joined[column] += f"{letter}) {value.strip()}; " if value.strip() else ""
            taken += 1
        return joined, taken
    row = rows[at]
    if named and fold_words(row[0]) not in _KEY_WORDS:
        return None, 0
    values = list(row[1:] if named else row)
    fits = all(len(value) <= MOST_VALUE for value in values) and all(
        _number(value) is None or named for value in values
    )
    return (values if fits else None), 1


def _down(rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, str]]]] | None:
    """A column of numbers and a column of keys, perhaps several such pairs side by side."""
    if len(rows) < 2:
        return None
    header = [fold_words(cell) for cell in rows[0]]
    keys = [column for column, word in enumerate(header) if word in _KEY_WORDS]
    numbers = [column for column, word in enumerate(header) if word in _NUMBER_WORDS]
    pairs = []
    for key in keys:
        before = [
            column for column in numbers if column < key and not any(column < other < key for other in keys)
        ]
        if before:
            pairs.append((before, key))
    if not pairs or any(
        word and word not in _KEY_WORDS | _NUMBER_WORDS | {"ghi chu", "diem"} for word in header
    ):
        return None
    found: list[tuple[str, list[tuple[int, str]]]] = [("", [])]
    columns: list[list[tuple[int, str]]] = [[] for _ in pairs]
    for row in rows[1:]:
        if sum(bool(cell.strip()) for cell in row) == 1 and _number(row[0]) is None:
            found[-1][1].extend(entry for column in columns for entry in column)
            columns = [[] for _ in pairs]
            found.append((" ".join("".join(row).split()), []))
            continue
        for place, (before, key) in enumerate(pairs):
            if key >= len(row) or len(row[key]) > MOST_VALUE:
                return None
            numbers_here = [_number(row[column]) for column in before if row[column].strip()]
            if None in numbers_here:
                return None  # a column of questions, not of their numbers
            number = (
                numbers_here[-1] if numbers_here else None
            )  # "STT | Câu hỏi | Đáp án" counts its lines as well
            if number is not None and row[key].strip():
                columns[place].append((number, row[key].strip()))
    found[-1][1].extend(entry for column in columns for entry in column)
    found = [(heading, entries) for heading, entries in found if entries]
    return found or None


def _grid(rows: Sequence[Row]) -> list[tuple[str, list[tuple[int, str]]]] | None:
    """A key in every cell: `1.A | 2.C | 3.B`."""
    entries: list[tuple[int, str]] = []
    for cell in (cell for row in rows for cell in row if cell.strip()):
        inside = entries_in(cell)
        if not inside:
            return None
        entries.extend(inside)
    return [("", sorted(entries))] if len(entries) > 1 else None
