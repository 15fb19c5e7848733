"""What changed between two editions of a document: unchanged, reworded, moved, gone, new.

Passages are matched by equal text first, then by id where the words are still alike, then by likeness of words alone,
so that a section that was only renumbered keeps its stored identity. Every passage of either edition appears once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from lms.study.reading.markdown import plain
from lms.vietnamese.text import clean

Kind = Literal["unchanged", "reworded", "moved", "gone", "new"]
KINDS: tuple[Kind, ...] = ("unchanged", "reworded", "moved", "gone", "new")
_SAME_ID, _ALIKE = (
    0.15,
    0.35,
)  # likeness from which passages with one id, or with different ids, are the same one
_SHINGLE = 3  # words
_COMMON = 40  # passages: shingles in more of them say nothing
_MOST_WORDS = 1_500  # compared word by word; longer ones by lines
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+\s*|\w+\s*|[^\w\s]\s*|\s+")
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d+(?:[./,–-]\d+)*\s?%?")


@dataclass(frozen=True, slots=True)
class PassageText:
    """What of a passage is compared: the id (stored or read), the heading and the Markdown."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A run of words that is in both texts ("same"), only in the old one ("gone") or only in the new one ("new")."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One passage in both editions, or in one. A reworded passage may have `moved` as well.

    `likeness` of its words, 0 to 1; `figures_gone` and `figures_new`: numbers that are only in one of the texts.
    """

    kind: Kind
    old: PassageText | None
    new: PassageText | None
    moved: bool = False
    likeness: float = 0
    figures_gone: tuple[str, ...] = ()
    figures_new: tuple[str, ...] = ()

    @property
    def to_check(self) -> bool:
        """Whether questions that cite the passage must be looked at again."""
        return self.kind in ("reworded", "gone")

    @property
    def renumbered(self) -> bool:
        """The same passage under another id."""
        return self.old is not None and self.new is not None and self.old.id != self.new.id

    def parts(self) -> list[Part]:
        """The old and the new text word by word, for showing them in one."""
        return difference(self.old.text if self.old else "", self.new.text if self.new else "")


def compare(old: Sequence[PassageText], new: Sequence[PassageText]) -> list[Change]:
    """What became of every passage: in the order of the new edition, gone ones where they stood before."""
    pairs = _Matcher(old, new).pairs()
    moved = _moved(pairs)
    changes = {there: _change(old[here], new[there], moved=there in moved) for here, there in pairs.items()}
    found: list[Change] = []
    gone = [at for at in range(len(old)) if at not in pairs]
    before = {there: here for here, there in pairs.items()}
    for there, passage in enumerate(new):
        here = before.get(there)
        while here is not None and there not in moved and gone and gone[0] < here:
            found.append(Change("gone", old[gone.pop(0)], None))
        found.append(changes.get(there) or Change("new", None, passage))
    return found + [Change("gone", old[at], None) for at in gone]


def stored_ids(changes: Sequence[Change]) -> dict[str, str]:
    """For every id of the new edition the id to store it under: that of the passage it was, else a free one."""
    taken = {change.old.id for change in changes if change.old}
    ids = {change.new.id: change.old.id for change in changes if change.old and change.new}
    for change in changes:
        if change.new and change.old is None:
            wanted, number = change.new.id, 2
            while wanted in taken:
                wanted, number = f"{change.new.id}-v{number}", number + 1
            taken.add(wanted)
            ids[change.new.id] = wanted
    return ids


def counts(changes: Sequence[Change]) -> dict[Kind, int]:
    """How many changes of each kind there are."""
    found = Counter(change.kind for change in changes)
    return {kind: found[kind] for kind in KINDS}


def _change(old: PassageText, new: PassageText, *, moved: bool) -> Change:
    same = clean(old.heading) == clean(new.heading) and clean(old.text) == clean(new.text)
    if same:
        return Change("moved" if moved else "unchanged", old, new, moved, 1.0)
    before, after = _figures(old.text), _figures(new.text)
    return Change(
        "reworded",
        old,
        new,
        moved,
        round(_likeness(_shingles(old), _shingles(new)), 3),
        tuple((before - after).elements()),
        tuple((after - before).elements()),
    )


def _figures(text: str) -> Counter[str]:
    return Counter(found.strip() for found in _FIGURE.findall(plain(text)))


class _Matcher:
    """Finds for passages of the old edition theirs in the new one, by places."""

    def __init__(self, old: Sequence[PassageText], new: Sequence[PassageText]) -> None:
        self.old, self.new = old, new
        self.old_shingles = [_shingles(passage) for passage in old]
        self.new_shingles = [_shingles(passage) for passage in new]
        self.found: dict[int, int] = {}
        self.free_old = dict.fromkeys(range(len(old)))
        self.free_new = dict.fromkeys(range(len(new)))

    def pairs(self) -> dict[int, int]:
        self._equal(lambda passage: (passage.id, clean(passage.heading), clean(passage.text)))
        self._equal(lambda passage: (clean(passage.heading), clean(passage.text)))
        self._equal(lambda passage: clean(passage.text))
        self._by_id()
        self._alike()
        return self.found

    def _pair(self, here: int, there: int) -> None:
        self.found[here] = there
        del self.free_old[here], self.free_new[there]

    def _equal(self, key: Callable[[PassageText], object]) -> None:
        places: dict[object, list[int]] = defaultdict(list)
        for there in self.free_new:
            places[key(self.new[there])].append(there)
        for waiting in places.values():
            waiting.reverse()
        for here in list(self.free_old):
            waiting = places.get(key(self.old[here]), [])
            if waiting:
                self._pair(here, waiting.pop())

    def _by_id(self) -> None:
        """The same id, unless the words are hardly alike and clearly more alike to another passage's."""
        rivals = _Rivals(self._candidates())
        places = {self.new[there].id: there for there in self.free_new}
        for here in list(self.free_old):
            there = places.get(self.old[here].id)
            if there is None or there not in self.free_new:
                continue
            likeness = _likeness(self.old_shingles[here], self.new_shingles[there])
            if likeness >= _ALIKE or likeness >= max(_SAME_ID, rivals.best(here, there) / 2):
                self._pair(here, there)

    def _candidates(self) -> list[tuple[float, int, int]]:
        """Free pairs that share shingles, the most alike first."""
        places: dict[str, list[int]] = defaultdict(list)
        for there in self.free_new:
            for shingle in self.new_shingles[there]:
                places[shingle].append(there)
        found: list[tuple[float, int, int]] = []
        for here in self.free_old:
            shared: Counter[int] = Counter()
            for shingle in self.old_shingles[here]:
                if len(places[shingle]) <= _COMMON:
                    shared.update(places[shingle])
            found += [
                (_likeness(self.old_shingles[here], self.new_shingles[there]), here, there)
                for there, _count in shared.most_common(5)
            ]
        return sorted(found, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1], pair[2]))

    def _alike(self) -> None:
        for likeness, here, there in self._candidates():
            if likeness >= _ALIKE and here in self.free_old and there in self.free_new:
                self._pair(here, there)


