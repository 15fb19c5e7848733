"""The cells of a list as lines of JSON, taken along while it is read, so that a unit gets its own file back.

Citizen numbers are left out: they are never kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from lms.organisation.roster.fields import phone_of, text_of
from lms.organisation.roster.people import Table
from lms.organisation.roster.sheets import Cell, Value

_CITIZEN = re.compile(r"\s*0(?:\s*\d){11}\s*")
_MAYBE_CITIZEN = re.compile(r"0(?:\s*\d){11}")
_A_LINE = 100  # rows
_BEHIND = 3  # rows: a heading is known only when those below it were looked at


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet: what is merged, and its rows from the first on as lines of JSON, many rows in each; a day is
    {"day": "2026-11-22"}."""

    name: str
    merged: Sequence[tuple[Cell, Cell]]
    lines: bytes


class Keeper:
    """Takes the rows of one sheet as they come from the file; `tables` grows while the sheet is read."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables
        self._waiting: list[list[Value]] = []
        self._lines: list[bytes] = []
        self._fields: Mapping[int, str] = {}
        self._written = 0  # rows
        self._seen = 0  # tables whose columns are in _fields

    def take(self, row: Sequence[Value]) -> None:
        """The next row, as it is in the file."""
        self._waiting.append(list(row))
        if len(self._waiting) >= _A_LINE + _BEHIND:
            self._write(_A_LINE)

    def end(self) -> bytes:
        """All rows, after the last."""
        while self._waiting:
            self._write(_A_LINE)
        return b"\n".join(self._lines)

    def _write(self, most: int) -> None:
        rows, self._waiting = self._waiting[:most], self._waiting[most:]
        for index, row in enumerate(rows, self._written):
            while self._seen < len(self._tables) and self._tables[self._seen].row <= index:
                columns = self._tables[self._seen].columns
                self._fields = {column_of(c.letter): c.field for c in columns if c.field in _LOOKED_AT}
                self._seen += 1
            for c, field in self._fields.items():
                if c < len(row) and _LOOKED_AT[field](row[c]):
                    row[c] = ""
        line = _json(rows)
        if _MAYBE_CITIZEN.search(line):
            line = _json([list(map(_without_citizen, row)) for row in rows])
        self._lines.append(line.encode())
        self._written += len(rows)


def rows_of(line: bytes) -> list[list[object]]:
    """The rows of a line; a list of before has one in each."""
    told: list[Any] = json.loads(line)
    return told if told and isinstance(told[0], list) else [told]


def _without_citizen(value: Value) -> Value:
    return "" if isinstance(value, str) and _CITIZEN.fullmatch(value) else value


def column_of(letters: str) -> int:
    """The place of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _is_citizen_phone(value: Value) -> bool:
    if value == "" or (type(value) is str and len(value) == 10 and value.isdecimal() and value[1] in "35789"):
        return False
    return phone_of(text_of(value))[1] == "phone_is_citizen"


_LOOKED_AT: dict[str, Callable[[Value], bool]] = {"citizen": lambda _value: True, "phone": _is_citizen_phone}


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return {"day": value.isoformat()[:10]}
    return text_of(cast("Value", value))


_json = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
