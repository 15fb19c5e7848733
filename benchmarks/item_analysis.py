"""Every figure of every question of a large exam from its packed scores, beside an answer-at-a-time loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent

if TYPE_CHECKING:
    from lms.questions.quality.results import Papers, Results

SLOTS, BANK, PAPERS = 30, 300, 200
SMALL_SHARE = 25  # 20,000 of 500,000
LOOPED_SHARE = 10  # the loop is given so many times fewer attempts, because it takes half a minute for all
GOALS = (at_most("value", 500), at_most("small_ms", 50))


def item_analysis(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds for all attempts at one paper.

    small_ms: for a 25th of them. random_ms: for all, where papers are drawn from a bank. options_ms: the same with the
    table of options. packing_ms: making the arrays of lists.

    The loop finds facility and discrimination only; ours the other figures too.
    """
    from lms.questions.quality.analysis import analyse
    from lms.questions.quality.results import Results, gather

    attempts = ground.size.analysed
    papers, results = _made(attempts, papers=1, bank=SLOTS)
    few = Results(results.papers[: attempts // SMALL_SHARE], results.scores[: attempts // SMALL_SHARE])
    looped = max(1, attempts // LOOPED_SHARE)
    rows = list(zip(results.papers[:looped].tolist(), results.scores[:looped].tolist(), strict=True))
    expected, found = _looped(papers, rows), analyse(papers, gather(rows)).questions
    if any(abs(expected[one.question] - (one.discrimination or 0)) > 1e-9 for one in found):
        raise RuntimeError("the loop and the analysis find different figures")

    def ours() -> Spent:
        return spent(lambda: analyse(papers, results))

    def floor() -> Spent:
        one = spent(lambda: _looped(papers, rows))
        times = attempts / looped
        return Spent(one.ms * times, one.cpu_ms * times)

    runs, floors = in_turns(ground.size.runs, ours, floor)
    drawn, at_random = _made(attempts, papers=PAPERS, bank=BANK)
    bare = Results(at_random.papers, at_random.scores)
    yield (
        "item_analysis",
        spending(
            "ms",
            runs,
            floors,
            goals=GOALS,
            attempts=attempts,
            small_ms=_middle(ground, lambda: analyse(papers, few)),
            random_ms=_middle(ground, lambda: analyse(drawn, bare)),
            options_ms=_middle(ground, lambda: analyse(drawn, at_random)),
            packing_ms=_middle(ground, lambda: gather(rows)) * attempts / looped,
        ),
    )


def _middle(ground: Ground, work: Any) -> float:
    return median(spent(work).ms for _ in range(ground.size.runs))


def _made(attempts: int, *, papers: int, bank: int) -> tuple[Papers, Results]:
    """People of different ability; those who are wrong choose one of three options by chance."""
    import numpy as np

    from lms.questions.quality.results import Results, Slot

    rng = np.random.default_rng(2026)
    drawn = np.stack([rng.choice(bank, SLOTS, replace=False) for _ in range(papers)])
    paper, ability = rng.integers(0, papers, attempts), rng.normal(size=(attempts, 1))
    scores, chosen = np.empty((attempts, SLOTS), np.int16), np.empty((attempts, SLOTS), np.int8)
    hard = rng.normal(size=bank)
    for start in range(0, attempts, 10_000):
        rows = slice(start, start + 10_000)
        chance = 1 / (1 + np.exp(hard[drawn[paper[rows]]] - ability[rows]))
        right = rng.random(chance.shape) < chance
        scores[rows] = right * 10_000
        chosen[rows] = np.where(right, 1, 1 << rng.integers(1, 4, chance.shape))
    slots = {n: [Slot(int(q), Decimal(1), 4) for q in questions] for n, questions in enumerate(drawn)}
    return slots, Results(paper, scores, chosen)


def _looped(papers: Papers, rows: list[tuple[int, list[int]]]) -> dict[int, float]:
    """Discrimination by power sums, an answer at a time (the marks are all worth one point)."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 6)
    for paper, scores in rows:
        total = sum(scores)
        for slot, x in zip(papers[paper], scores, strict=True):
            kept, rest = sums[slot.question], total - x
            kept[0] += 1
            kept[1] += x
            kept[2] += rest
            kept[3] += x * x
            kept[4] += rest * rest
            kept[5] += x * rest
    return {question: _correlation(*kept) for question, kept in sums.items()}


def _correlation(n: int, x: int, rest: int, xx: int, rr: int, xr: int) -> float:
    spread = (n * xx - x * x) * (n * rr - rest * rest)
    return float((n * xr - x * rest) / spread**0.5) if spread else 0.0
