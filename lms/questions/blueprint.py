"""Drawing a paper from a bank: how many questions of which topic, level and type, and what each is worth.

Cells may overlap (a cell without a level takes questions of any level of its topic), so filling them is a
matching of places to questions: a greedy draw can run dry although the bank suffices. A cell without a type takes
every type that is marked at once; what a person marks is drawn only where a cell names it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

BY_PERSON = ("essay",)  # the types whose answers a person marks


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` questions of a topic, of one level or (None) of any, of one type or (None) of any that is marked at
    once, each worth `points`."""

    topic: str
    level: str | None
    count: int
    points: Decimal
    type: str | None = None

    def __post_init__(self) -> None:
        if self.count < 1 or self.points < 0:
            raise ValueError(f"a cell takes at least one question and no negative points: {self}")

    def takes(self, candidate: "Candidate") -> bool:
        if self.topic != candidate.topic or self.level not in {None, candidate.level}:
            return False
        return candidate.type not in BY_PERSON if self.type is None else self.type == candidate.type

    @property
    def freedom(self) -> int:
        """How much a cell leaves open: 0 when it names level and type, 2 when it names none."""
        return (self.level is None) + (self.type is None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may be drawn."""

    question_id: int
    topic: str
    level: str | None
    type: str = "single_choice"


@dataclass(frozen=True, slots=True)
class Shortage:
    """The cell at `index` of the blueprint lacks `missing` questions; `available` can be had for it."""

    index: int
    cell: Cell
    available: int

    @property
    def missing(self) -> int:
        return self.cell.count - self.available


class BankTooSmall(ValueError):
    """The candidates cannot fill the blueprint; `shortages` says where."""

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__(f"{sum(s.missing for s in shortages)} questions are missing")
        self.shortages = tuple(shortages)


def total_points(cells: Iterable[Cell]) -> Decimal:
    """What a paper by this blueprint is worth."""
    return sum((cell.points * cell.count for cell in cells), Decimal(0))


def shortages(cells: Sequence[Cell], candidates: Iterable[Candidate]) -> list[Shortage]:
    """Where the bank falls short, in the order of the blueprint; empty if a paper can be drawn.

    Exact: the sum of what is missing is the least possible, however the cells overlap. Cells that name a
    level or a type are served before those that take any.
    """
    filled = Counter(_fill(cells, _by_id(candidates)).values())
    return [
        Shortage(index, cell, filled[index]) for index, cell in enumerate(cells) if filled[index] < cell.count
    ]


def draw(
    cells: Sequence[Cell], candidates: Iterable[Candidate], rng: random.Random
) -> list[tuple[int, Decimal]]:
    """One paper: (question id, points) cell by cell, no question twice. Raises BankTooSmall.

    The same seed and candidates give the same paper, in whatever order the candidates come.
    """
    pool = _by_id(candidates)
    rng.shuffle(pool)
    filled = _fill(cells, pool)
    if len(filled) < sum(cell.count for cell in cells):
        raise BankTooSmall(shortages(cells, pool))
    paper: list[list[int]] = [[] for _ in cells]
    for candidate in pool:
        if candidate.question_id in filled:
            paper[filled[candidate.question_id]].append(candidate.question_id)
    return [(drawn, cell.points) for cell, part in zip(cells, paper, strict=True) for drawn in part]


def _by_id(candidates: Iterable[Candidate]) -> list[Candidate]:
    unique = {candidate.question_id: candidate for candidate in candidates}
    return [unique[question_id] for question_id in sorted(unique)]


def _fill(cells: Sequence[Cell], pool: Sequence[Candidate]) -> dict[int, int]:
    """A largest assignment question id → index of its cell, earlier questions of the pool preferred."""
    suitable = {
        index: [candidate.question_id for candidate in pool if cell.takes(candidate)]
        for index, cell in enumerate(cells)
    }
    taken: dict[int, int] = {}
    for index in sorted(suitable, key=lambda i: cells[i].freedom):
        for _ in range(cells[index].count):
            if not _place(index, suitable, taken, set()):
                break  # what one place of a cell cannot get, its next cannot either
    return taken


def _place(index: int, suitable: Mapping[int, Sequence[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """One more question for the cell, if need be by moving another cell to another question (Kuhn)."""
    for question_id in suitable[index]:
        if question_id not in taken:
            taken[question_id] = index
            return True
    tried.add(index)
    for question_id in suitable[index]:
        holder = taken[question_id]
        if holder not in tried and _place(holder, suitable, taken, tried):
            taken[question_id] = index
            return True
    return False
