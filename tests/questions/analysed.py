"""Exams to analyse: published tables, random papers, people."""

from __future__ import annotations

import math
import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from lms.questions.quality.figures import Analysis
from lms.questions.quality.results import Papers, Slot

ONE = Decimal(1)


Attempt = tuple[int, list[int | None]]


def naive(papers: Papers, attempts: Sequence[Attempt]) -> dict[int, tuple[float, float | None, float]]:
    """Facility, discrimination, intended weight of each question, by the definitions, an answer at a time."""
    seen: dict[int, list[tuple[float, float | None, float]]] = defaultdict(list)
    for paper, scores in attempts:
        marked = [
            (slot, score / 10_000)
            for slot, score in zip(papers[paper], scores, strict=True)
            if score is not None
        ]
        for slot, x in marked:
            others = [(float(other.points), y) for other, y in marked if other is not slot]
            worth = sum(points for points, _y in others)
            rest = sum(points * y for points, y in others) / worth if worth else None
            whole = worth + float(slot.points)
            seen[slot.question].append((x, rest, float(slot.points) / whole if whole else 0.0))
    return {
        question: (
            statistics.mean(x for x, _r, _w in rows),
            pearson(rows),
            statistics.mean(w for *_, w in rows),
        )
        for question, rows in seen.items()
    }


def pearson(rows: Sequence[tuple[float, float | None, float]]) -> float | None:
    pairs = [(x, rest) for x, rest, _w in rows if rest is not None]
    if len(pairs) < 2:
        return None
    xs, rests = [x for x, _r in pairs], [r for _x, r in pairs]
    if max(xs) - min(xs) < 1e-9 or max(rests) - min(rests) < 1e-9:
        return None
    return statistics.correlation(xs, rests)


scores = st.sampled_from([0, 2500, 3333, 10_000, 10_000, None])


points = st.sampled_from([ONE, ONE, Decimal("0.25"), Decimal(2), Decimal(0)])


def close(one: Analysis, other: Analysis) -> bool:
    first, second = (
        [*map(astuple, each.questions), astuple(each.exam) if each.exam else ()] for each in (one, other)
    )
    return len(first) == len(second) and all(
        a == pytest.approx(b, abs=1e-6)
        for mine, theirs in zip(first, second, strict=True)
        for a, b in zip(mine, theirs, strict=True)
    )


def people(count: int, papers: Papers, noise: int = -1) -> list[Attempt]:
    """Attempts of people of different ability; question `noise` is answered by tossing a coin."""
    chance = random.Random(5)
    rows: list[Attempt] = []
    for _ in range(count):
        paper, ability = chance.choice(sorted(papers)), chance.gauss(0, 1)
        chances = [1 / (1 + math.exp(slot.question % 5 - 2 - ability)) for slot in papers[paper]]
        rows.append(
            (
                paper,
                [
                    10_000 * (chance.random() < (0.5 if slot.question == noise else likely))
                    for slot, likely in zip(papers[paper], chances, strict=True)
                ],
            )
        )
    return rows


def random_papers(count: int, size: int) -> dict[int, list[Slot]]:
    chance = random.Random(3)
    return {n: [Slot(question, ONE) for question in chance.sample(range(40), size)] for n in range(count)}
