"""Parallel papers: several papers of one blueprint, built together. Pure.

Each question is used in as few papers as possible: the largest number of uses is the least that the banks allow, found
exactly. Then the papers are made as equally hard as exchanging questions between them can make them, as far as it is
known how hard a question is: from its answers once there are enough, before that from its level.

The steps: (1) questions that every cell treats alike form a class; a flow from cells to classes gives the smallest
bound E so that N papers can be filled with no question in more than E of them; (2) each class deals its uses to its
questions, which gives a bipartite graph between places (of cells) and questions with N edges at a place and at most E
at a question; (3) colouring its edges with N colours so that no two at a place or a question are alike (Kőnig: always
possible) makes each colour a paper; (4) exchanges between papers within a cell bring their expected points together.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product

from lms.questions.blueprint import BankTooSmall, Candidate, Cell, shortages
from lms.questions.quality.flags import ENOUGH

MOST_PAPERS = 50
# What we take for the share of right answers while nobody has answered: our own assumption, from easy to hard.
PRIORS = {"recall": 0.85, "comprehension": 0.7, "application": 0.55, "analysis": 0.4}
PRIOR = 0.65  # of a question without a level
_MOST_COMPARISONS = 4_000_000  # exchanges looked at; never reached by papers of usual size
_WHOLE = 10_000
Place = tuple[int, int]  # index of a cell, place in it


@dataclass(frozen=True, slots=True)
class Expected:
    """The expected correctness of a question, 0 to 1; `counted`: from its answers, not from its level."""

    share: Decimal
    counted: bool


def expected_of(level: str | None, answers: int, facility: Decimal | None) -> Expected:
    """What is expected of a question with so many answers so far."""
    if facility is not None and answers >= ENOUGH:
        return Expected(Decimal(facility), True)
    return Expected(Decimal(str(PRIORS.get(level or "", PRIOR))), False)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question of a paper: which, for which cell, what it is worth."""

    question_id: int
    cell: int
    points: Decimal


PaperDrawn = tuple[Drawn, ...]  # in the order of the cells


def build(
    cells: Sequence[Cell],
    candidates: Sequence[Candidate],
    expected: Mapping[int, Expected],
    number: int,
    seed: str,
) -> list[PaperDrawn]:
    """`number` papers, balanced; the same input gives the same papers. Raises BankTooSmall, ValueError for no paper."""
    return balanced(deal(cells, candidates, number, seed), expected)


def deal(cells: Sequence[Cell], candidates: Sequence[Candidate], number: int, seed: str) -> list[PaperDrawn]:
    """The papers before they are balanced: each by the blueprint, every question in as few as possible."""
    if not 1 <= number <= MOST_PAPERS:
        raise ValueError(f"from 1 to {MOST_PAPERS} papers can be built, not {number}")
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    classes = _classes(cells, candidates, rng)
    uses = _uses(cells, candidates, classes, number)
    colours = _coloured(_edges(cells, classes, uses, number, rng), number)
    papers = []
    for colour in range(number):
        places = sorted((place, question) for place, question in colours[colour].items())
        papers.append(tuple(Drawn(question, place[0], cells[place[0]].points) for place, question in places))
    return papers


def least_exposure(cells: Sequence[Cell], candidates: Sequence[Candidate], number: int) -> int:
    """The least possible largest number of papers that one question is in. Raises BankTooSmall."""
    classes = _classes(cells, candidates, random.Random(0))  # noqa: S311
    return _bounded(cells, candidates, classes, number)[0]


@dataclass(frozen=True, slots=True)
class _Class:
    """Questions that the same cells take."""

    cells: frozenset[int]
    questions: tuple[int, ...]


def _classes(cells: Sequence[Cell], candidates: Sequence[Candidate], rng: random.Random) -> list[_Class]:
    found: dict[frozenset[int], list[int]] = defaultdict(list)
    for candidate in sorted({c.question_id: c for c in candidates}.values(), key=lambda c: c.question_id):
        takers = frozenset(index for index, cell in enumerate(cells) if cell.takes(candidate))
        if takers:
            found[takers].append(candidate.question_id)
    classes = []
    for takers in sorted(found, key=sorted):
        questions = found[takers]
        rng.shuffle(questions)
        classes.append(_Class(takers, tuple(questions)))
    return classes


Uses = dict[tuple[int, int], int]  # (cell, class) -> how often


def _uses(
    cells: Sequence[Cell], candidates: Sequence[Candidate], classes: Sequence[_Class], number: int
) -> Uses:
    return _bounded(cells, candidates, classes, number)[1]


