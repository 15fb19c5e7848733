"""What the cells of a list say, kept so that the unit gets its own file back: sheets, merged cells, rows.

They were taken along when the file was read (`organisation.roster.kept`), without citizen numbers.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lms.kit.storage import Storage
from lms.organisation.roster.kept import column_of, rows_of
from lms.rosters.plan_file import PlanFile

_FRAME = "sheets.json"


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
                yield from rows_of(line)


def keep(storage: Storage, plan: PlanFile) -> str:
    """Keep the cells that were read with a plan in a file of their own; its key."""
    ends: dict[str, list[list[int]]] = {}
    for sheet, row, columns in plan.frame["tables"]:
        ends.setdefault(sheet, []).append([row - 1, max((column_of(c[0]) for c in columns), default=0)])
    told, sheets = [], plan.frame["sheets"]
    with (
        storage.writing() as (key, file),
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as kept,
    ):
        for place, (name, merged) in enumerate(plan.frame["kept"]):
            member = f"rows.{place}"
            kept.writestr(member, plan.cells(place))
            number = sheets.index(name) if name in sheets else -1
            told.append(
                {
                    "name": name,
                    "number": number,
                    "merged": merged,
                    "tables": ends.get(name, []),
                    "member": member,
                }
            )
        kept.writestr(_FRAME, json.dumps(told, ensure_ascii=False))
    return key
