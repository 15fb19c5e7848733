"""Tables of what occurs and how often, without sorting where the values are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lms.questions.quality.results import Ints, Results, blocks_of

_HANDFUL = 8
DIRECT = 1 << 22  # values or cells up to which a plain table is used instead of sorting


def dense(values: Ints, step: int = 1) -> tuple[Ints, Ints]:
    """The distinct values in order, and the place of each among them. They differ by multiples of `step`."""
    least = int(values.min())
    places = values - least if step == 1 else (values - least) // step
    size = int(places.max()) + 1
    if size > DIRECT:
        distinct, inverse = np.unique(values, return_inverse=True)
        return distinct, inverse
    seen = np.zeros(size, dtype=bool)
    seen[places] = True
    return np.flatnonzero(seen) * step + least, (np.cumsum(seen) - 1)[places]


class Values:
    """The values from 0 to `most` that occur, and -1 apart. Mostly there are a handful, and comparing is many times
    faster than looking up."""

    def __init__(self, most: int) -> None:
        self._seen = np.zeros(most + 2, dtype=bool)  # -1 is the last place
        self._known: list[int] = []

    def see(self, block: Ints) -> None:
        few = len(self._known) <= _HANDFUL
        if few and sum(int(np.count_nonzero(block == one)) for one in self._known) == block.size:
            return
        self._seen[block] = True
        self._known = [*self.values.tolist(), -1]

    @property
    def values(self) -> Ints:
        return np.flatnonzero(self._seen[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """What is counted, as places in a table of `shape`: question and worth, score, choice, standing."""

    shape: tuple[int, int, int, int]
    items: Ints  # paper × slot
    values: Ints  # the scores that occur; the place after them is for slots that wait
    choices: Ints  # the choices that occur; the place after them is for those that nobody knows
    standing: Ints  # by attempt


def cells_of(results: Results, at: Ints, codes: Codes) -> tuple[Ints, Ints]:
    """The places in the table that occur, in order, and how often each does."""
    shape, chosen = codes.shape, results.chosen
    size = int(np.prod([float(length) for length in shape]))
    a_value, an_item = shape[2] * shape[3], shape[1] * shape[2] * shape[3]
    of_score, of_choice = _places(codes.values, a_value), _places(codes.choices, shape[3])
    base = codes.items.astype(np.int64) * an_item
    direct = size <= DIRECT
    table = np.zeros(size if direct else 0, dtype=np.int64)
    found: list[tuple[Ints, Ints]] = []
    n, slots = results.scores.shape
    for rows in blocks_of(n, slots, cells=max(1 << 17, min(size, DIRECT))):
        keys = of_score[results.scores[rows]]
        keys += base[0] if len(base) == 1 else base[at[rows]]
        keys += codes.standing[rows, None]
        if chosen is not None:
            keys += of_choice[chosen[rows]]
        if direct:
            table += np.bincount(keys.reshape(-1), minlength=size)
        else:
            found.append(np.unique(keys, return_counts=True))
    if direct:
        places = np.flatnonzero(table)
        return places, table[places]
    return _merged(found)


def _places(values: Ints, step: int) -> Ints:
    """By value: its place among those that occur, times `step`; by -1, the last: the place after all."""
    found = np.full(int(values.max(initial=0)) + 2, len(values) * step, dtype=np.int64)
    found[values] = np.arange(len(values)) * step
    return found


def _merged(found: list[tuple[Any, Any]]) -> tuple[Ints, Ints]:
    keys, of = np.unique(np.concatenate([keys for keys, _counts in found]), return_inverse=True)
    counts = np.bincount(of, weights=np.concatenate([counts for _keys, counts in found]), minlength=len(keys))
    return keys, counts.astype(np.int64)
