"""The blueprint of an exam (ma trận đề) as people type and read it: fields, cells, sums in the margins. Pure.

Rows are topics, some of them once more with one type of question; columns are the levels and one for questions of any
level. A cell says how many questions, and what each is worth. Drawing by it is `lms.questions.blueprint`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.kit.i18n import N_
from lms.questions.blueprint import Cell
from lms.questions.levels import SCHEMES
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from lms.vietnamese.numbers import NumberUnreadable, format_number, parse_number

ANY = ""  # the level of a cell that takes questions of any level
COLUMNS = (*LEVELS, ANY)
ANY_TYPE = ""  # the type of a row that takes every type marked at once
ROW_TYPES = (ANY_TYPE, *TYPES)  # in the order of the rows of a topic
Row = tuple[int, str]  # topic and type
MOST_IN_CELL = 50
MOST_QUESTIONS = 200
MOST_POINTS = Decimal(100)
USUAL_POINTS = Decimal(1)
_GRAIN = Decimal("0.0001")  # points are kept in ten-thousandths


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled cell of a blueprint."""

    topic: int
    level: str
    count: int
    points: Decimal  # a question
    type: str = ANY_TYPE

    @property
    def row(self) -> Row:
        return self.topic, self.type

    def cell(self) -> Cell:
        """The cell as the rules of drawing want it; its topic is `str(topic id)`."""
        return Cell(str(self.topic), self.level or None, self.count, self.points, self.type or None)


@dataclass(frozen=True, slots=True)
class Entered:
    """A blueprint as typed: the cells that could be read, an English msgid for each field that could not, and the
    rows that were on the form for one type of question, empty ones too."""

    cells: tuple[Entry, ...]
    wrong: Mapping[str, str]
    typed_rows: tuple[Row, ...] = ()


def count_field(topic: int, level: str, type_: str = ANY_TYPE) -> str:
    """Name of the form field for the number of questions of a cell."""
    return "-".join(("n", str(topic), level or "any", *([type_] if type_ else [])))


def points_field(level: str, topic: int | None = None, type_: str = ANY_TYPE) -> str:
    """Name of the form field for the points of a question: of a column, or of one cell of it."""
    return f"p-{level or 'any'}" if topic is None else f"p{count_field(topic, level, type_)[1:]}"


_ROW = re.compile(r"n-([0-9]{1,9})-[a-z]+-([a-z_]+)")


def rows_on(typed: Iterable[str], topics: Sequence[int]) -> tuple[Row, ...]:
    """The rows for one type of question that these form fields belong to, in the order of the table."""
    found = {(int(match[1]), match[2]) for field in typed if (match := _ROW.fullmatch(field))}
    return tuple((topic, type_) for topic in topics for type_ in TYPES if (topic, type_) in found)


def levels_of(schemes: Iterable[str]) -> tuple[str, ...]:
    """The levels that banks of these schemes have, from the easiest up; of no bank: of the usual scheme."""
    known = [SCHEMES[name].levels for name in schemes if name in SCHEMES] or [SCHEMES["four"].levels]
    return tuple(level for level in LEVELS if any(level in levels for levels in known))


def read_blueprint(typed: Mapping[str, str], topics: Sequence[int]) -> Entered:
    """The blueprint from form values. An empty count is no cell; empty points of a cell are the column's."""
    cells: list[Entry] = []
    wrong: dict[str, str] = {}
    typed_rows = rows_on(typed, topics)
    rows = [(topic, ANY_TYPE) for topic in topics] + list(typed_rows)
    for level in COLUMNS:
        of_column = _points(typed, points_field(level), USUAL_POINTS, wrong)
        for topic, type_ in rows:
            count = _count(typed, count_field(topic, level, type_), wrong)
            points = _points(typed, points_field(level, topic, type_), of_column, wrong)
            if count:
                cells.append(Entry(topic, level, count, points, type_))
    if sum(cell.count for cell in cells) > MOST_QUESTIONS:
        wrong[""] = N_("A paper has at most 200 questions.")
    place = {topic: at for at, topic in enumerate(topics)}
    cells.sort(key=lambda c: (place[c.topic], ROW_TYPES.index(c.type), COLUMNS.index(c.level)))
    return Entered(tuple(cells), wrong, typed_rows)


def _count(typed: Mapping[str, str], field: str, wrong: dict[str, str]) -> int:
    text = typed.get(field, "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MOST_IN_CELL:
        return int(text)
    if text:
        wrong[field] = N_("Enter a whole number from 0 to 50.")
    return 0


def _points(typed: Mapping[str, str], field: str, usual: Decimal, wrong: dict[str, str]) -> Decimal:
    points = read_points(typed.get(field, ""), usual)
    if points is None:
        wrong[field] = N_("Enter points from 0,0001 to 100, for example 0,25.")
        return usual
    return points


def read_points(text: str, usual: Decimal) -> Decimal | None:
    """Points of a question as typed: empty gives the usual ones, what cannot be read or is out of bounds None."""
    if not text.strip():
        return usual
    try:
        points = parse_number(text.strip())
    except NumberUnreadable:
        return None
    return points if 0 < points <= MOST_POINTS and points == points.quantize(_GRAIN) else None


def typed_blueprint(cells: Iterable[Entry]) -> dict[str, str]:
    """Form values of a stored blueprint: `read_blueprint` gives the same cells back.

    A column shows the points that most of its questions have; a cell that differs shows its own.
    """
    typed: dict[str, str] = {}
    found = list(cells)
    for level in COLUMNS:
        column = [cell for cell in found if cell.level == level]
        usual = _commonest(column)
        typed[points_field(level)] = format_number(usual)
        for cell in column:
            typed[count_field(cell.topic, level, cell.type)] = str(cell.count)
            if cell.points != usual:
                typed[points_field(level, cell.topic, cell.type)] = format_number(cell.points)
    return typed


def _commonest(column: Sequence[Entry]) -> Decimal:
    weights: dict[Decimal, int] = {}
    for cell in column:
        weights[cell.points] = weights.get(cell.points, 0) + cell.count
    return max(weights, key=lambda points: (weights[points], -points), default=USUAL_POINTS)


@dataclass(frozen=True, slots=True)
class Total:
    """Questions, points, and the share of all points in percent."""

    count: int
    points: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a blueprint by row, by column, and of all."""

    by_row: Mapping[Row, Total]
    by_level: Mapping[str, Total]
    all: Total


def totals(cells: Collection[Entry], rows: Iterable[Row] = ()) -> Totals:
    """Sums for the margins of the blueprint; every row that is named or filled and every column has one."""
    whole = sum((cell.points * cell.count for cell in cells), Decimal(0))

    def total(part: Iterable[Entry]) -> Total:
        chosen = list(part)
        points = sum((cell.points * cell.count for cell in chosen), Decimal(0))
        return Total(
            sum(cell.count for cell in chosen), points, points * 100 / whole if whole else Decimal(0)
        )

    named = dict.fromkeys([*rows, *(cell.row for cell in cells)])
    return Totals(
        by_row={row: total(c for c in cells if c.row == row) for row in named},
        by_level={level: total(c for c in cells if c.level == level) for level in COLUMNS},
        all=total(cells),
    )
