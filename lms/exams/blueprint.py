"""The blueprint of an exam (ma trận đề) as people type and read it: fields, cells, sums in the margins. Pure.

Rows are topics, columns the levels and one for questions of any level; a cell says how many questions, and what
each is worth. Drawing by it is `lms.questions.blueprint`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lms.kit.i18n import N_
from lms.questions.blueprint import Cell
from lms.questions.question import LEVELS
from lms.vietnamese.numbers import NumberUnreadable, format_number, parse_number

ANY = ""  # the level of a cell that takes questions of any level
COLUMNS = (*LEVELS, ANY)
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

    def cell(self) -> Cell:
        """The cell as the rules of drawing want it; its topic is `str(topic id)`."""
        return Cell(str(self.topic), self.level or None, self.count, self.points)


@dataclass(frozen=True, slots=True)
class Entered:
    """A blueprint as typed: the cells that could be read, and an English msgid for each field that could not."""

    cells: tuple[Entry, ...]
    wrong: Mapping[str, str]


def count_field(topic: int, level: str) -> str:
    """Name of the form field for the number of questions of a cell."""
    return f"n-{topic}-{level or 'any'}"


def points_field(level: str, topic: int | None = None) -> str:
    """Name of the form field for the points of a question: of a column, or of one cell of it."""
    return f"p-{level or 'any'}" if topic is None else f"p-{topic}-{level or 'any'}"


def read_blueprint(typed: Mapping[str, str], topics: Sequence[int]) -> Entered:
    """The blueprint from form values. An empty count is no cell; empty points of a cell are the column's."""
    cells: list[Entry] = []
    wrong: dict[str, str] = {}
    for level in COLUMNS:
        of_column = _points(typed, points_field(level), USUAL_POINTS, wrong)
        for topic in topics:
            count = _count(typed, count_field(topic, level), wrong)
            points = _points(typed, points_field(level, topic), of_column, wrong)
            if count:
                cells.append(Entry(topic, level, count, points))
    if sum(cell.count for cell in cells) > MOST_QUESTIONS:
        wrong[""] = N_("A paper has at most 200 questions.")
    place = {topic: at for at, topic in enumerate(topics)}
    cells.sort(key=lambda cell: (place[cell.topic], COLUMNS.index(cell.level)))
    return Entered(tuple(cells), wrong)


def _count(typed: Mapping[str, str], field: str, wrong: dict[str, str]) -> int:
    text = typed.get(field, "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MOST_IN_CELL:
        return int(text)
    if text:
        wrong[field] = N_("Enter a whole number from 0 to 50.")
    return 0


def _points(typed: Mapping[str, str], field: str, usual: Decimal, wrong: dict[str, str]) -> Decimal:
    text = typed.get(field, "").strip()
    if not text:
        return usual
    try:
        points = parse_number(text)
    except NumberUnreadable:
        points = Decimal(0)
    if 0 < points <= MOST_POINTS and points == points.quantize(_GRAIN):
        return points
    wrong[field] = N_("Enter points from 0,0001 to 100, for example 0,25.")
    return usual


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
            typed[count_field(cell.topic, level)] = str(cell.count)
            if cell.points != usual:
                typed[points_field(level, cell.topic)] = format_number(cell.points)
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

    by_topic: Mapping[int, Total]
    by_level: Mapping[str, Total]
    all: Total


def totals(cells: Collection[Entry], topics: Sequence[int]) -> Totals:
    """Sums for the margins of the blueprint; every topic and every column has one, 0 where it is empty."""
    whole = sum((cell.points * cell.count for cell in cells), Decimal(0))

    def total(part: Iterable[Entry]) -> Total:
        chosen = list(part)
        points = sum((cell.points * cell.count for cell in chosen), Decimal(0))
        return Total(
            sum(cell.count for cell in chosen), points, points * 100 / whole if whole else Decimal(0)
        )

    return Totals(
        by_topic={topic: total(c for c in cells if c.topic == topic) for topic in topics},
        by_level={level: total(c for c in cells if c.level == level) for level in COLUMNS},
        all=total(cells),
    )
