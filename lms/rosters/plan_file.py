"""The plan of a list, kept in the storage until it is stored: a zip of small pages, so that none needs all of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from lms.kit.storage import Storage
from lms.rosters.rules import FIELDS, TABS, Choice, Planned

PAGE = 100  # rows
_FRAME = "frame.json"
_NEW, _MAYBE = Planned._fields.index("new"), Planned._fields.index("maybe")


class PlanWriter:
    """Takes rows in the order of the list and puts them into pages by their tab."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w")  # unpacked: it is read once or twice, then deleted
        self._open: dict[str, list[Any]] = {tab: [] for tab in TABS}
        self.counts = dict.fromkeys(TABS, 0)

    def add(self, row: Planned) -> None:
        """One row of the list."""
        self._add(row.tab, row_to_wire(row))

    def add_left(self, person: Mapping[str, object]) -> None:
        """Somebody who is not in the list."""
        self._add("left", dict(person))

    def keep_cells(self, place: int, lines: bytes) -> None:
        """The rows of a sheet as they were in the file."""
        self._zip.writestr(f"cells.{place}", lines)

    def close(self, frame: Mapping[str, object]) -> None:
        """Write what is still open, and what concerns the list as a whole."""
        for tab in TABS:
            if self._open[tab]:
                self._flush(tab)
        self._zip.writestr(_FRAME, _text({**frame, "counts": {tab: self.counts[tab] for tab in TABS}}))
        self._zip.close()

    def _add(self, tab: str, row: object) -> None:
        self._open[tab].append(row)
        self.counts[tab] += 1
        if len(self._open[tab]) == PAGE:
            self._flush(tab)

    def _flush(self, tab: str) -> None:
        page = (self.counts[tab] - 1) // PAGE
        self._zip.writestr(f"{tab}.{page}", _text(self._open[tab]))
        self._open[tab] = []


class PlanFile:
    """A plan that was written. Raises KeyError when its file is no longer there."""

    def __init__(self, storage: Storage, key: str) -> None:
        self._zip = zipfile.ZipFile(storage.path(key))
        self.frame: dict[str, Any] = json.loads(self._zip.read(_FRAME))

    def __enter__(self) -> PlanFile:
        return self

    def __exit__(self, *_how: object) -> None:
        self._zip.close()

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each tab has."""
        counts: dict[str, int] = self.frame["counts"]
        return counts

    def cells(self, place: int) -> bytes:
        """What `keep_cells` was given."""
        return self._zip.read(f"cells.{place}")

    def pages(self, tab: str) -> int:
        return -(-self.counts[tab] // PAGE)

    def page(self, tab: str, number: int) -> list[Planned]:
        """A page (from 0) of a tab; beyond the last it is empty."""
        return [row_from_wire(row) for row in self._rows(tab, number)]

    def left(self, number: int) -> list[dict[str, Any]]:
        """A page of those who are not in the list."""
        return self._rows("left", number)

    def rows(self) -> Iterator[Planned]:
        """Every row of the list, a page at a time: what is sure first."""
        for tab in ("added", "changed", "same", "doubtful", "duplicate", "faulty"):
            for number in range(self.pages(tab)):
                yield from self.page(tab, number)

    def everybody_left(self) -> Iterator[dict[str, Any]]:
        for number in range(self.pages("left")):
            yield from self.left(number)

    def _rows(self, tab: str, number: int) -> list[Any]:
        if tab not in TABS or not 0 <= number < self.pages(tab):
            return []
        rows: list[Any] = json.loads(self._zip.read(f"{tab}.{number}"))
        return rows


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def row_to_wire(row: Planned) -> list[object]:
    """A row as plain data; what is empty at its end is left out."""
    if row.kind == "added" and not row.fault:  # as most of a long list: what is new has the order of FIELDS
        return [row.sheet, row.row, row.kind, [row.new[name] for name in FIELDS]]
    full: list[object] = list(row)
    if row.maybe:
        full[_MAYBE] = [[one.person_id, one.membership_id, one.now, one.new] for one in row.maybe]
    while not full[-1]:
        full.pop()
    return full


def row_from_wire(told: Sequence[Any]) -> Planned:
    """What `row_to_wire` made."""
    full = list(told)
    if isinstance(full[_NEW], list):
        full[_NEW] = dict(zip(FIELDS, full[_NEW], strict=True))
    if len(full) > _MAYBE:
        full[_MAYBE] = [Choice(*one) for one in full[_MAYBE]]
    return Planned(*full)