class _Rivals:
    """The most alike candidates of every passage, for asking what else it could be."""

    def __init__(self, candidates: Sequence[tuple[float, int, int]]) -> None:
        self.of_old: dict[int, list[tuple[float, int]]] = defaultdict(list)
        self.of_new: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for likeness, here, there in candidates:
            if len(self.of_old[here]) < 2:
                self.of_old[here].append((likeness, there))
            if len(self.of_new[there]) < 2:
                self.of_new[there].append((likeness, here))

    def best(self, here: int, there: int) -> float:
        """The highest likeness that either passage of a pair has with another one."""
        others = [likeness for likeness, other in self.of_old[here] if other != there]
        others += [likeness for likeness, other in self.of_new[there] if other != here]
        return max(others, default=0.0)


def _shingles(passage: PassageText) -> frozenset[str]:
    """Every three words that follow each other; of short texts the words."""
    words = _WORD.findall(plain(passage.text).casefold())
    if len(words) < 2 * _SHINGLE:
        return frozenset(words)
    return frozenset(" ".join(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared shingles against those of the shorter and the longer text, so that an addition does not hide it."""
    shared = len(one & other)
    if not shared:
        return 0.0
    return shared / min(len(one), len(other)) * 0.5 + shared / max(len(one), len(other)) * 0.5


def _moved(pairs: dict[int, int]) -> set[int]:
    """Places in the new edition of passages that left the order: those outside the longest run that kept it."""
    places = [pairs[here] for here in sorted(pairs)]
    return set(places) - set(_longest_rising(places))


def _longest_rising(values: Sequence[int]) -> list[int]:
    """The longest rising subsequence, in n log n."""
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(ends, value)
        before.append(at_end[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            at_end.append(index)
        else:
            ends[length], at_end[length] = value, index
    found: list[int] = []
    index = at_end[-1] if at_end else -1
    while index >= 0:
        found.append(values[index])
        index = before[index]
    return found[::-1]


# word by word


def difference(old: str, new: str) -> list[Part]:
    """Two passages' words in one: what stayed, what is gone, what is new."""
    before, after = _tokens(plain(old)), _tokens(plain(new))
    found: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Part("same", "".join(before[a:b])))
        else:
            found += _both("".join(before[a:b]), "".join(after[c:d]))
    return found


def _both(gone: str, new: str) -> Iterator[Part]:
    if gone:
        yield Part("gone", gone)
    if new:
        yield Part("new", new)


def _tokens(text: str) -> list[str]:
    tokens = _TOKEN.findall(text)
    return tokens if len(tokens) <= 2 * _MOST_WORDS else text.splitlines(keepends=True)
