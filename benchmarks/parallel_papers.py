"""Build parallel papers of one blueprint: no question in more of them than must be, and alike in difficulty."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent
from lms.exams import parallel
from lms.questions.blueprint import Candidate, Cell
from lms.questions.blueprint import draw as draw_one

TOPICS, LEVELS = 6, ("recall", "comprehension", "application", "analysis")
EACH = 15  # questions of a topic and level


def parallel_papers(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds for all papers, beside drawing as many at random, each for itself."""
    count = ground.size.parallel
    candidates = [
        Candidate(1 + n, f"t{n % TOPICS}", LEVELS[n // TOPICS % len(LEVELS)])
        for n in range(TOPICS * len(LEVELS) * EACH)
    ]
    cells = [
        Cell(f"t{topic}", level, 1 + (topic + place) % 2, Decimal(1))
        for topic in range(TOPICS)
        for place, level in enumerate((*LEVELS[:3], None))
    ]
    rng = random.Random(2026)
    expected = {
        c.question_id: parallel.expected_of(c.level, 100, Decimal(rng.randint(10, 95)) / 100)
        for c in candidates
    }

    def ours() -> Spent:
        return spent(lambda: parallel.build(cells, candidates, expected, count, "bench"))

    def floor() -> Spent:
        return spent(lambda: [draw_one(cells, candidates, random.Random(n)) for n in range(count)])

    runs, floors = in_turns(ground.size.runs, ours, floor)
    papers = parallel.build(cells, candidates, expected, count, "bench")
    told = parallel.balance_of([[(d.question_id, d.points) for d in paper] for paper in papers], expected)
    apart, most_uses = float(told.apart), max(told.uses)
    yield "parallel_papers", spending("ms", runs, floors, papers=count, apart=apart, most_uses=most_uses)
