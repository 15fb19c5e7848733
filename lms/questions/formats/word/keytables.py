"""Tables that list the right answers: numbers across or down, or a key in every cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lms.questions.formats.word.keys import entries_in, letters_in, truths_in
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
_CELL_NUMBER = re.compile(r"\s*(?:cau(?: hoi)?\s*)?(?P<number>\d{1,4})\s*[.)]?\s*$", _I)
_STATEMENT_ROW = re.compile(r"\s*(?:y\s+|lenh hoi\s+|menh de\s+)?(?P<letter>[a-h])\s*[.)]?\s*$", _I)
MOST_VALUE = 60  # letters in a cell that still is a key
_YEARS = 1000  # from here on a number at the top of a column may be a year
Row = Sequence[str]
Entries = list[tuple[int, str]]
Parts = list[tuple[str, Entries]]


def key_table(rows: Sequence[Row]) -> Parts | None:
    """The keys of a table that is one, by parts (heading, "" for none, and entries); None for any other table."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return _across(rows) or _down(rows) or _grid(rows)


def _number(cell: str) -> int | None:
    found = _CELL_NUMBER.match(flat(cell))
    return int(found["number"]) if found else None


def _heading(row: Row) -> str:
    """The words of a row that is a heading over the whole table, "" for any other row."""
    words = [cell for cell in row if cell.strip()]
    if len(words) != 1 or len(words[0].strip()) <= 3 or _number(words[0]) is not None:
        return ""
    return " ".join(words[0].split())


def _filled(found: Parts) -> Parts | None:
    return [(heading, entries) for heading, entries in found if entries] or None


def _across(rows: Sequence[Row]) -> Parts | None:
    """Numbers in one row, keys in the next; as many pairs of rows as there are, all of them under the last heading."""
    found: Parts = [("", [])]
    last, at = 0, 0
    while at < len(rows):
        row = rows[at]
        if heading := _heading(row):
            found.append((heading, []))
            at += 1
            continue
        named = fold_words(row[0]) in _NUMBER_WORDS
        numbers = [_number(cell) for cell in (row[1:] if named else row)]
        if not _is_counting(numbers, named, last) or at + 1 >= len(rows):
            return None
        values, used = _values_below(rows, at + 1, len(row), named)
        if values is None or not (named or _may_be_keys(numbers, values)):
            return None
        found[-1][1].extend(
            (number, value.strip())
            for number, value in zip(numbers, values, strict=False)
            if number is not None and value.strip()
        )
        last = max(number for number in numbers if number is not None)
        at += 1 + used
    return _filled(found)


def _is_counting(numbers: Sequence[int | None], named: bool, last: int) -> bool:
    """Whether a row numbers questions; `last` is the number that came before it."""
    given = [number for number in numbers if number is not None]
    gaps = any(number is None for number in numbers[: len(given)])
    steps = all(after == before + 1 for before, after in pairwise(given))
    return bool(given) and not gaps and (named or (steps and (len(given) > 2 or given[0] == last + 1)))


def _may_be_keys(numbers: Sequence[int | None], values: Sequence[str]) -> bool:
    """Under numbers that may be years only letters and truths are keys, no figures."""
    if not any(number is not None and number >= _YEARS for number in numbers):
        return True
    return all(letters_in(value) or truths_in(value) for value in values if value.strip())


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


def _down(rows: Sequence[Row]) -> Parts | None:
    """A column of numbers and a column of keys, perhaps several such pairs side by side."""
    top = next((at for at, row in enumerate(rows) if not _heading(row)), len(rows))
    if len(rows) < top + 2:
        return None
    header = [fold_words(cell) for cell in rows[top]]
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
    found: Parts = [(_heading(rows[top - 1]) if top else "", [])]
    columns: list[Entries] = [[] for _ in pairs]
    for row in rows[top + 1 :]:
        if [fold_words(cell) for cell in row] == header:
            continue  # named again below the heading of the next part
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
    return _filled(found)


def _grid(rows: Sequence[Row]) -> Parts | None:
    """A key in every cell: `1.A | 2.C | 3.B`."""
    found: Parts = [("", [])]
    for row in rows:
        inside = [entries_in(cell) for cell in row if cell.strip()]
        if all(inside):
            found[-1][1].extend(entry for entries in inside for entry in entries)
        elif heading := _heading(row):
            found.append((heading, []))
        else:
            return None
    parts = [(heading, _by_number(entries)) for heading, entries in found]
    return _filled(parts) if sum(len(entries) for _, entries in parts) > 1 else None


def _by_number(entries: Entries) -> Entries:
    """As they are counted, when they were read across and stand downwards; a number that comes twice begins anew."""
    return sorted(entries) if len(dict(entries)) == len(entries) else entries
