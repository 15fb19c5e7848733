"""Packed results: what item analysis reads, an attempt a row and a slot a column.

An attempt's scores are whole numbers, ten-thousandths of correctness; WAITING stands for a slot that nobody marked
yet (None outside). Papers shorter than the longest are filled up with WAITING.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Score = int | None

WAITING = -1
UNKNOWN = -1  # a choice that nobody recorded; 0 is a blank answer
WHOLE = 10_000
_ROWS = 5_000
_CELLS = 1 << 17  # of a block that is worked on at a time: it should fit into the processor's cache


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a paper: which question, what it is worth, and how many options it has (0: not a choice)."""

    question: int
    points: Decimal
    options: int = 0


Papers = Mapping[int, Sequence[Slot]]


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Attempts as arrays. `papers`: the paper of each; `scores`: attempt × slot; `chosen`: the same shape or None,
    bit n set where option n (from 0, as in the question, not as displayed) was chosen.

    Raises ValueError when the shapes do not fit each other.
    """

    papers: Ints
    scores: Ints
    chosen: Ints | None = None
    whole: int = WHOLE  # the score of a right answer

    def __post_init__(self) -> None:
        if self.scores.ndim != 2 or self.papers.shape != self.scores.shape[:1]:
            raise ValueError(f"{self.papers.shape} papers do not fit {self.scores.shape} scores")
        if self.chosen is not None and self.chosen.shape != self.scores.shape:
            raise ValueError(f"{self.chosen.shape} choices do not fit {self.scores.shape} scores")

    def __len__(self) -> int:
        return len(self.papers)


def gather(
    rows: Iterable[tuple[int, Sequence[Score]]], chosen: Sequence[Sequence[int]] | None = None
) -> Results:
    """Results from (paper, scores) of each attempt, as they are stored; memory: two bytes a slot."""
    papers: list[int] = []
    blocks: list[Ints] = []
    walk = iter(rows)
    while batch := list(islice(walk, _ROWS)):
        papers.extend(paper for paper, _scores in batch)
        blocks.append(_block([scores for _paper, scores in batch], WAITING, np.int16))
    scores = _stacked(blocks, WAITING)
    choices = None if chosen is None else _stacked([_block(chosen, UNKNOWN, np.int32), scores[:0]], UNKNOWN)
    return Results(np.array(papers, dtype=np.int64), scores, choices)


def gather_texts(rows: Iterable[tuple[int, str]]) -> Results:
    """The same from scores as they stand in the database, JSON lists of whole numbers and null: four times as fast as
    through lists, because no number becomes an object. Raises ValueError for other text."""
    papers = array("q")
    blocks: list[Ints] = []
    walk = iter(rows)
    while batch := list(islice(walk, _ROWS)):
        papers.extend(paper for paper, _text in batch)
        blocks.append(_read([text.strip()[1:-1] for _paper, text in batch]))
    return Results(np.array(papers, dtype=np.int64), _stacked(blocks, WAITING))


def _read(lists: Sequence[str]) -> Ints:
    widths = np.array([one.count(",") + 1 if one.strip() else 0 for one in lists])
    text = ",".join(one for one in lists if one.strip())
    if "-" in text:
        raise ValueError("no stored score is below 0")
    text = text.replace("null", str(WAITING))
    try:  # numpy reads up to what is no number and only warns; the last one shows that it came to the end
        numbers = np.fromstring(f"{text},0" if text else "0", dtype=np.int64, sep=",")
    except (DeprecationWarning, ValueError) as unread:
        raise ValueError("scores are not lists of whole numbers") from unread
    if len(numbers) != widths.sum() + 1:
        raise ValueError(
            f"scores are not lists of whole numbers: only {len(numbers)} of {widths.sum()} can be read"
        )
    numbers = numbers[:-1]
    if len(numbers) and (numbers.max() > WHOLE or numbers.min() < WAITING):
        raise ValueError(f"a score lies outside 0 to {WHOLE}: {numbers.min()} to {numbers.max()}")
    block = np.full((len(lists), int(widths.max(initial=0))), WAITING, dtype=np.int16)
    block[np.arange(block.shape[1]) < widths[:, None]] = numbers
    return block


def _block(rows: Sequence[Sequence[Score]], missing: int, kind: type[np.signedinteger[Any]]) -> Ints:
    try:
        return np.array(rows, dtype=kind).reshape(len(rows), -1)
    except (TypeError, ValueError):  # a None, or rows of several lengths
        width = max(map(len, rows))
        filled = [[missing if one is None else one for one in row] for row in rows]
        return np.array([row + [missing] * (width - len(row)) for row in filled], dtype=kind)


def _stacked(blocks: Sequence[Ints], missing: int) -> Ints:
    """Blocks below one another, narrow ones filled up."""
    if not blocks:
        return np.empty((0, 0), np.int16)
    width = max(block.shape[1] for block in blocks)
    wide = [
        np.pad(block, ((0, 0), (0, width - block.shape[1])), constant_values=missing)
        if block.shape[1] < width
        else block
        for block in blocks
    ]
    return wide[0] if len(wide) == 1 else np.concatenate(wide)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Papers as arrays, paper × slot. `questions` are places in `names`, -1 beyond the end of a paper; `worth` is in
    ten-thousandths of a point; `options` are counts."""

    names: Ints  # question ids, ascending
    questions: Ints
    worth: Ints
    options: Mapping[int, int]  # question id -> how many, for choices

    @property
    def same_questions(self) -> bool:
        """Whether all papers have the same questions at the same worth, in whatever order."""
        signs = np.sort((self.questions + 1) * (int(self.worth.max(initial=0)) + 1) + self.worth, axis=1)
        return bool((signs == signs[:1]).all())


def layout_of(papers: Papers, ids: Ints, width: int) -> Layout:
    """The papers with these ids. Raises KeyError for a paper that is not given, ValueError for one with more slots
    than there are scores."""
    slots = [papers[int(paper)] for paper in ids]
    if any(len(paper) > width for paper in slots):
        raise ValueError(f"a paper has more slots than the {width} that have scores")
    names = np.array(sorted({slot.question for paper in slots for slot in paper}), dtype=np.int64)
    place = {int(name): at for at, name in enumerate(names)}
    questions = np.full((len(slots), width), -1, dtype=np.int64)
    worth = np.zeros((len(slots), width), dtype=np.int64)
    worths = {points: int(points * WHOLE) for points in {slot.points for paper in slots for slot in paper}}
    for row, paper in enumerate(slots):
        questions[row, : len(paper)] = [place[slot.question] for slot in paper]
        worth[row, : len(paper)] = [worths[slot.points] for slot in paper]
    options = {slot.question: slot.options for paper in slots for slot in paper if slot.options}
    return Layout(names, questions, worth, options)


def blocks_of(attempts: int, slots: int, cells: int = _CELLS) -> Iterable[slice]:
    """The attempts in runs that hold about so many cells."""
    rows = max(1, cells // max(slots, 1))
    return (slice(start, min(start + rows, attempts)) for start in range(0, attempts, rows))
