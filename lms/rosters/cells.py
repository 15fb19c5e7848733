"""What the cells of a list say, kept so that the unit gets its own file back: sheets, merged cells, rows.

Citizen numbers are left out: they are never kept. Like all reading of files this happens in a bounded child.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.kit import bounded
from lms.kit.bounded import Answer
from lms.kit.storage import Storage
from lms.organisation.roster.fields import phone_of, text_of
from lms.organisation.roster.sheets import Value, sheets_of
from lms.questions.problem import Problem

_PLACE = "lms.rosters.cells:in_child"
_FRAME = "sheets.json"
_CITIZEN = re.compile(r"\s*0(?:\s*\d){11}\s*")
Told = Sequence[Any]  # [sheet, row of its heading, [[letter, heading, field] of each column]]


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet: its number among those with people (-1: has none), its tables (row of the heading, last column)."""

    name: str
    number: int
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
    tables: Sequence[tuple[int, int]]
    member: str


class KeptCells:
    """The cells of a file. Raises KeyError when they are no longer there."""

    def __init__(self, storage: Storage, key: str) -> None:
        self._zip = zipfile.ZipFile(storage.path(key))
        told = json.loads(self._zip.read(_FRAME))
        self.sheets = [
            KeptSheet(
                one["name"],
                one["number"],
                [((a, b), (c, d)) for a, b, c, d in one["merged"]],
                [(row, column) for row, column in one["tables"]],
                one["member"],
            )
            for one in told
        ]

    def __enter__(self) -> KeptCells:
        return self

    def __exit__(self, *_how: object) -> None:
        self._zip.close()

    def rows(self, sheet: KeptSheet) -> Iterator[list[Any]]:
        """The rows from the first on; a day is {"day": "2026-11-22"}."""
        with self._zip.open(sheet.member) as lines:
            for line in lines:
                yield json.loads(line)


def keep(storage: Storage, data: bytes, name: str, tables: Sequence[Told], sheets: Sequence[str]) -> str:
    """Keep the cells of a file in the storage; their key. Raises BoundedFailure."""
    citizen = {
        sheet: [[row, column_of(c[0]), c[2]] for c in columns if c[2] in {"citizen", "phone"}]
        for sheet, row, columns in tables
    }
    answer = bounded.run(_PLACE, data, name=name, citizen=citizen)
    ends: dict[str, list[list[int]]] = {}
    for sheet, row, columns in tables:
        ends.setdefault(sheet, []).append([row - 1, max((column_of(c[0]) for c in columns), default=0)])
    told = []
    with (
        storage.writing() as (key, file),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept,
    ):
        for place, sheet in enumerate(answer.told):
            member = f"rows.{place}"
            kept.writestr(member, answer.blobs[member])
            number = sheets.index(sheet["name"]) if sheet["name"] in sheets else -1
            told.append({**sheet, "number": number, "tables": ends.get(sheet["name"], []), "member": member})
        kept.writestr(_FRAME, json.dumps(told, ensure_ascii=False))
    return key


def column_of(letters: str) -> int:
    """The place of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


# ----------------------------------------------------------------------------------------------- inside the child


def in_child(data: bytes, params: Mapping[str, Any]) -> Answer:
    """Every visible sheet as lines of JSON, without citizen numbers."""
    told: list[dict[str, Any]] = []
    blobs: dict[str, bytes] = {}
    for sheet in sheets_of(data, params["name"]):
        if isinstance(sheet, Problem):
            continue
        empty = params["citizen"].get(sheet.name, [])
        lines = (
            json.dumps([_plain(v) for v in _without(index, row, empty)], ensure_ascii=False)
            for index, row in enumerate(sheet.rows)
        )
        blobs[f"rows.{len(told)}"] = "\n".join(lines).encode()
        told.append({"name": sheet.name, "merged": [[*first, *last] for first, last in sheet.merged]})
    return Answer(told, blobs)


def _without(index: int, row: Sequence[Value], columns: Sequence[Sequence[Any]]) -> list[Value]:
    """The row without citizen numbers: in their column, in that of telephones, or wherever one is whole."""
    fields = {column: field for heading, column, field in columns if index >= heading}
    return ["" if _is_citizen(value, fields.get(c, "")) else value for c, value in enumerate(row)]


def _is_citizen(value: Value, field: str) -> bool:
    if field == "citizen":
        return True
    if field == "phone" and value != "":
        return phone_of(text_of(value))[1] == "phone_is_citizen"
    return isinstance(value, str) and _CITIZEN.fullmatch(value) is not None


def _plain(value: Value) -> object:
    if isinstance(value, datetime | date):
        return {"day": value.isoformat()[:10]}
    return value if isinstance(value, str | int | float | bool) else text_of(value)