def _bounded(
    cells: Sequence[Cell], candidates: Sequence[Candidate], classes: Sequence[_Class], number: int
) -> tuple[int, Uses]:
    """The smallest bound of uses of one question, and how often each cell draws from each class under it."""
    questions = sum(len(each.questions) for each in classes) or 1
    demand = sum(cell.count for cell in cells) * number
    for bound in range(max(-(-demand // questions), 1), number + 1):
        uses = _flow(cells, classes, number, bound)
        if sum(uses.values()) == demand:
            return bound, uses
    raise BankTooSmall(shortages(cells, candidates))


def _flow(cells: Sequence[Cell], classes: Sequence[_Class], number: int, bound: int) -> Uses:
    """A largest flow: of each cell `number` times its count, of each class `bound` times its size."""
    left = [cell.count * number for cell in cells]
    room = [len(each.questions) * bound for each in classes]
    uses: Uses = defaultdict(int)
    for index in sorted(range(len(cells)), key=lambda i: cells[i].freedom):
        while left[index] and (path := _path(index, classes, uses, room)):
            _push(path, index, left, uses, room)
    return dict(uses)


def _path(start: int, classes: Sequence[_Class], uses: Uses, room: Sequence[int]) -> list[tuple[int, int]]:
    """(class, cell that gives up its uses of it) step by step to a class with room; the last gives up nothing: -1."""
    came: dict[int, tuple[int, int]] = {}  # class -> cell it was reached from, class which that cell gave up
    waiting = deque([(start, -1)])
    seen = {start}
    while waiting:
        cell, given_up = waiting.popleft()
        for k in sorted(
            (k for k, each in enumerate(classes) if cell in each.cells and k not in came),
            key=lambda k: -room[k] / len(classes[k].questions),
        ):
            came[k] = (cell, given_up)
            if room[k]:
                return _steps(k, came)
            for other in sorted(classes[k].cells - seen):
                if uses[other, k]:
                    seen.add(other)
                    waiting.append((other, k))
    return []


def _steps(last: int, came: Mapping[int, tuple[int, int]]) -> list[tuple[int, int]]:
    steps, k = [], last
    while k >= 0:
        cell, given_up = came[k]
        steps.append((k, cell))
        k = given_up
    return steps[::-1]


def _push(path: Sequence[tuple[int, int]], start: int, left: list[int], uses: Uses, room: list[int]) -> None:
    """As much as fits along the path: each cell takes from its class what the cell after it gives up."""
    amount = min(left[start], room[path[-1][0]])
    for (k, _cell), (_next, taker) in pairwise(path):
        amount = min(amount, uses[taker, k])
    if len(path) == 1:  # several classes share a cell: by turns, so that none is used up first
        amount = max(amount // 4, 1)
    for at, (k, cell) in enumerate(path):
        uses[cell, k] += amount
        if at + 1 < len(path):
            uses[path[at + 1][1], k] -= amount
    left[start] -= amount
    room[path[-1][0]] -= amount


def _edges(
    cells: Sequence[Cell], classes: Sequence[_Class], uses: Uses, number: int, rng: random.Random
) -> list[tuple[Place, int]]:
    """(place, question), `number` at each place; the uses of a class go round its questions, so none has two more."""
    of_cell: dict[int, list[int]] = defaultdict(list)
    for k, each in enumerate(classes):
        takers = [index for index in sorted(each.cells) for _ in range(uses.get((index, k), 0))]
        for turn, index in enumerate(takers):
            of_cell[index].append(each.questions[turn % len(each.questions)])
    edges = []
    for index, drawn in sorted(of_cell.items()):
        # the same question side by side goes to the same place: fewer conflicts to colour
        drawn.sort(key={question: n for n, question in enumerate(dict.fromkeys(drawn))}.__getitem__)
        edges += [((index, n // number), question) for n, question in enumerate(drawn)]
    rng.shuffle(edges)
    return edges


def _coloured(edges: Sequence[tuple[Place, int]], number: int) -> list[dict[Place, int]]:
    """By colour: which question each place has, no question twice in one colour (alternating paths)."""
    at_place: list[dict[Place, int]] = [{} for _ in range(number)]
    at_question: list[dict[int, Place]] = [{} for _ in range(number)]
    for place, question in edges:
        a = next(c for c in range(number) if place not in at_place[c])
        b = next(c for c in range(number) if question not in at_question[c])
        if question in at_question[a]:
            _exchange(question, a, b, at_place, at_question)
        at_place[a][place], at_question[a][question] = question, place
    return at_place


def _exchange(
    question: int, a: int, b: int, at_place: list[dict[Place, int]], at_question: list[dict[int, Place]]
) -> None:
    """Swap colours a and b along the path that begins with the question's edge of colour a: then a is free at it.

    The path cannot end at the place that is to be joined, where a is free: it would arrive there by colour a.
    """
    path, here = [], question
    while here in at_question[a]:
        place = at_question[a][here]
        path.append((place, here, a))
        if place not in at_place[b]:
            break
        here = at_place[b][place]
        path.append((place, here, b))
    for place, held, colour in path:
        del at_place[colour][place], at_question[colour][held]
    for place, held, colour in path:
        other = b if colour == a else a
        at_place[other][place], at_question[other][held] = held, place


def balanced(papers: Sequence[PaperDrawn], expected: Mapping[int, Expected]) -> list[PaperDrawn]:
    """The papers after exchanges between them that bring their expected points together.

    An exchange takes two questions of one cell in two papers, each of which the other paper lacks: the blueprint and
    the uses of every question stay. Only exchanges that bring both papers between where they were are made, so that the
    distance between the easiest and the hardest never grows, and the sum of squares always falls: it ends.
    """
    return _Balancing(papers, expected).run()


class _Balancing:
    def __init__(self, papers: Sequence[PaperDrawn], expected: Mapping[int, Expected]) -> None:
        self.papers = [list(paper) for paper in papers]
        self.held = [{drawn.question_id for drawn in paper} for paper in papers]
        self.share = {question: round(e.share * _WHOLE) for question, e in expected.items()}
        self.sums = [sum(self._value(drawn) for drawn in paper) for paper in papers]
        self.left = _MOST_COMPARISONS

    def _value(self, drawn: Drawn) -> int:
        """The expected points as a whole number: exchanging is exact, and so the same everywhere."""
        return self.share[drawn.question_id] * round(drawn.points * _WHOLE)

    def run(self) -> list[PaperDrawn]:
        while self.left > 0 and any(self._bring_together(*pair) for pair in self._pairs()):
            pass
        return [tuple(paper) for paper in self.papers]

    def _pairs(self) -> list[tuple[int, int]]:
        """Every pair of papers, (more expected points, fewer), those that are farthest apart first."""
        pairs = [
            (i, j) if self.sums[i] > self.sums[j] else (j, i)
            for i, j in combinations(range(len(self.papers)), 2)
        ]
        apart = [(self.sums[j] - self.sums[i], i, j) for i, j in pairs if self.sums[i] != self.sums[j]]
        return [(i, j) for _far, i, j in sorted(apart)]

    def _bring_together(self, more: int, fewer: int) -> bool:
        """Make the exchange that brings these two nearest together; whether there was one."""
        apart = self.sums[more] - self.sums[fewer]
        best: tuple[int, int, int, int] | None = None
        others = self._moving(fewer, more)
        for cell, mine in self._moving(more, fewer).items():
            self.left -= len(mine) * len(others.get(cell, ()))
            for (worth, p), (other, q) in product(mine, others.get(cell, ())):
                if 0 < worth - other < apart:
                    found = (abs(apart - 2 * (worth - other)), p, q, worth - other)
                    best = min(best, found) if best else found
        if best is None:
            return False
        _far, p, q, given = best
        self._swap(more, fewer, p, q, given)
        return True

    def _moving(self, here: int, there: int) -> dict[int, list[tuple[int, int]]]:
        """By cell: (value, place in the paper) of what the other paper lacks."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for n, drawn in enumerate(self.papers[here]):
            if drawn.question_id not in self.held[there]:
                found[drawn.cell].append((self._value(drawn), n))
        return found

    def _swap(self, more: int, fewer: int, p: int, q: int, given: int) -> None:
        mine, other = self.papers[more][p], self.papers[fewer][q]
        self.papers[more][p], self.papers[fewer][q] = other, mine
        self.held[more] ^= {mine.question_id, other.question_id}
        self.held[fewer] ^= {mine.question_id, other.question_id}
        self.sums[more] -= given
        self.sums[fewer] += given


@dataclass(frozen=True, slots=True)
class Balance:
    """How alike some papers are."""

    points: tuple[Decimal, ...]  # expected, paper by paper
    shares: tuple[Decimal, ...]  # the same as a part of what the paper is worth, 0 to 1
    common: tuple[tuple[int, ...], ...]  # how many questions two papers share; of a paper with itself: all
    uses: Mapping[int, int]  # in how many papers a question is -> how many questions
    counted: int  # questions whose difficulty was counted from answers
    questions: int  # different questions in all

    @property
    def apart(self) -> Decimal:
        """Expected points between the easiest and the hardest paper."""
        return max(self.points, default=Decimal(0)) - min(self.points, default=Decimal(0))

    @property
    def most_uses(self) -> int:
        return max(self.uses, default=0)

    @property
    def most_common(self) -> int:
        """The most questions that two different papers share."""
        return max((self.common[i][j] for i, j in combinations(range(len(self.common)), 2)), default=0)


def balance_of(papers: Sequence[Sequence[tuple[int, Decimal]]], expected: Mapping[int, Expected]) -> Balance:
    """The balance of papers given as (question id, points)."""
    points = tuple(
        sum((expected[question].share * worth for question, worth in paper), Decimal(0)) for paper in papers
    )
    worths = [sum((worth for _question, worth in paper), Decimal(0)) for paper in papers]
    held = [{question for question, _worth in paper} for paper in papers]
    uses = Counter(question for questions in held for question in questions)
    return Balance(
        points=points,
        shares=tuple(p / worth if worth else Decimal(0) for p, worth in zip(points, worths, strict=True)),
        common=tuple(tuple(len(a & b) for b in held) for a in held),
        uses=dict(sorted(Counter(uses.values()).items())),
        counted=sum(1 for question in uses if expected[question].counted),
        questions=len(uses),
    )
