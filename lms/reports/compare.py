"""Two tables of one report, cell by cell: what changed, what came, what went. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.kit.tables.table import Column, Row, Table, Value

UNTOLD = ("number",)  # columns that only number the lines
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of then and of now."""

    column: Column
    before: Value
    after: Value

    @property
    def changed(self) -> bool:
        return _plain(self.before) != _plain(self.after)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of both tables, or of one: `kind` is "same", "changed", "added" or "gone"."""

    kind: str
    name: str
    cells: tuple[Cell, ...]
    level: int = 0

    @property
    def changes(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines in the order of the later table, those that are gone where they stood; `totals` None: there are none.

    `columns`: those that both tables have; `others`: those that only one has, which are not compared.
    """

    columns: tuple[Column, ...]
    others: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: Line | None

    def count(self, kind: str) -> int:
        """How many lines are of a kind."""
        return sum(1 for line in self.lines if line.kind == kind)

    @property
    def alike(self) -> bool:
        return all(line.kind == "same" for line in (*self.lines, *([self.totals] if self.totals else [])))

    @property
    def told(self) -> tuple[Line, ...]:
        """The lines that are not the same."""
        return tuple(line for line in self.lines if line.kind != "same")


def compare(before: Table, after: Table, known_by: Sequence[str] = ()) -> Comparison:
    """Line by line, told by the columns `known_by`, or by the name with the names of the lines above it. Lines of equal
    names are paired in their order. Reads the rows of both."""
    common = {column.key for column in before.columns} & {column.key for column in after.columns}
    columns = tuple(one for one in after.columns if one.key in common and one.key not in UNTOLD)
    others = tuple(one for one in (*after.columns, *before.columns) if one.key not in common)
    old, new = _keyed(before, known_by), _keyed(after, known_by)
    lines = tuple(_line(columns, old.get(key), new.get(key)) for key in _merged(old, new))
    totals = None
    if before.totals or after.totals:
        totals = _line(columns, _side(before, before.totals), _side(after, after.totals))
    return Comparison(columns, others, lines, totals)


@dataclass(frozen=True, slots=True)
class _Side:
    """A line of one of the tables."""

    name: str
    level: int
    values: Mapping[str, Value]


def _side(table: Table, row: Row | None) -> _Side | None:
    if row is None:
        return None
    values = {column.key: value for column, value in zip(table.columns, row.values, strict=True)}
    return _Side(str(row.values[table.indented]), row.level, values)


def _keyed(table: Table, known_by: Sequence[str]) -> dict[Key, _Side]:
    """The rows by what tells them; equal ones are numbered."""
    places = [place for place, column in enumerate(table.columns) if column.key in known_by]
    path: list[Value] = []
    seen: Counter[Key] = Counter()
    found: dict[Key, _Side] = {}
    for row in table.rows:
        if places:
            key: Key = tuple(row.values[place] for place in places)
        else:
            path = [*path[: row.level], *[""] * (row.level - len(path)), row.values[table.indented]]
            key = tuple(path)
        side = _side(table, row)
        if side:
            found[(*key, seen[key])] = side
        seen[key] += 1
    return found


def _merged(old: Mapping[Key, object], new: Mapping[Key, object]) -> Iterator[Key]:
    """Every key once, in the order of the new one; what is gone follows what it followed."""
    waiting: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in old:
        if key in new:
            last = key
        else:
            waiting.setdefault(last, []).append(key)
    yield from waiting.get(None, ())
    for key in new:
        yield key
        yield from waiting.get(key, ())


def _line(columns: Iterable[Column], old: _Side | None, new: _Side | None) -> Line:
    then, now = old.values if old else {}, new.values if new else {}
    cells = tuple(Cell(column, then.get(column.key), now.get(column.key)) for column in columns)
    kind = "added" if old is None else "gone" if new is None else "same"
    if kind == "same" and any(cell.changed for cell in cells):
        kind = "changed"
    told = new or old
    return Line(kind, told.name if told else "", cells, told.level if told else 0)


def _plain(value: Value) -> object:
    """A figure as it is compared: a kept number and a computed one may differ in type, never in worth shown."""
    if isinstance(value, (int, float, Decimal)):
        return round(Decimal(str(value)), 9)
    return value or ""
